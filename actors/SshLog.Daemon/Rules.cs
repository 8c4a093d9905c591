using Akka.Actor;
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

    /// <summary>Puts the rules of a configuration in the place of those before.</summary>
    /// <param name="supervisor">Of the actions.</param>
    /// <param name="next">The configuration.</param>
    /// <param name="patience">How long that may take; what has not happened by then does not happen any more.</param>
    /// <returns>Why the rules of before go on; nothing when the new ones hold.</returns>
    public static IReadOnlyList<string> Apply(IActorRef supervisor, LoadedConfiguration next, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            var apply = new ActionProtocol.Apply(next.Rules, PluginsOf(next)) { GivenUp = limit.Token };
            return supervisor.Ask<ActionProtocol.Applied>(apply, limit.Token).GetAwaiter().GetResult().Problems;
        }
        catch (OperationCanceledException)
        {
            return [$"the actions could not be made within {patience.TotalSeconds:0} s: one of them hangs, or the machine is too busy; try again"];
        }
    }

    /// <summary>What the actions' actors get.</summary>
    public static ActionPorts Ports(LoadedConfiguration configuration, ActionStore store, ILoggerFactory loggers, BootClock clock) =>
        new(configuration.Rules, PluginsOf(configuration), store, loggers, clock, TimeProvider.System);
}
