using System.Globalization;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>What goes wrong says so in one sentence, with the exit code of sysexits.h, and without a stack trace.</summary>
[Collection("probe")]
public sealed class RefusalTests : IDisposable
{
    private readonly DaemonProcess _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task No_daemon_is_said_to_be_no_daemon() =>
        AssertRefused(69, "not running", await DaemonProcess.RunCliAsync("--socket", _daemon.Socket, "sessions"));

    [Fact]
    public async Task An_unknown_session_is_named()
    {
        await _daemon.StartAsync();
        var (exitCode, output, errors) = await _daemon.AskAsync("replay", "no-such-session");
        AssertRefused(66, "no-such-session", (exitCode, System.Text.Encoding.UTF8.GetString(output), errors));
    }

    [Fact]
    public async Task A_stranger_may_not_open_the_socket()
    {
        await _daemon.StartAsync();
        using var sshd = new SshServer();
        AssertRefused(77, "permission", await _daemon.AskAsUserAsync(sshd.User, ["nogroup"], "sessions"));
    }

    [Fact]
    public async Task A_state_directory_in_use_names_the_holder()
    {
        await _daemon.StartAsync();
        AssertRefused(
            75,
            $"pid {_daemon.Pid.ToString(CultureInfo.InvariantCulture)}",
            await DaemonProcess.RunDaemonAsync("--state-dir", _daemon.StateDirectory, "--socket", _daemon.Socket + "2", "--log-file", ""));
    }

    [Fact]
    public async Task A_wrong_setting_names_file_setting_and_what_is_allowed()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "sshlog.probe.ring-buffer = 5 MiB\nsshlog.log.level = loud\n");
            var refused = await DaemonProcess.RunDaemonAsync("--config", file);
            AssertRefused(78, "power of two", refused);
            AssertRefused(78, "debug, info, warning, error", refused);
            AssertRefused(78, file, refused);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_unknown_option_is_a_usage_error() =>
        AssertRefused(64, "--no-such-option", await DaemonProcess.RunDaemonAsync("--no-such-option"));

    private static void AssertRefused(int exitCode, string says, (int ExitCode, string Output, string Errors) run)
    {
        Assert.True(exitCode == run.ExitCode, $"{run.ExitCode}: {run.Errors}");
        Assert.Contains(says, run.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", run.Errors + run.Output, StringComparison.Ordinal);
    }
}
