using SshLog.Configuration;

namespace SshLog.Configuration.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    /// <summary>A changed default changes what runs on other people's machines: it must be changed here too.</summary>
    [Fact]
    public void The_defaults_are_these() => Assert.Equal(
        new DaemonSettings
        {
            StateDirectory = "/var/lib/sshlog",
            Socket = "/run/sshlog/sshlog.sock",
            Access = new AccessSettings("sshlog", "sshlog-operators", "sshlog-admins"),
            Log = new LogSettings("/var/log/sshlog/sshlogd.log", LogVerbosity.Info, 20 * 1024 * 1024, 5),
            Probe = new ProbeSettings(8 * 1024 * 1024, 16 * 1024 * 1024),
            Journal = new JournalSettings(WaitForDisk: true),
        },
        Load(string.Empty));

    [Fact]
    public void A_file_goes_before_the_defaults_and_the_command_line_before_the_file()
    {
        var settings = Load(
            """
            sshlog {
              state-directory = /srv/a
              socket = /srv/b.sock
              log { file = /srv/c.log, level = warning, file-size = 1 MiB, files = 2 }
              probe.ring-buffer = 1 MiB
              journal.synchronous = normal
              access.observers = wheel
            }
            """,
            new SettingsOverrides(StateDirectory: "/srv/x", LogFile: string.Empty));
        Assert.Equal("/srv/x", settings.StateDirectory);
        Assert.Equal("/srv/b.sock", settings.Socket);
        Assert.Equal(new LogSettings(string.Empty, LogVerbosity.Warning, 1024 * 1024, 2), settings.Log);
        Assert.Equal(1024 * 1024, settings.Probe.RingBufferBytes);
        Assert.False(settings.Journal.WaitForDisk);
        Assert.Equal("wheel", settings.Access.Observers);
    }

    [Fact]
    public void Debug_on_the_command_line_goes_before_the_level_of_the_file() => Assert.Equal(
        LogVerbosity.Debug, Load("sshlog.log.level = error", new SettingsOverrides(Debug: true)).Log.Level);

    [Fact]
    public void All_mistakes_are_told_at_once_each_with_its_file_its_setting_and_what_is_allowed()
    {
        var problems = Refused(
            """
            sshlog {
              state-directory = relative/path
              log.level = loud
              log.files = many
              probe.ring-buffer = 5 MiB
              probe.outstanding = 1 KiB
              journal.synchronous = maybe
            }
            """);
        Assert.Equal(6, problems.Count);
        Assert.All(problems, p => Assert.StartsWith(_file + ": ", p, StringComparison.Ordinal));
        AssertTold(problems, "state-directory = relative/path", "an absolute path");
        AssertTold(problems, "log.level = loud", "debug, info, warning, error");
        AssertTold(problems, "log.files", "a whole number");
        AssertTold(problems, "probe.ring-buffer = 5242880", "a power of two");
        AssertTold(problems, "probe.outstanding = 1024", "from 1048576");
        AssertTold(problems, "journal.synchronous = maybe", "full, normal");
    }

    [Fact]
    public void A_socket_path_that_the_kernel_cannot_hold_is_refused()
    {
        var problem = Assert.Single(Refused($"sshlog.socket = /{new string('x', 107)}"));
        Assert.Contains("107 bytes", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_hocon_says_where()
    {
        var problem = Assert.Single(Refused("sshlog {\n  log = [1, 2\n"));
        Assert.Contains(_file, problem, StringComparison.Ordinal);
        Assert.Contains("line 2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_that_is_missing_is_refused()
    {
        var refused = Assert.Throws<SettingsException>(
            () => SettingsLoader.Load("/nonexistent", new SettingsOverrides()));
        Assert.Contains("cannot be read", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    private static void AssertTold(IReadOnlyList<string> problems, string setting, string allowed) => Assert.Contains(
        problems,
        p => p.Contains(setting, StringComparison.Ordinal) && p.Contains(allowed, StringComparison.Ordinal));

    private DaemonSettings Load(string text, SettingsOverrides? overrides = null)
    {
        File.WriteAllText(_file, text);
        return SettingsLoader.Load(_file, overrides ?? new SettingsOverrides());
    }

    private IReadOnlyList<string> Refused(string text) => Assert.Throws<SettingsException>(() => Load(text)).Problems;
}
