using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;
using SshLog.Tests.Support;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Rules and actions with a real sshd and a real receiver.</summary>
[Collection("probe")]
public sealed class ActionTests : IDisposable
{
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("sshlog-action").FullName;

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_receiver_that_was_down_gets_every_event_of_the_meantime_in_order_although_the_daemon_was_killed()
    {
        var port = 20000 + Random.Shared.Next(10000);
        Write($$"""
            sshlog.rules.mine {
              triggers = [connection_established, command_start, connection_close]
              filters { username = "{{_sshd.User}}" }
              actions = [hook]
            }
            sshlog.actions.hook { plugin = webhook_action, webhook_url = "http://127.0.0.1:{{port}}/", timeout = 2 }
            """);
        await _daemon.StartAsync();
        await RunAsync("echo number-1");
        await _daemon.KillAsync();
        await _daemon.StartAsync();
        await RunAsync("echo number-2");

        using var receiver = new Receiver(port);
        var events = await receiver.WaitAsync(all => all.Count(e => e.GetProperty("event_type").GetString() == "connection_close") >= 2);

        var commands = events.Where(e => e.GetProperty("event_type").GetString() == "command_start")
            .Select(e => e.GetProperty("args").GetString()!).Distinct().ToList();
        Assert.Contains(commands, c => c.Contains("number-1", StringComparison.Ordinal));
        Assert.Contains(commands, c => c.Contains("number-2", StringComparison.Ordinal));
        var orderings = events.Select(e => e.GetProperty("ordering").GetInt64()).ToList();
        Assert.Equal(orderings.Order(), orderings);
        var (_, table, _) = await _daemon.AskAsync("actions", "--json");
        Assert.Contains("\"hook\"", Encoding.UTF8.GetString(table), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_a_receiver_is_not_lost_when_the_configuration_is_read_again()
    {
        var port = 20000 + Random.Shared.Next(10000);
        var log = Path.Combine(_directory, "events.log");
        string Settings(string more) => $$"""
            sshlog.rules.mine { triggers = [command_start], filters { username = "{{_sshd.User}}" }, actions = [hook] }
            sshlog.actions.hook { plugin = webhook_action, webhook_url = "http://127.0.0.1:{{port}}/", timeout = 2 }
            {{more}}
            """;
        Write(Settings(string.Empty));
        await _daemon.StartAsync();
        await RunAsync("/bin/true number-1");
        await _daemon.WaitForEndAsync(_sshd.Port);

        Write(Settings($$"""
            sshlog.rules.new { triggers = [command_start], filters { username = "{{_sshd.User}}" }, actions = [log] }
            sshlog.actions.log { plugin = eventlogfile_action, log_file_path = "{{log}}" }
            """));
        _daemon.Signal("HUP");
        await _daemon.WaitForLogAsync("Configuration read again");
        await RunAsync("/bin/true number-2");
        await UntilAsync(() => File.Exists(log) && File.ReadAllText(log).Contains("true number-2", StringComparison.Ordinal));

        using var receiver = new Receiver(port);
        var events = await receiver.WaitAsync(all => all.Any(e => e.GetProperty("args").GetString()!.EndsWith("true number-2", StringComparison.Ordinal)));
        Assert.Equal(
            ["/usr/bin/true number-1", "/usr/bin/true number-2"],
            events.Select(e => e.GetProperty("args").GetString()!).Where(a => a.StartsWith("/usr/bin/true", StringComparison.Ordinal)));
        Assert.DoesNotContain("number-1", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_of_sshlog_logs_events_and_sessions_and_a_slow_action_delays_nobody()
    {
        var events = Path.Combine(_directory, "events.log");
        var sessions = Path.Combine(_directory, "sessions");
        Write($$"""
            sshlog.rules {
              all { triggers = [connection_established, command_start, command_finish, connection_close], actions = [slow, log] }
              text { triggers = [connection_established, terminal_update, connection_close], actions = [text] }
            }
            sshlog.actions {
              slow { plugin = run_command_action, command = sleep, args = ["30"], timeout = 60 }
              log { plugin = eventlogfile_action, log_file_path = "{{events}}" }
              text { plugin = sessionlog_action, log_directory = "{{sessions}}" }
            }
            """);
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User))
        {
            client.Type("echo to-be-\"\"logged\n");
            client.Type("exit\n");
            await client.WaitForExitAsync();
        }

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        await UntilAsync(() => File.Exists(events) && File.ReadAllText(events).Contains($"connection_close", StringComparison.Ordinal));
        Assert.Contains($"connection_established ({session.GetProperty("ptm_pid").GetInt32()}) {_sshd.User} from ip 127.0.0.1:", await File.ReadAllTextAsync(events), StringComparison.Ordinal);
        var text = Path.Combine(sessions, session.GetProperty("session").GetString() + ".log");
        await UntilAsync(() => File.Exists(text) && File.ReadAllText(text).Contains("connection_close", StringComparison.Ordinal));
        Assert.Contains("to-be-logged", await File.ReadAllTextAsync(text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_receivers_do_wrong_every_event_gets_there_in_order()
    {
        HttpAnswer[] misbehaviour =
            [new HttpAnswer.Status(500), new HttpAnswer.Reset(), new HttpAnswer.Hang(), new HttpAnswer.Status(429, "Retry-After: 1\r\n")];
        using var hook = new HttpReceiver(misbehaviour);
        using var slack = new HttpReceiver(misbehaviour);
        Write($$"""
            sshlog.rules.mine { triggers = [connection_established, command_start, connection_close], filters { username = "{{_sshd.User}}" }, actions = [hook, slack] }
            sshlog.actions.hook { plugin = webhook_action, webhook_url = "{{hook.Url}}", timeout = 1 }
            sshlog.actions.slack { plugin = slack_action, slack_webhook_url = "{{slack.Url}}", timeout = 3 }
            """);
        await _daemon.StartAsync();
        await RunAsync("for i in 1 2 3 4 5 6 7 8 9; do /bin/echo number-$i; done");
        var last = await _daemon.WaitForEndAsync(_sshd.Port);
        var expected = Enumerable.Range(1, 9).Select(i => $"/usr/bin/echo number-{i}").ToList();

        var requests = await hook.WaitAsync(seen => seen.Any(s => s.Body.Contains("connection_close", StringComparison.Ordinal)));
        // The first event is what all of the misbehaviour was about, and nothing has overtaken it.
        Assert.Single(requests.Take(5).Select(r => Ordering(r.Body)).Distinct());
        var orderings = requests.Skip(4).Select(r => Ordering(r.Body)).ToList();
        Assert.Equal(orderings.Distinct().Order(), orderings);
        Assert.Equal(expected, requests.Skip(4).Select(r => Field(r.Body, "args")).Where(a => a?.Contains("number-", StringComparison.Ordinal) == true && !a.Contains("for", StringComparison.Ordinal)));

        // Once it was accepted, the rest of the burst is one digest.
        var posts = await slack.WaitAsync(seen => seen.Skip(4).Any(s => s.Body.Contains("_close", StringComparison.Ordinal)));
        Assert.InRange(posts.Count, 5, 9);
        var told = string.Join('\n', posts.Skip(4).Select(p => Field(p.Body, "text")));
        Assert.All(expected, command => Assert.Single(told.Split('\n'), line => line.EndsWith("executed " + command, StringComparison.Ordinal)));
        Assert.NotEqual(default, last);
    }

    [Fact]
    public async Task A_forward_is_an_event_that_rules_can_name()
    {
        var log = Path.Combine(_directory, "forwards.log");
        Write($$"""
            sshlog.rules.forwards { triggers = [forward_open], filters { username = "{{_sshd.User}}" }, actions = [log] }
            sshlog.actions.log { plugin = eventlogfile_action, log_file_path = "{{log}}", output_json = true }
            """);
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, terminal: false, options: ["-W", $"[::1]:{_sshd.Port}"]);
        await client.WaitForAsync("SSH-2.0");
        await UntilAsync(() => File.Exists(log) && File.ReadAllText(log).EndsWith('\n'));
        using var line = JsonDocument.Parse(File.ReadAllText(log).Split('\n')[0]);
        var told = line.RootElement;
        Assert.Equal("forward_opened", told.GetProperty("event_type").GetString());
        Assert.Equal(_sshd.User, told.GetProperty("username").GetString());
        Assert.Equal(("connect", "::1", "open"), (Text("kind"), Text("address"), Text("result")));
        Assert.Equal(_sshd.Port, told.GetProperty("port").GetInt32());

        string? Text(string name) => told.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_rule_ends_a_session_and_stands_in_its_recording_as_who_did()
    {
        Write($$"""
            sshlog.rules.no_nmap { triggers = [command_start], filters { command_name = nmap, username = "{{_sshd.User}}" }, actions = [end_it] }
            sshlog.actions.end_it { plugin = kill_session_action, grace = "500 ms" }
            """);
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("cp /bin/sleep ./nmap; ./nmap 60\n");
        await client.WaitForExitAsync();
        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        var (_, exported, _) = await _daemon.AskAsync("export", session.GetProperty("session").GetString()!, "--format", "jsonl");
        var kill = Encoding.UTF8.GetString(exported).Split('\n').Single(l => l.Contains("\"kill_requested\"", StringComparison.Ordinal));
        Assert.Contains("\"by_user\":\"rule no_nmap\"", kill, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"action end_it\"", kill, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_ends_a_session_which_says_who_it_was_even_when_its_terminal_is_stopped()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo ready-\"\"now; yes\n");
        await client.WaitForAsync("ready-now\r\n");
        client.Type("\u0013");

        var sessions = await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        var id = sessions[0].GetProperty("session").GetString()!;
        var (refused, _, errors) = await _daemon.AskAsUserAsync(_sshd.User, ["nogroup"], "kill", id, "--yes");
        Assert.NotEqual(0, refused);
        var (exitCode, output, _) = await _daemon.AskAsync("kill", id, "--yes", "--reason", "maintenance");

        Assert.Equal(0, exitCode);
        Assert.NotEmpty(errors);
        Assert.NotEmpty(output);
        await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);
        var (_, exported, _) = await _daemon.AskAsync("export", id, "--format", "jsonl");
        var kill = Encoding.UTF8.GetString(exported).Split('\n').Single(l => l.Contains("\"kill_requested\"", StringComparison.Ordinal));
        Assert.Contains("\"by_user\":\"root\"", kill, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"maintenance\"", kill, StringComparison.Ordinal);
    }

    private static long Ordering(string body) => JsonDocument.Parse(body).RootElement.GetProperty("ordering").GetInt64();

    private static string? Field(string body, string name) =>
        JsonDocument.Parse(body).RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;

    private async Task RunAsync(string command)
    {
        using var client = _sshd.Connect(_sshd.User, command);
        await client.WaitForExitAsync();
    }

    private void Write(string text)
    {
        _daemon.Settings = text;
        _daemon.WriteSettings();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
            await Task.Delay(50, limit.Token);
    }

    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<JsonElement> _events = new();

        public Receiver(int port)
        {
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            _listener.Start();
            _ = Task.Run(AnswerAsync);
        }

        public async Task<IReadOnlyList<JsonElement>> WaitAsync(Func<IReadOnlyList<JsonElement>, bool> condition)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!condition([.. _events]))
                await Task.Delay(50, limit.Token);
            return [.. _events];
        }

        public void Dispose() => _listener.Close();

        private async Task AnswerAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                using var document = await JsonDocument.ParseAsync(context.Request.InputStream);
                _events.Enqueue(document.RootElement.Clone());
                context.Response.Close();
            }
        }
    }
}
