using Microsoft.Extensions.Logging;
using SshLog.Actors.Actions;
using SshLog.BuiltIn;
using SshLog.Core.Identity;
using SshLog.Core.Rules;
using SshLog.Persistence.Actions;
using SshLog.Plugins;
using SshLog.Schema;

namespace SshLog.Daemon;

/// <summary>What carries out rules.</summary>
internal static class Rules
{
    /// <summary>All filters and actions that there are.</summary>
    public static PluginCatalogue Plugins { get; } = BuiltIns.Catalogue(EventManifests.All);

    /// <summary>What the actions' actors get.</summary>
    public static ActionPorts Ports(RuleSet rules, ActionStore store, ILoggerFactory loggers, BootClock clock) =>
        new(rules, Plugins, store, loggers, clock, TimeProvider.System);
}
