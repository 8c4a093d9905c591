using System.CommandLine;
using SshLog.Configuration;
using SshLog.PluginHost;
using SshLog.PluginHost.DotNet;

namespace SshLog.Daemon;

/// <summary>The process edge: command line, exit codes, one sentence for what went wrong.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (PluginHostProgram.IsAsked(args))
            return PluginHostProgram.Run(args);
        var root = DaemonCommandLine.Create(RunAsync);
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

    private static async Task<int> RunAsync(string? location, IReadOnlyList<SettingOverride> overrides)
    {
        try
        {
            using var plugins = new PluginDirectory();
            LoadedConfiguration Load() => SettingsLoader.Load(location, overrides, settings => Rules.Plugins(settings, plugins));
            return await DaemonHost.RunAsync(Load(), Load, plugins).ConfigureAwait(false);
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
        catch (Exception e) when (!overrides.Any(o => o.Source == "--debug"))
        {
            await Complain($"internal error: {e.Message} (run with --debug for more)").ConfigureAwait(false);
            return ExitCodes.Software;
        }
    }

    private static Task Complain(string message) => Console.Error.WriteLineAsync("sshlogd: " + message);
}
