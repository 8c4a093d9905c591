using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Recording;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Sessions;

/// <summary>
/// Records one session: what to record is decided by <see cref="SessionDecider"/>, sealed into the hash chain and
/// persisted as one atomic write per batch; only then is the batch acknowledged. Child of a BackoffSupervisor under
/// the <see cref="SessionRouter"/>, because a failed write always stops it; the router sends again what it has not
/// acknowledged, and the position in the state removes duplicates.
/// </summary>
internal sealed class SessionActor : ReceivePersistentActor
{
    /// <summary>How long a session that is over stays for programs that outlive it.</summary>
    private static readonly TimeSpan Afterlife = TimeSpan.FromSeconds(30);

    /// <summary>More output than this waits for nothing.</summary>
    private const int MostHeldBytes = 256 * 1024;

    /// <summary>Events between snapshots: recovery reads at most so many and their output.</summary>
    private const long SnapshotEvery = 500;

    private readonly long _incarnation = Recorders.NextIncarnation();
    private readonly SessionId _id;
    private readonly SessionContext _context;
    private readonly IEventCodec _codec;
    private readonly TimeProvider _time;
    private readonly IActorRef _router;
    private readonly Action<SessionId, LossRecorded> _onLoss;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly OutputMarks _marks = new();
    private readonly OutputScrubber? _scrubber;
    private ITimer? _waiting;
    private ProbeBatch? _held;
    private SessionState _state;
    private long _snapshotAt;

    public SessionActor(SessionId id, SessionRouterSettings settings, IActorRef router)
    {
        var (context, codec) = (settings.Context, settings.Codec);
        _id = id;
        _context = context;
        _codec = codec;
        _time = settings.Time;
        _onLoss = settings.OnLoss;
        _router = router;
        _state = SessionState.Empty(id);
        _scrubber = context.Recording.RedactsOutput is { } redaction ? new OutputScrubber(redaction) : null;

        Recover<JournalEvent>(e => Apply(
            e, e.IsRedacted ? new ContentRedacted(_state.LastActivity, e.Manifest) : codec.Decode(e.Manifest, e.Payload)));
        Recover<SnapshotOffer>(offer => Restore((SessionState)offer.Snapshot, offer.Metadata.SequenceNr));
        Recover<RecoveryCompleted>(_ => _router.Tell(new SessionProtocol.Ready(_id, _incarnation, _state)));
        Command<SessionProtocol.Record>(record => record.Incarnation == _incarnation, record => Record(record.Batch));
        Command<HeldLongEnough>(_ => Release(() => { }));
        Command<SessionProtocol.Continue>(c => Release(() => Continue(c.Before)));
        Command<SessionProtocol.Note>(note =>
        {
            var asked = Sender;
            Release(() => Note(note, asked));
        });
        Command<SessionProtocol.EndUnobserved>(_ => Release(EndUnobserved));
        Command<SaveSnapshotSuccess>(
            saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(NoSnapshot);
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(_ => { });
        Command<ReceiveTimeout>(_ => _router.Tell(new SessionProtocol.Idle(_id)));
        Command<SessionProtocol.Stop>(_ => Context.Stop(Self));
        // Its supervisor starts it again.
        Command<SessionProtocol.Reopen>(_ => Context.Stop(Self));
    }

    public override string PersistenceId => _id.PersistenceId;

    public static Props Props(SessionId id, SessionRouterSettings settings, IActorRef router) =>
        Akka.Actor.Props.Create(() => new SessionActor(id, settings, router));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Error("Session {0}: event {1} could not be written, trying again: {2}", _id, sequenceNr, cause.Message);
        _router.Tell(new SessionProtocol.JournalFailed(cause));
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        _log.Error("Session {0}: its journal could not be read, trying again: {1}", _id, reason.Message);
        _router.Tell(new SessionProtocol.JournalFailed(reason));
    }

    protected override void PostStop()
    {
        _waiting?.Dispose();
        _router.Tell(new SessionProtocol.Down(_id));
        base.PostStop();
    }

    // Where output ends in what may be the beginning of a secret, its batch waits a moment for what follows, with its credit.
    private void Record(ProbeBatch batch)
    {
        if (_scrubber is null || batch.Position <= _state.Position)
        {
            RecordNow(batch, () => { });
            return;
        }

        if (_held is { } other && other.Position.Epoch != batch.Position.Epoch)
        {
            Release(() => Record(batch));
            return;
        }

        var joined = _held is { } held
            ? batch with { Events = [.. held.Events, .. batch.Events], Cost = held.Cost + batch.Cost }
            : batch;
        if (joined.Cost <= MostHeldBytes && _scrubber.Waits(joined.Events))
        {
            var self = Self;
            _waiting ??= _time.CreateTimer(
                _ => self.Tell(HeldLongEnough.Instance, ActorRefs.NoSender), null, OutputRedaction.Patience, Timeout.InfiniteTimeSpan);
            _held = joined;
            return;
        }

        _held = joined;
        Release(() => { });
    }

    private void Release(Action then)
    {
        _waiting?.Dispose();
        _waiting = null;
        if (_held is not { } held)
        {
            then();
            return;
        }

        _held = null;
        RecordNow(held with { Events = _scrubber!.Apply(held.Events) }, then);
    }

    private void RecordNow(ProbeBatch batch, Action then)
    {
        if (_state.Opened is null && !batch.Events.OfType<ConnectionOpened>().Any())
        {
            _log.Warning("Session {0}: events without a beginning are left out", _id);
            Acknowledge(batch.Position);
            then();
            return;
        }

        var decided = SessionDecider.Decide(_state, batch, _context);
        var facts = _marks.Sum(decided);
        if (facts.Count == 0)
        {
            // Marks that wait count already: the next output of their streams is behind them.
            foreach (var mark in decided)
                _state = _state.Apply(mark, default);
        }

        var onlyOutput = facts.All(fact => fact is OutputRecorded);
        Persist(facts, batch.Position, () =>
        {
            Acknowledge(batch.Position, onlyOutput);
            then();
        });
    }

    private void Continue(SessionState before)
    {
        if (_state.Opened is not null)
            return;
        _log.Warning("Session {0}: its beginning is in another journal; it goes on in this one with a loss mark", _id);
        Persist(
            SessionDecider.DecideContinuation(before, _time.GetUtcNow()),
            before.Position,
            () => Acknowledge(before.Position));
    }

    private void Note(SessionProtocol.Note note, IActorRef asked)
    {
        if (_state.Opened is null || _state.Closed is not null)
            asked.Tell(new SessionProtocol.Noted(null));
        else
            Persist(_marks.Sum([note.Fact(_time.GetUtcNow(), _context.Accounts)]), _state.Position, () =>
            {
                asked.Tell(new SessionProtocol.Noted(_state));
                // What the router has is of before.
                Acknowledge(_state.Position);
            });
    }

    private void EndUnobserved() =>
        Persist(
            SessionDecider.DecideUnobservedEnd(_state, _time.GetUtcNow()),
            _state.Position,
            () => Acknowledge(_state.Position));

    private void Persist(IReadOnlyList<SessionEvent> facts, ProbePosition position, Action done)
    {
        if (facts.Count == 0)
        {
            done();
            return;
        }

        var next = 0;
        PersistAll(Recorders.Seal(_state.ChainHead, position, facts, _codec), e =>
        {
            Apply(e, facts[next]);
            if (facts[next] is LossRecorded loss)
                _onLoss(_id, loss);
            if (++next < facts.Count)
                return;
            done();
            if (LastSequenceNr - _snapshotAt >= SnapshotEvery)
                TakeSnapshot();
        });
    }

    private void NoSnapshot(SaveSnapshotFailure failed)
    {
        _log.Warning("Session {0}: no snapshot, recovery will take longer: {1}", _id, failed.Cause.Message);
        _router.Tell(new SessionProtocol.JournalFailed(failed.Cause));
    }

    private void TakeSnapshot()
    {
        _snapshotAt = LastSequenceNr;
        SaveSnapshot(_state);
    }

    private void Restore(SessionState snapshot, long sequenceNr)
    {
        _state = snapshot;
        _snapshotAt = sequenceNr;
        if (snapshot.Closed is not null)
            SetReceiveTimeout(Afterlife);
    }

    private void Apply(JournalEvent sealedEvent, SessionEvent fact)
    {
        _state = _state.Apply(fact, sealedEvent.Position) with { ChainHead = EventChain.Link(sealedEvent) };
        if (fact is SessionClosed)
            SetReceiveTimeout(Afterlife);
    }

    private void Acknowledge(ProbePosition position, bool onlyOutput = false) =>
        _router.Tell(new SessionProtocol.Recorded(_id, position, _state, onlyOutput));

    private sealed record HeldLongEnough
    {
        public static readonly HeldLongEnough Instance = new();
    }
}
