using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using SshLog.Configuration;
using SshLog.Core.Protocol;
using SshLog.Core.Recording;

namespace SshLog.Daemon;

/// <summary>
/// Reads the configuration again, on SIGHUP or by command, and puts what can change while the daemon runs into its
/// place. A configuration with mistakes is refused as a whole, and the old one goes on.
/// </summary>
internal sealed partial class ConfigurationReload(
    LoadedConfiguration configuration, Func<LoadedConfiguration> load, ILogger<ConfigurationReload> log) : IConfigurationReload
{
    /// <summary>Settings that count at once; all others need a restart. The socket's group is set when it is made.</summary>
    private static readonly string[] _atOnce =
        ["sshlog.access.operators", "sshlog.access.administrators", "sshlog.record.sessions"];

    /// <summary>Plug-ins are looked for anew each time.</summary>
    private const string Plugins = "sshlog.plugins.";

    private readonly Lock _one = new();
    private readonly string _observers = configuration.Settings.Access.Observers;
    private LoadedConfiguration _current = configuration;

    /// <summary>How much of whom is recorded; changes with the configuration.</summary>
    public CurrentRecording Recording { get; } = new(configuration.Settings.Recording)
    {
        RedactsArguments = configuration.Settings.Capture.RedactArguments,
        RedactsOutput = configuration.Settings.Capture.RedactOutput is { Any: true } output
            ? new OutputRedaction(output.PrivateKeys, [.. output.Patterns.Select(OutputRedaction.Compile)])
            : null,
    };

    /// <summary>Who may do what; changes with the configuration.</summary>
    public GroupRoles Roles { get; } = new(configuration.Settings.Access);

    /// <summary>Is told of every new configuration after it was accepted.</summary>
    public event Action<LoadedConfiguration>? Accepted;

    /// <summary>SIGHUP.</summary>
    public void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Reload();
    }

    /// <inheritdoc/>
    public GatewayProtocol.ConfigurationReloaded Reload()
    {
        lock (_one)
        {
            try
            {
                var next = load();
                var lines = Differences(_current, next);
                _current = next;
                Recording.Current = next.Settings.Recording;
                Roles.Access = next.Settings.Access with { Observers = _observers };
                Accepted?.Invoke(next);
                foreach (var line in lines)
                    Changed(log, line);
                Done(log, next.Files.Count, next.Rules.Rules.Count, next.Rules.Actions.Count);
                return new GatewayProtocol.ConfigurationReloaded(true, lines);
            }
            catch (SettingsException e)
            {
                foreach (var problem in e.Problems)
                    Wrong(log, problem);
                Refused(log, e.Problems.Count);
                return new GatewayProtocol.ConfigurationReloaded(false, e.Problems);
            }
        }
    }

    private static List<string> Differences(LoadedConfiguration before, LoadedConfiguration after)
    {
        var old = before.Values.ToDictionary(v => v.Path, StringComparer.Ordinal);
        List<string> lines =
        [
            .. after.Values
                .Where(v => old.TryGetValue(v.Path, out var was) && v.DiffersFrom(was))
                .Select(v => $"{v.Path} is now {v.Value} ({v.Source})"
                    + (_atOnce.Contains(v.Path) || v.Path.StartsWith(Plugins, StringComparison.Ordinal) ? string.Empty : ": this needs a restart")),
        ];
        return lines;
    }

    [LoggerMessage(10, LogLevel.Information, "Configuration read again: {Files} files, {Rules} rules, {Actions} actions")]
    private static partial void Done(ILogger logger, int files, int rules, int actions);

    [LoggerMessage(11, LogLevel.Information, "Configuration: {Change}")]
    private static partial void Changed(ILogger logger, string change);

    [LoggerMessage(12, LogLevel.Error, "Configuration: {Problem}")]
    private static partial void Wrong(ILogger logger, string problem);

    [LoggerMessage(13, LogLevel.Error, "The configuration has {Count} mistakes and is not used; the old one goes on")]
    private static partial void Refused(ILogger logger, int count);
}
