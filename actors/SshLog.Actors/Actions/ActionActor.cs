using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Core.Journal;
using SshLog.Core.Rules;
using SshLog.Plugins;
using DeadLetter = SshLog.Core.Rules.DeadLetter;

namespace SshLog.Actors.Actions;

/// <summary>
/// Carries out one action: reads the journal behind the action's own cursor, which is its only queue, asks its rules about
/// every event, and executes one at a time, or several at once where the action takes them and they are there. The cursor is
/// stored after what was carried out or given up. Child of the <see cref="ActionSupervisor"/>.
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

    // Events that concern nobody move the cursor too; storing that each time would be a write for nothing.
    private const long StoreCursorEvery = 1000;
    private const int MostAgain = 10_000;
    private static readonly TimeSpan _journalRetry = TimeSpan.FromSeconds(1);

    private readonly ActionServices _services;
    private readonly string _name;
    private readonly MatchReader _reader;
    private readonly IAction _action;
    private readonly ActionRunner _runner;
    private readonly DeliveryPolicy _policy;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // What the page at hand has, and what was given up and shall be tried again.
    private readonly Queue<PluginEvent> _matches = new();
    private readonly Queue<PluginEvent> _again = new();

    // What is being carried out: the first _size of these at once, then the others one by one.
    private readonly List<PluginEvent> _current = [];
    private int _size;
    private bool _isAgain;
    private int _attempts;
    private DateTimeOffset _firstTried;
    private bool _executing;

    private ActionHealth _health;
    private long _pageEnd;
    private long _stored;
    private bool _begun;

    public ActionActor(ActionServices services, ActionDefinition definition, Func<IReadOnlyList<RuleMatcher>> rules, Func<IAction> create, DeliveryPolicy policy)
    {
        (_services, _name, _policy) = (services, definition.Name, policy);
        _reader = new MatchReader(services, rules());
        _action = create();
        _runner = new ActionRunner(_name, _action, policy.Timeout, services.Router, _log);
        _health = new ActionHealth(_name, definition.Plugin, "ok", 0, 0, null, null, null, Store.CountDeadLetters(_name));
        Receive<FeedProtocol.Cursor>(Begin);
        Receive<FeedProtocol.Grown>(_ => Read());
        Receive<ReadAgain>(_ => Read());
        Receive<Finished>(Finish);
        Receive<TryNow>(_ => Execute());
        Receive<ActionProtocol.Retry>(_ => Retry());
        Receive<ActionProtocol.Drop>(_ => Drop());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        ActionServices services, ActionDefinition definition, Func<IReadOnlyList<RuleMatcher>> rules, Func<IAction> create, DeliveryPolicy policy) =>
        Akka.Actor.Props.Create(() => new ActionActor(services, definition, rules, create, policy));

    private IActionStore Store => _services.Ports.Store;

    protected override void PreStart()
    {
        if (Store.Cursor(_name) is { } cursor)
            Begin(new FeedProtocol.Cursor(cursor));
        else
            _services.Feed.Tell(FeedProtocol.GetCursor.Instance);
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        Dispose();
        _ = _action.DisposeAsync().AsTask();
        _reader.Dispose();
        base.PostStop();
    }

    public void Dispose() => _stopping.Dispose();

    // A new action begins with what happens from now on.
    private void Begin(FeedProtocol.Cursor at)
    {
        _stored = _pageEnd = at.Ordering;
        _health = _health with { Cursor = at.Ordering };
        Store.Advance(_name, at.Ordering);
        Report();
        Read();
    }

    private void Read()
    {
        if (_current.Count > 0)
            return;
        if (_again.Count > 0 || _matches.Count > 0)
        {
            Take(_again.Count > 0 ? _again : _matches);
            return;
        }

        try
        {
            if (!_begun)
                _reader.Recall(_pageEnd);
            _begun = true;
            MarkPage();
            // Whatever is written from here on is told.
            _services.Feed.Tell(_reader.NeedsOutput ? FeedProtocol.NotifyGrown.Instance : FeedProtocol.NotifyGrown.ButByOutput);
            var page = _reader.Read(_pageEnd);
            if (page.Cursor == _pageEnd)
            {
                if (page.Wait is { } wait)
                    Timers.StartSingleTimer(nameof(ReadAgain), ReadAgain.Instance, wait);
                return;
            }

            _pageEnd = page.Cursor;
            foreach (var match in page.Matches)
                _matches.Enqueue(match);
            // One page at a time, so that others may ask in between.
            Self.Tell(ReadAgain.Instance);
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
        {
            _log.Warning("Action {0} cannot read the journal, next attempt in {1} s: {2}", _name, _journalRetry.TotalSeconds, e.Message);
            Timers.StartSingleTimer(nameof(ReadAgain), ReadAgain.Instance, _journalRetry);
        }
    }

    private void Take(Queue<PluginEvent> events)
    {
        _isAgain = events == _again;
        while (_current.Count < _runner.MostEvents && events.TryDequeue(out var next))
            _current.Add(next);
        Try(_current.Count);
    }

    private void Try(int size)
    {
        (_size, _attempts, _firstTried) = (size, 0, _services.Ports.Time.GetUtcNow());
        Execute();
    }

    private void Execute()
    {
        if (_current.Count == 0 || _executing)
            return;
        Timers.Cancel(nameof(TryNow));
        _attempts++;
        _executing = true;
        _runner.RunAsync(_current.GetRange(0, _size), isFirst: _attempts == 1, _stopping.Token)
            .PipeTo(Self, success: outcome => new Finished(outcome));
    }

    private void Finish(Finished finished)
    {
        _executing = false;
        var now = _services.Ports.Time.GetUtcNow();
        var outcome = finished.Outcome;
        if (outcome.Kind == ActionOutcomeKind.Done)
        {
            _health = _health with { State = "ok", Delivered = _health.Delivered + _size, LastSuccess = now, LastError = null, LastErrorAt = null };
            Settle(null);
            return;
        }

        if (_attempts == 1)
            _log.Warning("Action {0}: {1}", _name, outcome.Reason);
        _health = _health with { LastError = outcome.Reason, LastErrorAt = now };
        if (outcome.Kind == ActionOutcomeKind.GiveUp && _size > 1)
        {
            // Which of them it is about shows when each is tried alone.
            Try(1);
            return;
        }

        if (outcome.Kind == ActionOutcomeKind.GiveUp || _policy.IsSpent(_attempts, now - _firstTried))
        {
            foreach (var lost in _current.Take(_size))
                _log.Error("Action {0} gives up event {1} ({2}) after {3} attempts: {4}", _name, lost.Ordering, lost.EventType, _attempts, outcome.Reason);
            Settle(lost => new DeadLetter(_name, lost.Ordering, lost.Session, lost.EventType, now, _attempts, outcome.Reason));
            return;
        }

        _health = _health with { State = "waiting" };
        Report();
        Timers.StartSingleTimer(nameof(TryNow), TryNow.Instance, DeliveryPolicy.Delay(_attempts, outcome.After));
    }

    // What was tried is done with, one way or the other.
    private void Settle(Func<PluginEvent, DeadLetter>? letter)
    {
        var last = _current[_size - 1].Ordering;
        try
        {
            if (letter is not null)
                _current.Take(_size).ToList().ForEach(lost => Store.Bury(letter(lost)));
            else if (_isAgain)
                _current.Take(_size).ToList().ForEach(done => Store.Forget(_name, done.Ordering));
            else
                Store.Advance(_name, last);
            if (letter is not null || _isAgain)
                _health = _health with { DeadLetters = Store.CountDeadLetters(_name) };
        }
        catch (JournalUnavailableException e)
        {
            // Without its mark the event may come again after a restart; that is better than waiting here.
            _log.Warning("Action {0}: {1}", _name, e.Message);
        }

        if (!_isAgain)
            _stored = last;
        _health = _health with { State = "ok", Cursor = Math.Max(_health.Cursor, last) };
        _current.RemoveRange(0, _size);
        Report();
        if (_current.Count > 0)
            Try(1);
        else
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
        Store.Advance(_name, _pageEnd);
        _stored = _pageEnd;
    }

    private void Retry()
    {
        var letters = Store.DeadLetters(_name, MostAgain);
        foreach (var letter in letters)
        {
            if (_reader.Find(letter.Ordering) is { } happened)
                _again.Enqueue(happened);
            else
                Store.Forget(_name, letter.Ordering);
        }

        Sender.Tell(new ActionProtocol.Done(true, letters.Count + _current.Count));
        if (_current.Count > 0)
            Execute();
        else
            Read();
    }

    private void Drop()
    {
        var letters = Store.DeadLetters(_name, int.MaxValue);
        foreach (var letter in letters)
            Store.Forget(_name, letter.Ordering);
        var waiting = _executing ? 0 : _current.Count;
        _again.Clear();
        Sender.Tell(new ActionProtocol.Done(true, letters.Count + waiting));
        _health = _health with { DeadLetters = 0 };
        if (waiting == 0)
        {
            Report();
            return;
        }

        Timers.Cancel(nameof(TryNow));
        _size = waiting;
        Settle(null);
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
