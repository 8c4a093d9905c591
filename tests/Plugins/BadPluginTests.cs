using System.Globalization;
using SshLog.Core.Rules;

namespace SshLog.Plugins.Tests;

/// <summary>Plug-ins that misbehave are ended with all that they started, counted, started again, and off in the end.</summary>
public sealed class BadPluginTests : IDisposable
{
    private const string Protocol = """
        import json, os, sys, time
        def say(text):
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        json.loads(sys.stdin.readline())
        say('{"type":"ready","version":1}')
        for line in sys.stdin:
            question = json.loads(line)
            if question["type"] == "shutdown":
                break

        """;

    private readonly PluginPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("time.sleep(1000)", "took too long")]
    [InlineData("sys.exit(7)", "ended with 7")]
    [InlineData("os.kill(os.getpid(), 11)", "ended with 139")]
    [InlineData("say('garbage \\x1b[2J')", "no JSON")]
    [InlineData("say('[1]')", "is no result")]
    [InlineData("say('{\"type\":\"result\",\"id\":99,\"pass\":true}')", "another question")]
    [InlineData("say('{\"type\":\"result\",\"id\":\"x\",\"pass\":true}')", "another question")]
    [InlineData("say('{\"type\":\"result\",\"pass\":\"yes\"}')", "neither")]
    [InlineData("while True: say('{\"type\":\"log\",\"message\":\"flood\"}')", "instead of an answer")]
    [InlineData("while True: sys.stdout.write('x' * 100000)", "more than 256 KiB")]
    [InlineData("say('[' * 5000)", "no JSON")]
    public void A_filter_that_misbehaves_throws_in_time_and_its_process_is_gone(string body, string expected)
    {
        _place.Settings = _place.Settings with { FilterTimeout = TimeSpan.FromSeconds(body.Contains("sleep", StringComparison.Ordinal) ? 1 : 20) };
        _place.WriteProgram("bad", Protocol + "    " + body);
        var filter = _place.Filter("bad");
        var thrown = Assert.ThrowsAny<Exception>(() => filter.Matches(Some.Event()));
        Assert.Contains(expected, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', thrown.Message);
        if (expected != "neither")
            Assert.Empty(_place.Processes);
    }

    [Fact]
    public async Task One_that_forks_is_killed_with_its_children()
    {
        var pids = Path.Combine(_place.Path, "pids");
        File.WriteAllText(pids, string.Empty);
        File.SetUnixFileMode(pids, (UnixFileMode)0b110_110_110);
        _place.Settings = _place.Settings with { FilterTimeout = TimeSpan.FromSeconds(2) };
        _place.WriteProgram("forks", Protocol + $$"""
                for n in range(20):
                    if os.fork() == 0:
                        with open('{{pids}}', 'a') as f: f.write(f'{os.getpid()}\n')
                        time.sleep(1000)
                time.sleep(1000)
            """);
        var filter = _place.Filter("forks");
        Assert.ThrowsAny<Exception>(() => filter.Matches(Some.Event()));
        var children = (await File.ReadAllLinesAsync(pids)).Select(l => int.Parse(l, CultureInfo.InvariantCulture)).ToList();
        Assert.NotEmpty(children);
        foreach (var child in children)
            Assert.True(await GoneAsync(child), $"{child} is still there");
    }

    [Fact]
    public void One_that_allocates_without_end_gets_no_more_than_its_limit()
    {
        _place.WriteProgram("greedy", Protocol + """
                have = []
                while True: have.append(bytearray(1 << 20))
            """);
        var filter = _place.Filter("greedy");
        var thrown = Assert.ThrowsAny<Exception>(() => filter.Matches(Some.Event()));
        Assert.Contains("ended with 1", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_takes_the_processor_without_end_is_ended_by_the_kernel()
    {
        _place.Settings = _place.Settings with { CpuTime = TimeSpan.FromSeconds(1), FilterTimeout = TimeSpan.FromSeconds(100) };
        _place.WriteProgram("busy", Protocol + "    while True: pass");
        var filter = _place.Filter("busy");
        Assert.Contains("ended with", Assert.ThrowsAny<Exception>(() => filter.Matches(Some.Event())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_started_again_later_each_time_and_is_off_in_the_end()
    {
        _place.WriteProgram("exits", Protocol + "    sys.exit(1)");
        var filter = _place.Filter("exits");
        Assert.Contains("ended with 1", Fails(filter), StringComparison.Ordinal);
        Assert.Contains("started again in 1 s", Fails(filter), StringComparison.Ordinal);
        _place.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("ended with 1", Fails(filter), StringComparison.Ordinal);
        _place.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("started again in 1 s", Fails(filter), StringComparison.Ordinal);
        _place.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("ended with 1", Fails(filter), StringComparison.Ordinal);
        _place.Time.Advance(TimeSpan.FromHours(1));
        Assert.Contains("off after 3 failures", Fails(filter), StringComparison.Ordinal);
        // Another of the same plug-in is not to blame, and a new configuration is a new beginning.
        Assert.Contains("ended with 1", Fails(_place.Filter("exits")), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_did_well_and_then_ended_misses_no_event()
    {
        _place.WriteProgram("tired", Protocol + """
                served = globals().get('served', 0) + 1
                if served > 2: sys.exit(1)
                say('{"type":"result","pass":true}')
            """);
        var filter = _place.Filter("tired");
        for (var i = 0; i < 6; i++)
            Assert.True(filter.Matches(Some.Event()));
        Assert.Contains("ended with 1", Fails(filter), StringComparison.Ordinal);
        Assert.Contains("off after 3 failures", Fails(filter), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_stopped_by_the_daemon_has_not_failed()
    {
        _place.Settings = _place.Settings with { Failures = 1 };
        _place.WriteProgram("waits", Protocol + "    time.sleep(1000)");
        await using var action = _place.Action("waits_action", ("timeout", new SettingValue.Number(600)));
        for (var i = 0; i < 2; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            Assert.Equal("the plug-in was stopped", (await action.ExecuteAsync(Some.Event(), stop.Token)).Reason);
        }
    }

    [Fact]
    public void One_that_throws_every_time_is_started_anew()
    {
        _place.WriteProgram("throws", Protocol + "    say(json.dumps({'type': 'error', 'id': question['id'], 'message': 'no ' + str(os.getpid())}))");
        var filter = _place.Filter("throws");
        var said = Enumerable.Range(0, 3).Select(_ => Fails(filter)).ToList();
        Assert.Single(said.Distinct());
        Assert.Contains("started again", Fails(filter), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_action_that_hangs_is_ended_by_its_time_out_and_the_event_is_tried_again()
    {
        _place.WriteProgram("hangs", Protocol + "    time.sleep(1000)");
        await using var action = _place.Action("hangs_action", ("timeout", new SettingValue.Number(3)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var outcome = await action.ExecuteAsync(Some.Event(), limit.Token);
        Assert.Equal((ActionOutcomeKind.TryAgain, "the plug-in took too long"), (outcome.Kind, outcome.Reason));
        Assert.Empty(_place.Processes);
    }

    [Theory]
    [InlineData("\"outcome\":\"done\"", ActionOutcomeKind.Done)]
    [InlineData("\"outcome\":\"retry\",\"reason\":\"r\",\"after_ms\":1500", ActionOutcomeKind.TryAgain)]
    [InlineData("\"outcome\":\"give_up\",\"reason\":\"r\"", ActionOutcomeKind.GiveUp)]
    [InlineData("\"outcome\":\"perhaps\"", ActionOutcomeKind.TryAgain)]
    public async Task An_action_says_how_it_went(string answer, ActionOutcomeKind kind)
    {
        _place.WriteProgram("says", Protocol + $$"""    say('{"type":"result",{{answer}}}')""");
        await using var action = _place.Action("says_action", ("what", new SettingValue.Text("y")));
        var outcome = await action.ExecuteAsync(Some.Event(), default);
        Assert.Equal(kind, outcome.Kind);
        Assert.Equal(answer.Contains("after", StringComparison.Ordinal) ? TimeSpan.FromSeconds(1.5) : null, outcome.After);
    }

    [Fact]
    public void One_that_says_no_to_its_parameters_or_speaks_another_version_does_not_start()
    {
        _place.WriteProgram("refuses", "import sys\nsys.stdin.readline()\nprint('{\"type\":\"error\",\"message\":\"no such network\"}', flush=True)\nsys.stdin.readline()");
        Assert.Contains("no such network", Fails(_place.Filter("refuses")), StringComparison.Ordinal);
        _place.WriteProgram("future", "import sys\nsys.stdin.readline()\nprint('{\"type\":\"ready\",\"version\":2}', flush=True)\nsys.stdin.readline()");
        Assert.Contains("another version", Fails(_place.Filter("future")), StringComparison.Ordinal);
    }

    private static string Fails(IFilter filter) => Assert.ThrowsAny<Exception>(() => filter.Matches(Some.Event())).Message;

    private static async Task<bool> GoneAsync(int pid)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            if (!Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal))
                return true;
            await Task.Delay(20);
        }

        return false;
    }
}
