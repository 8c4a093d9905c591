using System.CommandLine;
using SshLog.Configuration;

namespace SshLog.Daemon;

/// <summary>The process edge: command line, exit codes, one sentence for what went wrong.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var config = new Option<string?>("--config") { Description = $"Configuration file (default {SettingsLoader.DefaultFile})" };
        var stateDirectory = new Option<string?>("--state-dir") { Description = "Directory of the journal" };
        var socket = new Option<string?>("--socket") { Description = "Unix socket for the sshlog command" };
        var logFile = new Option<string?>("--log-file", "-l") { Description = "Log file of the daemon; \"\" for none" };
        var debug = new Option<bool>("--debug") { Description = "Log everything" };
        var root = new RootCommand("Records the SSH sessions of this machine.") { config, stateDirectory, socket, logFile, debug };
        root.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(config),
            new SettingsOverrides(
                Absolute(parsed.GetValue(stateDirectory)),
                Absolute(parsed.GetValue(socket)),
                AbsoluteOrNone(parsed.GetValue(logFile) ?? Environment.GetEnvironmentVariable("SSHLOG_LOGFILE")),
                parsed.GetValue(debug) || IsSet("SSHLOG_DEBUG"))));
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
                await Complain(error.Message).ConfigureAwait(false);
            await Complain("try 'sshlogd --help'").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        // The host answers SIGINT and SIGTERM, so that everything captured reaches the journal.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null })
            .ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(string? configFile, SettingsOverrides overrides)
    {
        try
        {
            var settings = SettingsLoader.Load(configFile, overrides);
            await DaemonHost.RunAsync(settings).ConfigureAwait(false);
            return ExitCodes.Ok;
        }
        catch (SettingsException e)
        {
            foreach (var problem in e.Problems)
                await Complain(problem).ConfigureAwait(false);
            return ExitCodes.Configuration;
        }
        catch (StartupException e)
        {
            await Complain(e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (Exception e) when (!overrides.Debug)
        {
            await Complain($"internal error: {e.Message} (run with --debug for more)").ConfigureAwait(false);
            return ExitCodes.Software;
        }
    }

    private static Task Complain(string message) => Console.Error.WriteLineAsync("sshlogd: " + message);

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);

    private static string? AbsoluteOrNone(string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path);

    private static bool IsSet(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && value is not ("0" or "false" or "off" or "no");
}
