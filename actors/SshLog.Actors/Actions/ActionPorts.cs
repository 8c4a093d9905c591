using Akka.Actor;
using Microsoft.Extensions.Logging;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.Actors.Actions;

/// <summary>What the actions get from outside.</summary>
/// <param name="Rules">The rules to begin with.</param>
/// <param name="Plugins">What carries them out.</param>
/// <param name="Store">Cursors and dead letters.</param>
/// <param name="Loggers">Logs for the plug-ins.</param>
/// <param name="Clock">Of this boot.</param>
/// <param name="Time">Clock.</param>
public sealed record ActionPorts(
    RuleSet Rules, PluginCatalogue Plugins, IActionStore Store, ILoggerFactory Loggers, BootClock Clock, TimeProvider Time);

/// <summary>What an action's actor works with.</summary>
internal sealed record ActionServices(
    ActionPorts Ports, IEventFeed Journal, ISessionArchive Archive, ICatalogue Catalogue, IActorRef Feed, IActorRef? Router);
