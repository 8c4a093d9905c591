using System.CommandLine;
using SshLog.Configuration;

namespace SshLog.Daemon;

/// <summary>What may stand on sshlogd's command line, and the environment variables that stand for it.</summary>
internal static class DaemonCommandLine
{
    /// <summary>The command line alone, for the manual.</summary>
    public static RootCommand Describe() => Create((_, _) => Task.FromResult(ExitCodes.Ok));

    /// <summary>The command line that calls <paramref name="run"/>.</summary>
    /// <param name="run">Gets the configuration file, null for the default one, and what goes before it.</param>
    public static RootCommand Create(Func<string?, SettingsOverrides, Task<int>> run)
    {
        var config = new Option<string?>("--config") { Description = $"Configuration file (default {SettingsLoader.DefaultFile})" };
        var stateDirectory = new Option<string?>("--state-dir") { Description = "Directory of the journal" };
        var socket = new Option<string?>("--socket") { Description = "Unix socket for the sshlog command" };
        var logFile = new Option<string?>("--log-file", "-l") { Description = "Log file of the daemon; \"\" for none" };
        var debug = new Option<bool>("--debug") { Description = "Log everything" };
        var root = new RootCommand("Records the SSH sessions of this machine.") { config, stateDirectory, socket, logFile, debug };
        root.SetAction((parsed, _) => run(
            parsed.GetValue(config),
            new SettingsOverrides(
                Absolute(parsed.GetValue(stateDirectory)),
                Absolute(parsed.GetValue(socket)),
                AbsoluteOrNone(parsed.GetValue(logFile) ?? Environment.GetEnvironmentVariable("SSHLOG_LOGFILE")),
                parsed.GetValue(debug) || IsSet("SSHLOG_DEBUG"))));
        return root;
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);

    private static string? AbsoluteOrNone(string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path);

    private static bool IsSet(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && value is not ("0" or "false" or "off" or "no");
}
