using Akka.Actor;
using Akka.Event;
using SshLog.Core.Journal;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.Actors.Actions;

/// <summary>
/// One child an action. New rules take the place of the old ones when everything in them could be made; the children stop,
/// and new ones go on behind the same cursors.
/// </summary>
public sealed class ActionSupervisor : ReceiveActor
{
    private readonly ActionServices _services;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, ActionHealth> _health = [];
    private readonly Dictionary<string, Running> _children = [];
    private readonly HashSet<IActorRef> _stopping = [];
    private readonly Newest _newest;
    private List<Made> _next = [];

    /// <param name="ports">From outside.</param>
    /// <param name="journal">The events.</param>
    /// <param name="archive">The same, by session.</param>
    /// <param name="catalogue">Their sessions.</param>
    /// <param name="feed">Says when there are more.</param>
    /// <param name="router">Records in sessions who ends them; null where nothing can be recorded.</param>
    /// <param name="newest">The rules to begin with.</param>
    public ActionSupervisor(
        ActionPorts ports, IEventFeed journal, ISessionArchive archive, ICatalogue catalogue, IActorRef feed, IActorRef? router, Newest newest)
    {
        _services = new ActionServices(ports, journal, archive, catalogue, feed, router);
        _newest = newest;
        Receive<ActionProtocol.Apply>(apply => Sender.Tell(new ActionProtocol.Applied(Apply(apply))));
        Receive<ActionProtocol.GetActions>(_ => Sender.Tell(new ActionProtocol.Actions([.. _health.Values.OrderBy(h => h.Name, StringComparer.Ordinal)])));
        Receive<ActionProtocol.Retry>(retry => Forward(retry.Action, retry));
        Receive<ActionProtocol.Drop>(drop => Forward(drop.Action, drop));
        Receive<ActionHealth>(health => _health[health.Name] = health);
        Receive<Terminated>(Ended);
    }

    /// <summary>How to make one.</summary>
    public static Props Props(
        ActionPorts ports, IEventFeed journal, ISessionArchive archive, ICatalogue catalogue, IActorRef feed, IActorRef? router)
    {
        ArgumentNullException.ThrowIfNull(ports);
        var newest = new Newest(ports.Rules, ports.Plugins);
        return Akka.Actor.Props.Create(() => new ActionSupervisor(ports, journal, archive, catalogue, feed, router, newest));
    }

    /// <summary>An action's actor that fails begins again behind its cursor, ten times a minute at most.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        10, TimeSpan.FromMinutes(1), _ => Directive.Restart);

    /// <inheritdoc />
    protected override void PreStart()
    {
        // There are no rules to fall back on: what can be made goes on without the rest.
        var problems = new List<string>();
        Replace(_newest.Rules, Make(_newest.Rules, _newest.Plugins, problems));
        foreach (var problem in problems)
            _log.Error("{0}", problem);
    }

    private List<string> Apply(ActionProtocol.Apply apply)
    {
        var problems = new List<string>();
        var made = apply.GivenUp.IsCancellationRequested ? [] : Make(apply.Rules, apply.Plugins, problems);
        if (apply.GivenUp.IsCancellationRequested)
            problems.Add("the rules were given up before they could be made");
        if (problems.Count == 0)
        {
            (_newest.Rules, _newest.Plugins) = (apply.Rules, apply.Plugins);
            Replace(apply.Rules, made);
        }

        return problems;
    }

    private List<Made> Make(RuleSet rules, PluginCatalogue plugins, List<string> problems) =>
        [.. rules.Actions.Select(definition => Make(definition, rules, plugins, problems)).OfType<Made>()];

    private void Replace(RuleSet rules, List<Made> made)
    {
        Forget(rules);
        _next = made;
        foreach (var child in _children.Values)
        {
            _stopping.Add(child.Actor);
            Context.Stop(child.Actor);
        }

        _children.Clear();
        _health.Clear();
        StartNext();
    }

    // Rules do not wait for a disk that is full: what is left here is deleted with the next ones.
    private void Forget(RuleSet rules)
    {
        try
        {
            _services.Ports.Store.Keep(rules.Actions.Select(a => a.Name).ToHashSet(StringComparer.Ordinal));
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("The marks of actions that there are no more could not be deleted: {0}", e.Message);
        }
    }

    private Made? Make(ActionDefinition definition, RuleSet rules, PluginCatalogue plugins, List<string> problems)
    {
        try
        {
            IReadOnlyList<RuleMatcher> Matchers() =>
            [
                .. rules.Rules.Where(r => r.Actions.Contains(definition.Name, StringComparer.Ordinal))
                    .Select(r => RuleMatcher.Create(r, plugins, text => _log.Error("{0}", text))),
            ];
            var factory = plugins.Action(definition.Plugin);
            var parameters = new Parameters(factory.Description, definition.Parameters);
            var log = _services.Ports.Loggers.CreateLogger("SshLog.Actions." + definition.Name);
            IAction Create() => factory.Create(new ActionContext(definition.Name, parameters, log, _services.Ports.Time));
            // A mistake must be known before the old rules are given up.
            _ = Create().DisposeAsync().AsTask();
            var first = Matchers();
            var needsThread = first.Any(r => r.NeedsThread);
            foreach (var matcher in first)
                matcher.Dispose();
            return new Made(definition, Matchers, Create, DeliveryPolicy.From(parameters), needsThread);
        }
#pragma warning disable CA1031 // A plug-in's defect is the plug-in's: whatever it is, the rules are refused with its words.
        catch (Exception e)
#pragma warning restore CA1031
        {
            problems.Add($"{definition.Origin}: the action {definition.Name} cannot be made: {e.Message}");
            return null;
        }
    }

    private void Ended(Terminated ended)
    {
        _stopping.Remove(ended.ActorRef);
        if (_children.FirstOrDefault(c => c.Value.Actor.Equals(ended.ActorRef)) is { Key: { } name, Value: var failed })
        {
            _children.Remove(name);
            // One that never began has said nothing of itself.
            var last = _health.GetValueOrDefault(name) ?? new ActionHealth(name, failed.Plugin, "failed", 0, 0, null, null, null, 0);
            _health[name] = last with { State = "failed" };
            _log.Error("Action {0} has failed too often and is off until the configuration is loaded again", name);
        }

        StartNext();
    }

    // Not before the old ones are gone: an action is one at a time.
    private void StartNext()
    {
        if (_stopping.Count > 0 || _next.Count == 0)
            return;
        foreach (var made in _next)
        {
            var props = ActionActor.Props(_services, made.Definition, made.Rules, made.Create, made.Policy);
            // A filter that blocks holds up nobody else.
            var child = Context.ActorOf(made.NeedsThread ? props.WithDispatcher(ActionActor.Dispatcher) : props);
            Context.Watch(child);
            _children[made.Definition.Name] = new Running(child, made.Definition.Plugin);
        }

        _next = [];
    }

    private void Forward(string action, object message)
    {
        if (_children.TryGetValue(action, out var child))
            child.Actor.Forward(message);
        else
            Sender.Tell(new ActionProtocol.Done(false, 0));
    }

    /// <summary>What was applied last. Outlives an instance: one that begins again goes on with it.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="plugins">What carries them out.</param>
    public sealed class Newest(RuleSet rules, PluginCatalogue plugins)
    {
        internal RuleSet Rules { get; set; } = rules;

        internal PluginCatalogue Plugins { get; set; } = plugins;
    }

    private sealed record Running(IActorRef Actor, string Plugin);

    private sealed record Made(ActionDefinition Definition, Func<IReadOnlyList<RuleMatcher>> Rules, Func<IAction> Create, DeliveryPolicy Policy, bool NeedsThread);
}
