using System.Net;
using SshLog.Core.Protocol;
using SshLog.Core.Recording;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly ConfigurationDirectory _directory = new();

    private string Main => Path.Combine(_directory.Path, "sshlog.conf");

    public void Dispose() => _directory.Dispose();

    /// <summary>A changed default changes what runs on other people's machines: it must be changed here too.</summary>
    [Fact]
    public void The_defaults_are_these()
    {
        var loaded = Load(string.Empty);
        Assert.Equal(
            new DaemonSettings
            {
                StateDirectory = "/var/lib/sshlog",
                Socket = "/run/sshlog/sshlog.sock",
                Nice = -10,
                Access = new AccessSettings("sshlog", "sshlog-operators", "sshlog-admins"),
                Typing = false,
                Notice = ViewerNotice.Off,
                Web = new WebSettings(false, IPAddress.Loopback, 5000, [], string.Empty, string.Empty),
                Metrics = new MetricsSettings(null),
                Recording = RecordingPolicy.Everything,
                Log = new LogSettings("/var/log/sshlog/sshlogd.log", LogVerbosity.Info, 20 * 1024 * 1024, 5),
                Probe = new ProbeSettings(16 * 1024 * 1024, 64 * 1024 * 1024, Pin: true, "/sys/fs/bpf/sshlog", LossAnswer.Log),
                Journal = new JournalSettings(WaitForDisk: true, Compresses: true),
                KeyFrames = new KeyFrameSettings(true, 1024 * 1024),
                SearchIndex = new SearchIndexSettings(true, 25, 4L << 30),
                Capture = new CaptureSettings(64 * 1024 * 1024, Input: false, 1000),
                Plugins = new PluginSettings
                {
                    Directory = "/etc/sshlog/plugins", User = "sshlog-plugin", MemoryBytes = 256 << 20, CpuTime = TimeSpan.FromMinutes(30),
                    Processes = 128, FilterTimeout = TimeSpan.FromSeconds(1), StartTimeout = TimeSpan.FromSeconds(10), Failures = 5,
                },
                Retention = new RetentionPolicy { AlertFree = 2L << 30, Reserve = 1L << 30 },
            },
            loaded.Settings);
        Assert.Same(RuleSet.Empty, loaded.Rules);
    }

    [Fact]
    public void Users_of_the_web_page_are_observers_unless_they_are_told_otherwise() => Assert.Equal(
        [
            new WebUserSettings("olga", "a", Role.Operator), new WebUserSettings("otto", "b", Role.Observer),
            new WebUserSettings("anna", "env:ANNA", Role.Administrator),
        ],
        Load("""
            sshlog.web { user = olga, password = a, users = [
              { name = otto, password = b }, { name = anna, password = "env:ANNA", role = administrator }] }
            """).Settings.Web.Users);

    [Fact]
    public void Passwords_are_not_shown() => Assert.DoesNotContain(
        Load(
            """
            sshlog.web { user = olga, password = hidden1, users = [{ name = otto, password = hidden2 }] }
            sshlog.metrics.otlp-authorization = "Bearer hidden3"
            """).Values,
        setting => setting.Value.Contains("hidden", StringComparison.Ordinal));

    [Theory]
    [InlineData("sshlog.web { user = otto, users = [{ name = otto, password = b }] }", "a name that no other user of the page has")]
    [InlineData("sshlog.web.users = [{ name = otto }]", "password")]
    [InlineData("sshlog.web.users = [{ name = otto, password = b, role = root }]", "observer, operator")]
    [InlineData("sshlog.web.tls.certificate = /etc/cert.pem", "given together with tls.certificate")]
    public void What_cannot_be_of_the_web_page_is_refused(string text, string expected) =>
        Assert.Contains(expected, string.Join('\n', Refused(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("127.0.0.1:9187")]
    [InlineData("[::1]:9187")]
    [InlineData("unix:/run/sshlog/metrics.sock")]
    public void Metrics_are_served_on_this_machine(string where) => Assert.Equal(
        where.Replace("unix:", string.Empty, StringComparison.Ordinal),
        Load($"sshlog.metrics.listen = \"{where}\"").Settings.Metrics.Listen?.ToString());

    [Theory]
    [InlineData("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/metrics")]
    [InlineData("https://collector.example/otlp/v1/metrics", "https://collector.example/otlp/v1/metrics")]
    public void Metrics_are_sent_to_a_collector(string given, string url) => Assert.Equal(
        new OtlpMetricsSettings(new Uri(url), TimeSpan.FromSeconds(5), "Bearer x"),
        Load($"sshlog.metrics {{ otlp-endpoint = \"{given}\", otlp-interval = 5 s, otlp-authorization = \"Bearer x\" }}").Settings.Metrics.Otlp);

    [Theory]
    [InlineData("sshlog.metrics.otlp-endpoint = \"127.0.0.1:4318\"", "an http or https URL")]
    [InlineData("sshlog.metrics.otlp-endpoint = \"http://me:secret@host/\"", "without a user in it")]
    [InlineData("sshlog.metrics.otlp-interval = 0 s", "1 s")]
    public void What_is_no_collector_is_refused(string text, string expected) =>
        Assert.Contains(expected, string.Join('\n', Refused(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("0.0.0.0:9187")]
    [InlineData("192.0.2.1:9187")]
    [InlineData("127.0.0.1")]
    [InlineData("unix:relative")]
    public void Metrics_are_served_to_nobody_else(string where) => Assert.Contains(
        "a loopback address with a port",
        string.Join('\n', Assert.Throws<SettingsException>(() => Load($"sshlog.metrics.listen = \"{where}\"")).Problems),
        StringComparison.Ordinal);

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
              journal { synchronous = normal, compression = none }
              access.observers = wheel
              key-frames { enabled = off, every = 64 KiB }
              search-index { enabled = off, cpu = 100, max-size = 1 GiB }
              record.redact-output { private-keys = on, patterns = ["PIN [0-9]+", "x"] }
              retention { max-age = 90 d, max-size = 10 GiB, keep-at-least = 30 d }
              storage { alert-free = 200 MiB, reserve = 100 MiB, when-full = delete-oldest }
            }
            """,
            new SettingOverride("sshlog.state-directory", "/srv/x", "--state-dir"),
            new SettingOverride("sshlog.log.file", string.Empty, "--log-file")).Settings;
        Assert.Equal("/srv/x", settings.StateDirectory);
        Assert.Equal("/srv/b.sock", settings.Socket);
        Assert.Equal(new LogSettings(string.Empty, LogVerbosity.Warning, 1024 * 1024, 2), settings.Log);
        Assert.Equal(1024 * 1024, settings.Probe.RingBufferBytes);
        Assert.Equal(new JournalSettings(WaitForDisk: false, Compresses: false), settings.Journal);
        Assert.Equal("wheel", settings.Access.Observers);
        Assert.Equal(new KeyFrameSettings(false, 64 * 1024), settings.KeyFrames);
        Assert.Equal(new SearchIndexSettings(false, 100, 1L << 30), settings.SearchIndex);
        Assert.Equal(new RedactOutputSettings(true, ["PIN [0-9]+", "x"]), settings.Capture.RedactOutput);
        Assert.Equal(
            new RetentionPolicy
            {
                MaxAge = TimeSpan.FromDays(90), MaxBytes = 10L << 30, KeepAtLeast = TimeSpan.FromDays(30), AlertFree = 200 << 20,
                Reserve = 100 << 20, DeletesWhenFull = true,
            },
            settings.Retention);
    }

    [Theory]
    [InlineData("sshlog.retention { max-age = 10 d, keep-at-least = 30 d }", "at least sshlog.retention.keep-at-least")]
    [InlineData("sshlog.storage { alert-free = 1 MiB, reserve = 2 MiB }", "at most sshlog.storage.alert-free")]
    [InlineData("sshlog.storage.when-full = panic", "stop-output, delete-oldest")]
    public void Contradictions_about_keeping_are_refused(string text, string allowed) => Assert.Contains(
        allowed, string.Join('\n', Assert.Throws<SettingsException>(() => Load(text)).Problems), StringComparison.Ordinal);

    [Fact]
    public void Keeping_for_ever_is_the_default()
    {
        var retention = Load(string.Empty).Settings.Retention;
        Assert.Equal((TimeSpan.Zero, 0L, false), (retention.MaxAge, retention.MaxBytes, retention.DeletesWhenFull));
    }

    [Fact]
    public void Files_of_conf_d_are_read_in_the_order_of_their_names_after_the_main_file()
    {
        _directory.Write("conf.d/20-b.conf", "sshlog.log.files = 3");
        _directory.Write("conf.d/10-a.conf", "sshlog.log.files = 2\nsshlog.log.level = error");
        _directory.Write("conf.d/30-c.conf.dpkg-old", "sshlog.log.files = 4");
        var settings = Load("sshlog.log { files = 1, level = debug, file-size = 1 MiB }").Settings;
        Assert.Equal((3, LogVerbosity.Error, 1024 * 1024L), (settings.Log.Files, settings.Log.Level, settings.Log.FileSizeBytes));
    }

    [Theory]
    [InlineData("sshlog.record.redact-output.patterns = [a, b]", "a b c d e")]
    [InlineData("sshlog.record.redact-output { patterns += a, patterns += b }", "a b c d e")]
    [InlineData("sshlog.record.redact-output.patterns = a", "a c d e")]
    [InlineData("", "c d e")]
    public void What_is_added_to_a_list_in_a_later_file_is_added_to_that_of_the_earlier_ones(string main, string expected)
    {
        _directory.Write("conf.d/10-a.conf", "sshlog.record.redact-output.patterns += c");
        _directory.Write("conf.d/20-b.conf", "sshlog.record.redact-output { patterns += d }\nsshlog.record.redact-output.patterns += e");
        Assert.Equal(expected.Split(' '), Load(main).Settings.Capture.RedactOutput.Patterns);

        _directory.Write("conf.d/30-c.conf", "sshlog.record.redact-output.patterns = [x]\nsshlog.record.redact-output.patterns += y");
        Assert.Equal(["x", "y"], Load(main).Settings.Capture.RedactOutput.Patterns);
    }

    [Fact]
    public void What_is_no_list_cannot_be_added_to() =>
        Assert.Contains("sshlog.log.files is a list", Assert.Single(Refused("sshlog.log.files += 3")), StringComparison.Ordinal);

    [Fact]
    public void Debug_on_the_command_line_goes_before_the_level_of_the_file() => Assert.Equal(
        LogVerbosity.Debug,
        Load("sshlog.log.level = error", new SettingOverride("sshlog.log.level", "debug", "--debug")).Settings.Log.Level);

    [Fact]
    public void All_mistakes_are_told_at_once_each_with_its_file_its_line_and_what_is_allowed()
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
              typing = perhaps
              web.port = 70000
            }
            """);
        Assert.Equal(8, problems.Count);
        AssertTold(problems, 2, "state-directory = relative/path", "an absolute path");
        AssertTold(problems, 3, "log.level = loud", "debug, info, warning, error");
        AssertTold(problems, 4, "log.files = many", "a whole number from 1 to 1000");
        AssertTold(problems, 5, "probe.ring-buffer = 5 MiB", "a power of two from 256 KiB to 1 GiB");
        AssertTold(problems, 6, "probe.outstanding = 1 KiB", "from 1 MiB");
        AssertTold(problems, 7, "journal.synchronous = maybe", "full, normal");
        AssertTold(problems, 8, "typing = perhaps", "on or off");
        AssertTold(problems, 9, "web.port = 70000", "1 to 65535");
    }

    [Theory]
    [InlineData("sshlog.retention.max-age = 99999999999999999d", "a duration from 0 ms to ")]
    [InlineData("sshlog.retention.max-age = -99999999999999999d", "a duration from 0 ms to ")]
    [InlineData("sshlog.retention.max-age = 7.9e28", "a duration from 0 ms to ")]
    [InlineData("sshlog.retention.max-size = 99999999999999999999PiB", "a size from 0 bytes to ")]
    public void A_value_beyond_all_numbers_is_refused_like_any_other(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(Refused("\n" + text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("sshlog.log.fiels = 3", "there is no setting sshlog.log.fiels; did you mean sshlog.log.files?")]
    [InlineData("sshlog.ring-buffer = 8 MiB", "there is no setting sshlog.ring-buffer; did you mean sshlog.probe.ring-buffer?")]
    [InlineData("sshlog.journal.colour = red", "there is no setting sshlog.journal.colour; known are synchronous, compression")]
    [InlineData("journal.synchronous = full", "there is no setting journal; did you mean sshlog.journal?")]
    [InlineData("akka.remote.untrusted-mode = off", "there is no setting akka; all settings stand under sshlog")]
    [InlineData("sshlog.log = 5", "sshlog.log is a block of settings: { file, level, file-size, files }")]
    [InlineData("sshlog.log.files = [1]", "sshlog.log.files is a list: it must be a whole number from 1 to 1000")]
    [InlineData("sshlog.log.files = null", "sshlog.log.files is null: it must be a whole number from 1 to 1000")]
    public void A_key_that_does_not_exist_or_is_of_another_kind_is_refused_with_what_was_meant(string text, string expected) =>
        Assert.Equal($"{Main}:1: {expected}", Assert.Single(Refused(text)));

    [Fact]
    public void A_wrong_option_names_the_option() => Assert.Equal(
        "--diagnostic-web-port: sshlog.web.port = http is not possible: it must be a whole number from 1 to 65535",
        Assert.Single(Assert.Throws<SettingsException>(
            () => Load(string.Empty, new SettingOverride("sshlog.web.port", "http", "--diagnostic-web-port"))).Problems));

    [Fact]
    public void A_socket_path_that_the_kernel_cannot_hold_is_refused() => Assert.Contains(
        "107 bytes", Assert.Single(Refused($"sshlog.socket = /{new string('x', 107)}")), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_no_hocon_says_where_and_the_others_are_checked_all_the_same()
    {
        var other = _directory.Write("conf.d/x.conf", "\nsshlog.log.files = 0");
        var problems = Refused("sshlog {\n  log = [1, 2\n");
        Assert.StartsWith($"{Main}:2: '[' is not closed", problems[0], StringComparison.Ordinal);
        Assert.StartsWith($"{other}:2: ", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_that_is_missing_is_refused()
    {
        var refused = Assert.Throws<SettingsException>(
            () => SettingsLoader.Load("/nonexistent", [], Rules.SshlogVocabulary.Instance));
        Assert.Contains("cannot be read", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_every_user_may_write_is_refused()
    {
        File.WriteAllText(Main, string.Empty);
        File.SetUnixFileMode(Main, (UnixFileMode)0b110_100_110);
        Assert.Contains("chmod o-w", Assert.Single(_directory.Refused()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0b110_100_100, 0b111_101_101, true)]
    [InlineData(0b110_100_000, 0b111_101_101, false)]
    // Nobody else gets there.
    [InlineData(0b110_100_100, 0b111_000_000, false)]
    public void A_secret_that_every_user_may_read_is_warned_of(int file, int directory, bool warned)
    {
        var secret = _directory.Write("secrets/web", "correct horse");
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(secret, (UnixFileMode)file);
        File.SetUnixFileMode(Path.GetDirectoryName(secret)!, (UnixFileMode)directory);
        File.CreateSymbolicLink(Path.Combine(_directory.Path, "link"), secret);
        var text = $$"""
            sshlog.web { user = olga, password = "file:{{secret}}" }
            sshlog.web.users = [{ name = guest, password = "file:{{_directory.Path}}/link" }]
            sshlog.actions.tell { plugin = slack_action, slack_webhook_url = "file:{{secret}}" }
            """;

        string[] expected = [$"every user may read the secret in {secret}; chmod 600 it", $"every user may read the secret in {_directory.Path}/link; chmod 600 it"];
        Assert.Equal(warned ? expected.Order() : [], Load(text).Warnings.Order());
    }

    [Fact]
    public void An_included_file_is_looked_at_like_any_other()
    {
        var included = _directory.Write("more/x.conf", "sshlog.log.files = 3");
        const string Text = "sshlog.log.level = error\ninclude \"more/x.conf\"";
        Assert.Equal(3, Load(Text).Settings.Log.Files);

        File.SetUnixFileMode(included, (UnixFileMode)0b110_110_110);
        Assert.Equal(
            $"{Main}:2: {included} cannot be included: every user may write this file, so it is not used; chmod o-w it (column 1)",
            Assert.Single(Refused(Text)));

        File.SetUnixFileMode(included, (UnixFileMode)0b110_100_100);
        File.WriteAllText(included, new string(' ', (4 << 20) + 1));
        Assert.StartsWith($"{Main}:2: {included} cannot be included: is longer than 4 MiB", Assert.Single(Refused(Text)), StringComparison.Ordinal);

        File.WriteAllText(included, string.Empty);
        File.SetUnixFileMode(Path.GetDirectoryName(included)!, (UnixFileMode)0b111_111_111);
        Assert.StartsWith($"{Main}:2: {included} cannot be included: every user may put files", Assert.Single(Refused(Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_included_pipe_is_not_waited_for()
    {
        var pipe = Path.Combine(_directory.Path, "pipe");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            await made.WaitForExitAsync();
        Assert.True(File.Exists(pipe));
        var loading = Task.Run(() => Load("sshlog.log.files = 3\ninclude \"pipe\""));
        Assert.Equal(3, (await loading.WaitAsync(TimeSpan.FromSeconds(30))).Settings.Log.Files);
    }

    [Fact]
    public void A_directory_that_every_user_may_write_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "conf.d"));
        File.SetUnixFileMode(Path.Combine(_directory.Path, "conf.d"), (UnixFileMode)0b111_111_111);
        Assert.Contains("conf.d: every user may put files here", Assert.Single(_directory.Refused()), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_value_tells_where_it_comes_from_and_passwords_are_not_shown()
    {
        var values = Load(
            "sshlog.log {\n  files = 2\n}\nsshlog.web.password = hunter2",
            new SettingOverride("sshlog.socket", "/srv/s.sock", "--socket")).Values.ToDictionary(v => v.Path);
        Assert.Equal(("2", $"{Main}:2"), (values["sshlog.log.files"].Value, values["sshlog.log.files"].Source));
        Assert.Equal("--socket", values["sshlog.socket"].Source);
        Assert.Equal(("info", "default"), (values["sshlog.log.level"].Value, values["sshlog.log.level"].Source));
        Assert.DoesNotContain(values.Values, v => v.Value.Contains("hunter2", StringComparison.Ordinal));
        Assert.Equal($"{Main}:4", values["sshlog.web.password"].Source);
    }

    [Fact]
    public void Who_is_recorded_is_read_in_order_and_checked()
    {
        var rules = Load(
            """
            sshlog.record.sessions = [
              { level = none, users = [backup], peers = [192.0.2.0/24, "2001:db8::/32"] }
              { name = robots, level = metadata, groups = deploy }
            ]
            """).Settings.Recording.Rules;
        Assert.Equal(["record.sessions[0]", "robots"], rules.Select(r => r.Name));
        Assert.Equal([RecordingLevel.None, RecordingLevel.Metadata], rules.Select(r => r.Level));
        Assert.Equal(["192.0.2.0/24", "2001:db8::/32"], rules[0].Peers.Select(p => p.ToString()));
        Assert.Equal(["deploy"], rules[1].Groups);

        var problems = Refused("sshlog.record.sessions = [\n{ level = some }\n{ users = [a], peers = [10.0.0.0/33], hosts = [b] }]");
        Assert.Equal(4, problems.Count);
        AssertTold(problems, 2, "level = some", "none, metadata, all");
        AssertTold(problems, 3, "needs level", "none, metadata or all");
        AssertTold(problems, 3, "10.0.0.0/33", "192.0.2.0/24");
        AssertTold(problems, 3, "hosts", "known are");
    }

    [Theory]
    [InlineData("{ level = none, users = [] }", "users = [..] is empty and fits nobody")]
    [InlineData("{ level = none, groups = [] }", "groups = [..] is empty and fits nobody")]
    [InlineData("{ level = none, peers = [] }", "peers = [..] is empty and fits nobody")]
    [InlineData("{ level = none, users = null }", "users has no value")]
    [InlineData("{ level = none, users = [null] }", "users has no value")]
    [InlineData("null", "sshlog.record.sessions has no value")]
    public void An_entry_whose_list_is_empty_does_not_fit_everyone(string entry, string expected) =>
        Assert.Contains(expected, Assert.Single(Refused($"sshlog.record.sessions = [{entry}]")), StringComparison.Ordinal);

    private void AssertTold(IReadOnlyList<string> problems, int line, string setting, string allowed) => Assert.Contains(
        problems,
        p => p.StartsWith($"{Main}:{line}: ", StringComparison.Ordinal) && p.Contains(setting, StringComparison.Ordinal)
            && p.Contains(allowed, StringComparison.Ordinal));

    private LoadedConfiguration Load(string text, params SettingOverride[] overrides)
    {
        File.WriteAllText(Main, text);
        return _directory.Load(overrides);
    }

    private IReadOnlyList<string> Refused(string text) => Assert.Throws<SettingsException>(() => Load(text)).Problems;
}
