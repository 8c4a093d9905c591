using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// The machine's clock is set by a day while sessions are recorded. Only the daemon sees it: the machine's own clock is
/// everybody's.
/// </summary>
[Collection("probe")]
public sealed class ClockTests : IDisposable
{
    private static readonly TimeSpan _aDay = TimeSpan.FromDays(1);

    private readonly LiveSession _live = new();

    public void Dispose() => _live.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_stepped_by_a_day_moves_no_event_and_is_said(int days)
    {
        var clock = _live.Sshd.InDirectory("clock");
        var delivered = _live.Sshd.InDirectory("delivered");
        _live.Daemon.Variables["LD_PRELOAD"] = Workload.BuildLibrary(_live.Sshd, "stepped_clock");
        _live.Daemon.Variables["STEPPED_CLOCK"] = clock;
        var began = DateTimeOffset.UtcNow;
        await _live.StartAsync($$"""
            sshlog.actions.file { plugin = eventlogfile_action, log_file_path = "{{delivered}}", format = json }
            sshlog.rules.all { triggers = [command_start, connection_close], actions = [file] }
            """);
        await TypeAsync("/bin/echo before");
        await File.WriteAllTextAsync(clock, $"{days * _aDay.TotalSeconds:0}");
        await TypeAsync("/bin/echo after");

        // A daemon that starts when the clock has been set goes on in the same time, and in the same session.
        await _live.Daemon.KillAsync();
        await _live.Daemon.StartAsync();
        await TypeAsync("/bin/echo again");
        _live.Tmux.Type("user", "exit", "Enter");
        await _live.Daemon.WaitForEndAsync(_live.Sshd.Port);

        var times = (await _live.EventsAsync()).Select(e => e.GetProperty("time").GetDateTimeOffset()).ToArray();
        Assert.Equal(times.Order(), times);
        Assert.All(times, t => Assert.InRange(t, began - TimeSpan.FromMinutes(1), DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1)));
        var (exitCode, said, errors) = await DaemonProcess.RunCliAsync("verify", _live.Id, "--journal", Path.Combine(_live.Daemon.StateDirectory, "journal.db"));
        Assert.True(exitCode == 0, said + errors);
        await Eventually(() => File.Exists(delivered) && File.ReadAllText(delivered).Contains("connection_close", StringComparison.Ordinal));
        Assert.All(["before", "after", "again"], word => Assert.Contains($"/bin/echo {word}", File.ReadAllText(delivered), StringComparison.Ordinal));

        var findings = JsonDocument.Parse((await _live.Daemon.AskAsync("doctor", "--json")).Output).RootElement.EnumerateArray();
        var finding = Assert.Single(findings, f => f.GetProperty("check").GetString() == "clock");
        Assert.Contains($"1d00h {(days > 0 ? "earlier" : "later")}", finding.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    private async Task TypeAsync(string command)
    {
        _live.Tmux.Type("user", command, "Enter");
        var word = command.Split(' ')[^1];
        await _live.Tmux.WaitAsync("user", screen => screen.Any(line => line == word));
    }

    private static async Task Eventually(Func<bool> isSo)
    {
        for (var look = 0; look < 300 && !isSo(); look++)
            await Task.Delay(100);
        Assert.True(isSo());
    }
}
