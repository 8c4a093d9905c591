using System.CommandLine;
using SshLog.Configuration;

namespace SshLog.Daemon;

/// <summary>What may stand on sshlogd's command line, and the environment variables that stand for it.</summary>
internal static class DaemonCommandLine
{
    private const string Path = "PATH";

    /// <summary>Every setting that an option or a variable can give; sshlog's names among them.</summary>
    private static readonly Given[] _given =
    [
        new("sshlog.state-directory", Text("--state-dir", "Directory of the journal", Path), null, IsPath: true),
        new("sshlog.socket", Text("--socket", "Unix socket for the sshlog command", Path), null, IsPath: true),
        new("sshlog.log.file", Text("--log-file", "Log file of the daemon; \"\" for none", Path, "-l", "--logfile"), "SSHLOG_LOGFILE", IsPath: true),
        new("sshlog.log.level", Switch("--debug", "Log everything"), "SSHLOG_DEBUG", On: "debug"),
        new("sshlog.typing", Switch("--enable-session-injection", "Let operators type into sessions"), "SSHLOG_ENABLE_SESSION_INJECTION", On: "on"),
        new("sshlog.web.enabled", Switch("--enable-diagnostic-web", "Serve the web page"), "SSHLOG_ENABLE_DIAGNOSTIC_WEB", On: "on"),
        new("sshlog.web.address", Text("--diagnostic-web-ip", "Address of the web page (default 127.0.0.1)", "ADDRESS"), "SSHLOG_DIAGNOSTIC_WEB_IP"),
        new("sshlog.web.port", Text("--diagnostic-web-port", "Port of the web page (default 5000)", "PORT"), "SSHLOG_DIAGNOSTIC_WEB_PORT"),
        new("sshlog.web.user", null, "SSHLOG_WEB_USER"),
        new("sshlog.web.password", null, "SSHLOG_WEB_PASS"),
    ];

    /// <summary>The command line alone, for the manual.</summary>
    public static RootCommand Describe() => Create((_, _) => Task.FromResult(ExitCodes.Ok));

    /// <summary>The command line that calls <paramref name="run"/>.</summary>
    /// <param name="run">Gets where the configuration is, null for the default, and what goes before it.</param>
    public static RootCommand Create(Func<string?, IReadOnlyList<SettingOverride>, Task<int>> run)
    {
        var config = new Option<string?>("--config")
        {
            Description = $"Configuration: a directory with sshlog.conf and conf.d, or one file (default {SettingsLoader.DefaultDirectory})",
            HelpName = Path,
        };
        var root = new RootCommand("Records the SSH sessions of this machine.") { config };
        foreach (var given in _given)
        {
            if (given.Option is { } option)
                root.Options.Add(option);
        }

        root.SetAction((parsed, _) => run(parsed.GetValue(config), [.. _given.Select(g => g.Read(parsed)).OfType<SettingOverride>()]));
        return root;
    }

    private static Option<string?> Text(string name, string description, string helpName, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };

    private static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    /// <summary>A setting that the command line or the environment can give.</summary>
    /// <param name="Setting">Full path.</param>
    /// <param name="Option">Null for none.</param>
    /// <param name="Variable">Null for none; the option goes before it.</param>
    /// <param name="On">What a switch that is on means.</param>
    /// <param name="IsPath">Relative to the working directory.</param>
    private sealed record Given(string Setting, Option? Option, string? Variable, string? On = null, bool IsPath = false)
    {
        public SettingOverride? Read(ParseResult parsed)
        {
            var named = Option switch
            {
                Option<string?> text => parsed.GetValue(text),
                Option<bool> flag when parsed.GetValue(flag) => On,
                _ => null,
            };
            if (named is not null)
                return new SettingOverride(Setting, Absolute(named), Option!.Name);
            if (Variable is null || Environment.GetEnvironmentVariable(Variable) is not { } value)
                return null;
            if (On is null)
                return value.Length > 0 || IsPath ? new SettingOverride(Setting, Absolute(value), Variable) : null;
            return value.Length > 0 && value.ToUpperInvariant() is not ("0" or "FALSE" or "OFF" or "NO")
                ? new SettingOverride(Setting, On, Variable)
                : null;
        }

        private string Absolute(string value) =>
            IsPath && value.Length > 0 ? System.IO.Path.GetFullPath(value) : value;
    }
}
