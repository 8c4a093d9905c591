using SshLog.Core.Events;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>What the daemon does on loss (sshlog.probe.on-loss), with a flood that a stopped daemon cannot take.</summary>
[Collection("probe")]
public sealed class LossAnswerTests : DaemonTest
{
    private const int InputOutputError = 74;

    [Theory]
    [InlineData("log", "WRN")]
    [InlineData("alert", "ERR")]
    public async Task A_loss_is_said_in_the_log_and_recording_goes_on(string answer, string level)
    {
        await StartAsync(answer);
        await PrintWhileStoppedAsync();
        await _daemon.WaitForLogAsync("missing:");
        await _sshd.Connect("root", "echo afterwards").WaitForExitAsync();
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 2 && s.All(x => !x.GetProperty("open").GetBoolean()));
        var (exitCode, log) = await _daemon.StopAsync();
        Assert.Equal(0, exitCode);
        Assert.Matches($" {level} Session [^ ]+: missing: [0-9,]+ bytes.*, ring buffer full", log);
        AssertRecorded();
    }

    [Fact]
    public async Task For_those_who_must_the_daemon_ends_with_a_status_of_its_own_and_the_loss_recorded()
    {
        await StartAsync("exit");
        await PrintWhileStoppedAsync();
        var (exitCode, log) = await _daemon.WaitForExitAsync();
        Assert.Equal(InputOutputError, exitCode);
        Assert.Contains("Stopping because of the loss", log, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_daemon.Pins));
        AssertRecorded();

        // A session that is open while no daemon runs: what is missing of it then is recorded and ends nothing.
        using var open = _sshd.Connect("root", "cat");
        await _daemon.StartAsync();
        open.Type("again\n");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Any(x => x.GetProperty("open").GetBoolean()));
        Assert.Equal(0, (await _daemon.StopAsync()).ExitCode);
    }

    private async Task StartAsync(string answer)
    {
        _daemon.Settings = $"sshlog.probe {{ ring-buffer = 256 KiB, on-loss = {answer} }}";
        await _daemon.StartAsync();
    }

    private void AssertRecorded() => Assert.Contains(
        _daemon.ReadJournal(_sshd.Port).OfType<LossRecorded>(), loss => loss is { Cause: LossCause.RingFull, Bytes: > 1_000_000 });
}
