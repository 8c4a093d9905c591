using Microsoft.Extensions.Logging;
using SshLog.Actors.Actions;
using SshLog.BuiltIn;
using SshLog.Configuration;
using SshLog.Core.Identity;
using SshLog.Persistence.Actions;
using SshLog.PluginHost;
using SshLog.Plugins;
using SshLog.Schema;

namespace SshLog.Daemon;

/// <summary>What carries out rules.</summary>
internal static class Rules
{
    /// <summary>All filters and actions that there are: ours, and what is in the directory of plug-ins now.</summary>
    public static PluginCatalogue Plugins(DaemonSettings settings, PluginDirectory directory) =>
        directory.Load(settings.Plugins, BuiltIns.Catalogue(EventManifests.All));

    /// <summary>The catalogue that the rules of a configuration were checked against.</summary>
    public static PluginCatalogue PluginsOf(LoadedConfiguration configuration) => (PluginCatalogue)configuration.Vocabulary;

    /// <summary>True if a rule waits for signed heads, which else need not be told.</summary>
    public static bool ShipHeads(LoadedConfiguration configuration) =>
        configuration.Rules.Rules.Any(rule => rule.Triggers.Any(trigger => trigger is BuiltIns.HeadSigned or EventManifests.HeadSigned));

    /// <summary>What the actions' actors get.</summary>
    public static ActionPorts Ports(LoadedConfiguration configuration, ActionStore store, ILoggerFactory loggers, BootClock clock) =>
        new(configuration.Rules, PluginsOf(configuration), store, loggers, clock, TimeProvider.System);
}
