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
    private readonly Dictionary<string, EffectiveSetting> _started = ByPath(configuration);
    private Dictionary<string, EffectiveSetting> _current = ByPath(configuration);

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

    /// <summary>
    /// Puts the rules of a configuration into their place, before anything else of it counts. What it says is wrong refuses the
    /// configuration; the rules of before must then go on.
    /// </summary>
    public Func<LoadedConfiguration, IReadOnlyList<string>> ApplyRules { get; set; } = _ => [];

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
                var (changed, waiting) = Compare(next);
                if (ApplyRules(next) is { Count: > 0 } problems)
                    return Refuse(problems);
                _current = ByPath(next);
                Recording.Current = next.Settings.Recording;
                Roles.Access = next.Settings.Access with { Observers = _observers };
                Accepted?.Invoke(next);
                changed.ForEach(line => Changed(log, line));
                waiting.ForEach(line => Waits(log, line));
                Done(log, next.Files.Count, next.Rules.Rules.Count, next.Rules.Actions.Count);
                return new GatewayProtocol.ConfigurationReloaded(true, [.. changed, .. waiting]);
            }
            catch (SettingsException e)
            {
                return Refuse(e.Problems);
            }
#pragma warning disable CA1031 // On a signal's thread it would end the daemon: no mistake in a file may end recording.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Defect(log, e);
                return Refuse([$"the configuration could not be taken over: {e.Message} (a defect; the log shows where)"]);
            }
        }
    }

    private GatewayProtocol.ConfigurationReloaded Refuse(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
            Wrong(log, problem);
        Refused(log, problems.Count);
        return new GatewayProtocol.ConfigurationReloaded(false, problems);
    }

    /// <summary>What has changed, and what does not count before a restart: also what an earlier reload has named already.</summary>
    private (List<string> Changed, List<string> Waiting) Compare(LoadedConfiguration next)
    {
        List<string> changed = [], waiting = [];
        foreach (var setting in next.Values)
        {
            var line = $"{setting.Path} is now {setting.Value} ({setting.Source})";
            if (!IsAtOnce(setting) && setting.DiffersFrom(_started[setting.Path]))
                waiting.Add(line + ": this needs a restart");
            else if (setting.DiffersFrom(_current[setting.Path]))
                changed.Add(line);
        }

        return (changed, waiting);
    }

    private static bool IsAtOnce(EffectiveSetting setting) =>
        _atOnce.Contains(setting.Path) || setting.Path.StartsWith(Plugins, StringComparison.Ordinal);

    private static Dictionary<string, EffectiveSetting> ByPath(LoadedConfiguration configuration) =>
        configuration.Values.ToDictionary(v => v.Path, StringComparer.Ordinal);

    [LoggerMessage(10, LogLevel.Information, "Configuration read again: {Files} files, {Rules} rules, {Actions} actions")]
    private static partial void Done(ILogger logger, int files, int rules, int actions);

    [LoggerMessage(11, LogLevel.Information, "Configuration: {Change}")]
    private static partial void Changed(ILogger logger, string change);

    [LoggerMessage(14, LogLevel.Warning, "Configuration: {Change}")]
    private static partial void Waits(ILogger logger, string change);

    [LoggerMessage(12, LogLevel.Error, "Configuration: {Problem}")]
    private static partial void Wrong(ILogger logger, string problem);

    [LoggerMessage(15, LogLevel.Error, "Reading the configuration again failed")]
    private static partial void Defect(ILogger logger, Exception exception);

    [LoggerMessage(13, LogLevel.Error, "The configuration has {Count} mistakes and is not used; the old one goes on")]
    private static partial void Refused(ILogger logger, int count);
}
