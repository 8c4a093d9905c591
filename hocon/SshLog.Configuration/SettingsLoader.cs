using System.Text;
using Akka.Configuration;

namespace SshLog.Configuration;

/// <summary>What the command line and the environment say, which goes before the file.</summary>
/// <param name="StateDirectory">--state-dir.</param>
/// <param name="Socket">--socket.</param>
/// <param name="LogFile">--log-file.</param>
/// <param name="Debug">--debug.</param>
public sealed record SettingsOverrides(
    string? StateDirectory = null, string? Socket = null, string? LogFile = null, bool Debug = false);

/// <summary>Makes <see cref="DaemonSettings"/> of the configuration file over hocon/reference.conf.</summary>
public static class SettingsLoader
{
    /// <summary>Read when no file is named; it need not exist.</summary>
    public const string DefaultFile = "/etc/sshlog/sshlog.conf";

    /// <summary>Longest socket path in bytes: sun_path of unix(7) less its NUL.</summary>
    private const int LongestSocketPath = 107;

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="file">The file named by the user; null for <see cref="DefaultFile"/> if it exists.</param>
    /// <param name="overrides">See there.</param>
    /// <exception cref="SettingsException">The file cannot be read, or settings are wrong.</exception>
    public static DaemonSettings Load(string? file, SettingsOverrides overrides)
    {
        var named = file ?? (File.Exists(DefaultFile) ? DefaultFile : null);
        var config = named is null ? Config.Empty : Parse(named);
        var settings = Read(config.WithFallback(Reference()), named ?? "defaults", overrides);
        return settings;
    }

    /// <summary>hocon/reference.conf.</summary>
    public static Config Reference() => ConfigurationFactory.ParseString(ReferenceText());

    /// <summary>The text of hocon/reference.conf.</summary>
    public static string ReferenceText()
    {
        using var stream = typeof(SettingsLoader).Assembly.GetManifestResourceStream("reference.conf")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Config Parse(string file)
    {
        try
        {
            return ConfigurationFactory.ParseString(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"{file}: cannot be read: {e.Message}"]);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Which exception a parse error is differs between the engines; its message names line and column.
            throw new SettingsException([$"{file}: {e.Message}"]);
        }
    }

    private static DaemonSettings Read(Config config, string source, SettingsOverrides overrides)
    {
        var reader = new SettingsReader(config, source);
        var settings = new DaemonSettings
        {
            StateDirectory = overrides.StateDirectory ?? reader.AbsolutePath("sshlog.state-directory"),
            Socket = overrides.Socket ?? reader.AbsolutePath("sshlog.socket"),
            Access = new AccessSettings(
                reader.Text("sshlog.access.observers"),
                reader.Text("sshlog.access.operators"),
                reader.Text("sshlog.access.administrators")),
            Log = new LogSettings(
                overrides.LogFile ?? reader.AbsolutePath("sshlog.log.file", mayBeEmpty: true),
                overrides.Debug
                    ? LogVerbosity.Debug
                    : reader.OneOf(
                        "sshlog.log.level",
                        ("debug", LogVerbosity.Debug),
                        ("info", LogVerbosity.Info),
                        ("warning", LogVerbosity.Warning),
                        ("error", LogVerbosity.Error)),
                reader.Bytes("sshlog.log.file-size", 64 * 1024, 1L << 40),
                reader.Number("sshlog.log.files", 1, 1000)),
            Probe = new ProbeSettings(
                (int)reader.Bytes("sshlog.probe.ring-buffer", 256 * 1024, 1 << 30, powerOfTwo: true),
                (int)reader.Bytes("sshlog.probe.outstanding", 1024 * 1024, 1 << 30)),
            Journal = new JournalSettings(
                reader.OneOf("sshlog.journal.synchronous", ("full", true), ("normal", false))),
        };
        List<string> problems = [.. reader.Problems];
        if (Encoding.UTF8.GetByteCount(settings.Socket) > LongestSocketPath)
            problems.Add($"{source}: the socket's path is longer than {LongestSocketPath} bytes: {settings.Socket}");
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }
}
