using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Core.Journal;
using SshLog.Core.Rules;
using SshLog.Plugins;
using SshLog.Rules;
using DeadLetter = SshLog.Core.Rules.DeadLetter;

namespace SshLog.Actors.Actions;

/// <summary>
/// Carries out one action: reads the journal behind the action's own cursor, which is its only queue, asks its rules about
/// every event, and executes one at a time. The cursor is stored after each event that was carried out or given up. Child of
/// the <see cref="ActionSupervisor"/>.
/// <code>
/// reading ── a rule matches ──► executing ── done ──────────► reading
///    ▲  ▲                          ├── give up, or spent ──► dead letter, reading
///    │  └── journal grown ── idle  └── try again ──► waiting ──► executing
/// </code>
/// </summary>
internal sealed class ActionActor : ReceiveActor, IWithTimers, IDisposable
{
    /// <summary>A thread of its own, for an action whose filters may take their time.</summary>
    public const string Dispatcher = "sshlog.action-dispatcher";

    private const int PageEvents = 256;
    private const int PageBytes = 1 << 20;

    // Events that concern nobody move the cursor too; storing that each time would be a write for nothing.
    private const long StoreCursorEvery = 1000;
    private static readonly TimeSpan _journalRetry = TimeSpan.FromSeconds(1);

    private readonly ActionServices _services;
    private readonly ActionDefinition _definition;
    private readonly IReadOnlyList<RuleMatcher> _rules;
    private readonly IAction _action;
    private readonly DeliveryPolicy _policy;
    private readonly EventBuilder _events;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<JournalledEvent> _page = new();
    private readonly Queue<PluginEvent> _again = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ActionHealth _health;
    private long _pageEnd;
    private long _stored;
    private PluginEvent? _current;
    private bool _isAgain;
    private int _attempts;
    private DateTimeOffset _firstTried;
    private bool _executing;

    public ActionActor(ActionServices services, ActionDefinition definition, IReadOnlyList<RuleMatcher> rules, Func<IAction> create, DeliveryPolicy policy)
    {
        (_services, _definition, _rules, _action, _policy) = (services, definition, rules, create(), policy);
        _events = new EventBuilder(new CatalogueLookup(services.Catalogue), services.Ports.Clock);
        _health = new ActionHealth(
            definition.Name, definition.Plugin, "ok", 0, 0, null, null, null, services.Ports.Store.CountDeadLetters(definition.Name));
        Receive<FeedProtocol.Advanced>(Begin);
        Receive<FeedProtocol.Grown>(_ => Read());
        Receive<ReadAgain>(_ => Read());
        Receive<Finished>(Finish);
        Receive<TryNow>(_ => Execute());
        Receive<ActionProtocol.Retry>(_ => Retry());
        Receive<ActionProtocol.Drop>(_ => Drop());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        ActionServices services, ActionDefinition definition, IReadOnlyList<RuleMatcher> rules, Func<IAction> create, DeliveryPolicy policy) =>
        Akka.Actor.Props.Create(() => new ActionActor(services, definition, rules, create, policy));

    private IActionStore Store => _services.Ports.Store;

    private bool NeedsOutput => _rules.Any(r => r.NeedsOutput);

    protected override void PreStart()
    {
        if (Store.Cursor(_definition.Name) is { } cursor)
            Begin(new FeedProtocol.Advanced(cursor));
        else
            _services.Feed.Tell(FeedProtocol.GetCursor.Instance);
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        Dispose();
        _ = _action.DisposeAsync().AsTask();
        foreach (var rule in _rules)
            rule.Dispose();
        base.PostStop();
    }

    public void Dispose() => _stopping.Dispose();

    // A new action begins with what happens from now on.
    private void Begin(FeedProtocol.Advanced at)
    {
        _stored = _pageEnd = at.Cursor;
        _health = _health with { Cursor = at.Cursor };
        Store.Advance(_definition.Name, at.Cursor);
        Report();
        Read();
    }

    private void Read()
    {
        if (_current is not null)
            return;
        try
        {
            while (_current is null)
            {
                if (_again.TryDequeue(out var again))
                {
                    Take(again, isAgain: true);
                    return;
                }

                if (_page.TryDequeue(out var entry))
                {
                    Look(entry);
                    continue;
                }

                MarkPage();
                // Whatever is written from here on is told.
                _services.Feed.Tell(FeedProtocol.NotifyGrown.Instance);
                var page = _services.Journal.Read(_pageEnd, PageEvents, PageBytes, NeedsOutput);
                _pageEnd = page.Cursor;
                if (page.Events.Count == 0)
                    return;
                foreach (var next in page.Events)
                    _page.Enqueue(next);
            }
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
        {
            _log.Warning("Action {0} cannot read the journal, next attempt in {1} s: {2}", _definition.Name, _journalRetry.TotalSeconds, e.Message);
            Timers.StartSingleTimer(nameof(ReadAgain), ReadAgain.Instance, _journalRetry);
        }
    }

    private void Look(JournalledEvent entry)
    {
        var happened = _events.Build(entry, triggers => _rules.Any(r => r.IsTriggeredBy(triggers)));
        // Every rule is asked, since filters remember.
        var matches = happened is not null && _rules.Aggregate(false, (any, rule) => rule.Matches(happened) | any);
        if (matches)
            Take(happened!, isAgain: false);
    }

    private void Take(PluginEvent happened, bool isAgain)
    {
        (_current, _isAgain, _attempts, _firstTried) = (happened, isAgain, 0, _services.Ports.Time.GetUtcNow());
        Execute();
    }

    private void Execute()
    {
        if (_current is not { } happened || _executing)
            return;
        Timers.Cancel(nameof(TryNow));
        _attempts++;
        _executing = true;
        RunAsync(happened).PipeTo(Self, success: outcome => new Finished(outcome));
    }

    private async Task<ActionOutcome> RunAsync(PluginEvent happened)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(_policy.Timeout);
        try
        {
            return await _action.ExecuteAsync(happened, limit.Token).WaitAsync(_policy.Timeout + TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return ActionOutcome.TryAgain($"took longer than {_policy.Timeout.TotalSeconds:0.###} s");
        }
#pragma warning disable CA1031 // A plug-in's defect is the plug-in's: whatever it is, the event is tried again.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return ActionOutcome.TryAgain(defect.Message);
        }
    }

    private void Finish(Finished finished)
    {
        _executing = false;
        var now = _services.Ports.Time.GetUtcNow();
        var outcome = finished.Outcome;
        if (_current is not { } happened)
            return;
        if (outcome.Kind == ActionOutcomeKind.Done)
        {
            _health = _health with { State = "ok", Delivered = _health.Delivered + 1, LastSuccess = now, LastError = null, LastErrorAt = null };
            Settle(happened, null);
            return;
        }

        if (_attempts == 1)
            _log.Warning("Action {0}: {1}", _definition.Name, outcome.Reason);
        _health = _health with { LastError = outcome.Reason, LastErrorAt = now };
        if (outcome.Kind == ActionOutcomeKind.GiveUp || _policy.IsSpent(_attempts, now - _firstTried))
        {
            _log.Error("Action {0} gives up event {1} ({2}) after {3} attempts: {4}", _definition.Name, happened.Ordering, happened.EventType, _attempts, outcome.Reason);
            Settle(happened, new DeadLetter(
                _definition.Name, happened.Ordering, happened.Session, happened.EventType, now, _attempts, outcome.Reason));
            return;
        }

        _health = _health with { State = "waiting" };
        Report();
        Timers.StartSingleTimer(nameof(TryNow), TryNow.Instance, DeliveryPolicy.Delay(_attempts, outcome.After));
    }

    // The event is done with, one way or the other.
    private void Settle(PluginEvent happened, DeadLetter? letter)
    {
        try
        {
            if (letter is not null)
                Store.Bury(letter);
            else if (_isAgain)
                Store.Forget(_definition.Name, happened.Ordering);
            else
                Store.Advance(_definition.Name, happened.Ordering);
            _health = _health with { DeadLetters = Store.CountDeadLetters(_definition.Name) };
        }
        catch (JournalUnavailableException e)
        {
            // Without its mark the event may come again after a restart; that is better than waiting here.
            _log.Warning("Action {0}: {1}", _definition.Name, e.Message);
        }

        if (!_isAgain)
            _stored = happened.Ordering;
        _health = _health with { State = "ok", Cursor = Math.Max(_health.Cursor, happened.Ordering) };
        _current = null;
        Report();
        Read();
    }

    private void MarkPage()
    {
        if (_health.Cursor < _pageEnd)
        {
            _health = _health with { Cursor = _pageEnd };
            Report();
        }

        if (_pageEnd - _stored < StoreCursorEvery)
            return;
        Store.Advance(_definition.Name, _pageEnd);
        _stored = _pageEnd;
    }

    private void Retry()
    {
        var letters = Store.DeadLetters(_definition.Name, 10_000);
        // Of their sessions only the catalogue knows now.
        var builder = new EventBuilder(new CatalogueLookup(_services.Catalogue), _services.Ports.Clock);
        foreach (var letter in letters)
        {
            var page = _services.Journal.Read(letter.Ordering - 1, 1, 1, withOutput: true);
            if (page.Events is [{ } entry] && entry.Ordering == letter.Ordering && builder.Build(entry) is { } happened)
                _again.Enqueue(happened);
            else
                Store.Forget(_definition.Name, letter.Ordering);
        }

        Sender.Tell(new ActionProtocol.Done(true, letters.Count + (_current is null ? 0 : 1)));
        if (_current is not null)
            Execute();
        else
            Read();
    }

    private void Drop()
    {
        var letters = Store.DeadLetters(_definition.Name, int.MaxValue);
        foreach (var letter in letters)
            Store.Forget(_definition.Name, letter.Ordering);
        var waiting = _current is not null && !_executing;
        _again.Clear();
        Sender.Tell(new ActionProtocol.Done(true, letters.Count + (waiting ? 1 : 0)));
        if (!waiting)
        {
            _health = _health with { DeadLetters = 0 };
            Report();
            return;
        }

        Timers.Cancel(nameof(TryNow));
        Settle(_current!, null);
    }

    private void Report() => Context.Parent.Tell(_health);

    private sealed record Finished(ActionOutcome Outcome);

    private sealed record ReadAgain
    {
        public static readonly ReadAgain Instance = new();
    }

    private sealed record TryNow
    {
        public static readonly TryNow Instance = new();
    }
}
