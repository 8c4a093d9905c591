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
internal sealed partial class ActionActor : ReceiveActor, IWithTimers, IDisposable
{
    /// <summary>A thread of its own, for an action whose filters may take their time.</summary>
    public const string Dispatcher = "sshlog.action-dispatcher";

    // Events that concern nobody move the cursor too; storing that each time would be a write for nothing.
    private const long StoreCursorEvery = 1000;
    private const int MostAgain = 10_000;
    private static readonly TimeSpan _journalRetry = TimeSpan.FromSeconds(1);
    private static long _runs;

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
    private long _run;

    private ActionHealth _health;
    private long _pageEnd;
    private long _stored;
    private bool _begun;
    private bool _recalled;

    public ActionActor(ActionServices services, ActionDefinition definition, Func<IReadOnlyList<RuleMatcher>> rules, Func<IAction> create, DeliveryPolicy policy)
    {
        (_services, _name, _policy) = (services, definition.Name, policy);
        _reader = new MatchReader(services, rules());
        _action = create();
        _runner = new ActionRunner(_name, _action, policy.Timeout, services.Router, _log);
        _health = new ActionHealth(_name, definition.Plugin, "ok", 0, 0, null, null, null, 0);
        Receive<FeedProtocol.Cursor>(BeginNow);
        Receive<FindMark>(_ => Find());
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

    protected override void PreStart() => Find();

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
    private void BeginNow(FeedProtocol.Cursor now)
    {
        // One that was restarted may have asked twice.
        if (_begun)
            return;
        _stored = now.Ordering - StoreCursorEvery;
        Mark(now.Ordering);
        Begin(now.Ordering);
    }

    private void Begin(long at)
    {
        _begun = true;
        _pageEnd = at;
        _health = _health with { State = "ok", Cursor = at };
        Report();
        Read();
    }

    private void Read()
    {
        if (_current.Count > 0 || !_begun)
            return;
        if (_again.Count > 0 || _matches.Count > 0)
        {
            Take(_again.Count > 0 ? _again : _matches);
            return;
        }

        try
        {
            if (!_recalled)
                _reader.Recall(_pageEnd);
            _recalled = true;
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
        var run = _run = Interlocked.Increment(ref _runs);
        _runner.RunAsync(_current.GetRange(0, _size), isFirst: _attempts == 1, _stopping.Token)
            .PipeTo(Self, success: outcome => new Finished(run, outcome));
    }

    private void Finish(Finished finished)
    {
        // What an incarnation before this one began says nothing about what this one carries out.
        if (finished.Run != _run)
            return;
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
        Timers.StartSingleTimer(nameof(TryNow), TryNow.Instance, _policy.Delay(_attempts, outcome.After, now - _firstTried));
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
                Mark(last);
            if (letter is not null || _isAgain)
                _health = _health with { DeadLetters = Store.CountDeadLetters(_name) };
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("Action {0}: {1}", _name, e.Message);
        }

        _health = _health with { State = "ok", Cursor = Math.Max(_health.Cursor, last) };
        _current.RemoveRange(0, _size);
        Report();
        if (_current.Count > 0)
            Try(1);
        else
            Read();
    }

    private void Report() => Context.Parent.Tell(_health);

    private sealed record Finished(long Run, ActionOutcome Outcome);

    private sealed record FindMark
    {
        public static readonly FindMark Instance = new();
    }

    private sealed record ReadAgain
    {
        public static readonly ReadAgain Instance = new();
    }

    private sealed record TryNow
    {
        public static readonly TryNow Instance = new();
    }
}
