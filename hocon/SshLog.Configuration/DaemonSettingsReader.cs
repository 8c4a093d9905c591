using System.Net;
using System.Net.Sockets;
using System.Text;
using SshLog.Core.Protocol;
using SshLog.Core.Recording;

namespace SshLog.Configuration;

/// <summary>Makes <see cref="DaemonSettings"/> of the settings tree.</summary>
internal static class DaemonSettingsReader
{
    /// <summary>Longest socket path in bytes: sun_path of unix(7) less its NUL.</summary>
    private const int LongestSocketPath = 107;

    public static DaemonSettings Read(SettingsReader reader, Problems problems)
    {
        var settings = new DaemonSettings
        {
            StateDirectory = reader.AbsolutePath("sshlog.state-directory"),
            Socket = reader.AbsolutePath("sshlog.socket"),
            Nice = reader.Number("sshlog.nice", -20, 19),
            Access = new AccessSettings(
                reader.Text("sshlog.access.observers"),
                reader.Text("sshlog.access.operators"),
                reader.Text("sshlog.access.administrators")),
            Typing = reader.Flag("sshlog.typing"),
            Notice = reader.OneOf(
                "sshlog.notice", ("off", ViewerNotice.Off), ("typing", ViewerNotice.Typing), ("watching", ViewerNotice.Watching)),
            Web = WebReader.Read(reader, problems),
            Metrics = new MetricsSettings(ReadListen(reader, "sshlog.metrics.listen"), ReadOtlp(reader)),
            Log = new LogSettings(
                reader.AbsolutePath("sshlog.log.file", mayBeEmpty: true),
                reader.OneOf(
                    "sshlog.log.level",
                    ("debug", LogVerbosity.Debug),
                    ("info", LogVerbosity.Info),
                    ("warning", LogVerbosity.Warning),
                    ("error", LogVerbosity.Error)),
                reader.Bytes("sshlog.log.file-size", 64 * 1024, 1L << 40),
                reader.Number("sshlog.log.files", 1, 1000)),
            Probe = new ProbeSettings(
                (int)reader.Bytes("sshlog.probe.ring-buffer", 256 * 1024, 1 << 30, powerOfTwo: true),
                (int)reader.Bytes("sshlog.probe.outstanding", 1024 * 1024, 1 << 30),
                reader.Flag("sshlog.probe.pin"),
                reader.AbsolutePath("sshlog.probe.pin-directory"),
                reader.OneOf(
                    "sshlog.probe.on-loss", ("log", LossAnswer.Log), ("alert", LossAnswer.Alert), ("exit", LossAnswer.Exit))),
            Journal = new JournalSettings(
                reader.OneOf("sshlog.journal.synchronous", ("full", true), ("normal", false)),
                reader.OneOf("sshlog.journal.compression", ("zstd", true), ("none", false))),
            Retention = RetentionReader.Read(reader),
            KeyFrames = new KeyFrameSettings(
                reader.Flag("sshlog.key-frames.enabled"),
                (int)reader.Bytes("sshlog.key-frames.every", 64 * 1024, 1 << 30)),
            SearchIndex = new SearchIndexSettings(
                reader.Flag("sshlog.search-index.enabled"),
                reader.Number("sshlog.search-index.cpu", 1, 100),
                reader.Bytes("sshlog.search-index.max-size", 1024 * 1024, 1L << 50)),
            Capture = new CaptureSettings(
                reader.Bytes("sshlog.record.channel-limit", 0, 1L << 40),
                reader.Flag("sshlog.record.input"),
                reader.Number("sshlog.record.transfers-in-full", 0, 1_000_000),
                reader.Flag("sshlog.record.redact-arguments"))
            {
                RedactOutput = new RedactOutputSettings(reader.Flag("sshlog.record.redact-output.private-keys"), ReadPatterns(reader)),
            },
            Plugins = PluginsReader.Read(reader),
            Recording = RecordingReader.Read(reader.Node("sshlog.record.sessions"), problems),
        };
        if (Encoding.UTF8.GetByteCount(settings.Socket) > LongestSocketPath)
            reader.Refuse("sshlog.socket", settings.Socket, $"at most {LongestSocketPath} bytes long");
        return settings;
    }

    private static IReadOnlyList<string> ReadPatterns(SettingsReader reader)
    {
        const string path = "sshlog.record.redact-output.patterns";
        var patterns = reader.Texts(path);
        foreach (var pattern in patterns)
        {
            try
            {
                _ = OutputRedaction.Compile(pattern);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                reader.Refuse(path, pattern, $"regular expressions without back-references and look-around ({e.Message.TrimEnd('.')})");
            }
        }

        return patterns;
    }

    private static OtlpMetricsSettings? ReadOtlp(SettingsReader reader)
    {
        const string path = "sshlog.metrics.otlp-endpoint";
        var interval = reader.Duration("sshlog.metrics.otlp-interval", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var authorization = reader.Text("sshlog.metrics.otlp-authorization");
        var text = reader.Text(path);
        if (text.Length == 0)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
            return new OtlpMetricsSettings(url.AbsolutePath == "/" ? new Uri(url, "/v1/metrics") : url, interval, authorization);
        reader.Refuse(path, text, "an http or https URL without a user in it, or empty for none");
        return null;
    }

    /// <summary>Whoever is on the machine may read metrics; nobody else.</summary>
    private static EndPoint? ReadListen(SettingsReader reader, string path)
    {
        const string unix = "unix:";
        var text = reader.Text(path);
        if (text.Length == 0)
            return null;
        if (text.StartsWith(unix + "/", StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(text) <= unix.Length + LongestSocketPath)
            return new UnixDomainSocketEndPoint(text[unix.Length..]);
        if (IPEndPoint.TryParse(text, out var address) && IPAddress.IsLoopback(address.Address) && address.Port != 0)
            return address;
        reader.Refuse(path, text, "a loopback address with a port (127.0.0.1:9187, [::1]:9187), unix:/PATH, or empty for none");
        return null;
    }
}
