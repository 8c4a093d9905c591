using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>The base of all persistent actors: events, snapshots and their order with commands.</summary>
/// <remarks>
/// <code>
/// waiting for permit ─► snapshot ─► replay ─► processing ◄─► persisting
///                          └──────────┴─► stop (recovery failed)  └─► stop (write failed)
/// </code>
/// Commands wait in an internal stash until recovery is over, and from Persist until its handler has run.
/// </remarks>
public abstract partial class Eventsourced : ActorBase, IWithUnboundedStash
{
    private static int _instances;

    private readonly int _instanceId = Interlocked.Increment(ref _instances);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly PersistenceExtension _extension;
    private readonly IStash _internalStash;
    private IStash _stash = null!; // set by the engine before the actor starts
    private ILoggingAdapter? _log;
    private IActorRef? _journal;
    private IActorRef? _snapshotStore;
    private long _sequenceNr;

    /// <summary>Called by the engine alone; actors are made with <c>ActorOf</c>.</summary>
    protected Eventsourced()
    {
        _extension = Persistence.Instance.Apply(Context.System);
        _internalStash = Context.CreateStash();
    }

    /// <summary>Whose events these are. Must never change for an actor and be unique among living actors.</summary>
    public abstract string PersistenceId { get; }

    /// <summary>From what and how far to recover.</summary>
    public virtual Recovery Recovery => Recovery.Default;

    /// <summary>Configuration path of the journal; empty for the default one. Set it in the constructor.</summary>
    public string JournalPluginId { get; set; } = "";

    /// <summary>Configuration path of the snapshot store; empty for the default one.</summary>
    public string SnapshotPluginId { get; set; } = "";

    /// <summary>Whose snapshots these are: the persistence id.</summary>
    public virtual string SnapshotterId => PersistenceId;

    /// <summary>Sequence number of the last event that was replayed or whose write succeeded.</summary>
    public long LastSequenceNr { get; private set; }

    /// <summary>The event that a snapshot taken now includes: <see cref="LastSequenceNr"/>.</summary>
    public long SnapshotSequenceNr => LastSequenceNr;

    /// <summary>True until the last event has been replayed.</summary>
    public bool IsRecovering { get; private set; } = true;

    /// <summary>True once the last event has been replayed.</summary>
    public bool IsRecoveryFinished => !IsRecovering;

    /// <summary>The actor's own stash, separate from the one that holds commands back.</summary>
    public IStash Stash
    {
        get => _stash;
        set => _stash = new EventsourcedStash(value, _internalStash);
    }

    /// <summary>Logs under the actor's path.</summary>
    protected virtual ILoggingAdapter Log => _log ??= Context.GetLogger();

    internal IActorRef Journal => _journal ??= _extension.JournalFor(JournalPluginId);

    internal IActorRef SnapshotStore => _snapshotStore ??= _extension.SnapshotStoreFor(SnapshotPluginId);

    /// <summary>Writes an event, then runs the handler; commands wait meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        CheckNotRecovering();
        _stashingInvocations++;
        _invocations.Enqueue(new Invocation(payload => handler((TEvent)payload), Stashing: true));
        _eventBatch.Add(new AtomicWrite(Represent(@event)));
    }

    /// <summary>
    /// Writes events together or not at all, then runs the handler for each; commands wait meanwhile.
    /// </summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        PersistMany(events, handler, stashing: true);

    /// <summary>Writes an event, then runs the handler; commands are handled meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        CheckNotRecovering();
        _invocations.Enqueue(new Invocation(payload => handler((TEvent)payload), Stashing: false));
        _eventBatch.Add(new AtomicWrite(Represent(@event)));
    }

    /// <summary>
    /// Writes events together or not at all, then runs the handler for each; commands are handled meanwhile.
    /// </summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        PersistMany(events, handler, stashing: false);

    /// <summary>Runs a handler after the handlers of all events persisted before; writes nothing.</summary>
    /// <exception cref="InvalidOperationException">The actor is recovering.</exception>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        CheckNotRecovering();
        if (_invocations.Count == 0)
        {
            handler(evt);
            return;
        }

        _invocations.Enqueue(new Invocation(payload => handler((TEvent)payload), Stashing: false));
        _eventBatch.Add(new NonPersistentMessage(evt!, Sender));
    }

    /// <summary>Loads a snapshot; the answer comes as a message.</summary>
    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr), Self);

    /// <summary>
    /// Saves a snapshot; answered by <see cref="SaveSnapshotSuccess"/> or <see cref="SaveSnapshotFailure"/>.
    /// </summary>
    public void SaveSnapshot(object snapshot) => SnapshotStore.Tell(
        new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, DateTime.UtcNow), snapshot), Self);

    /// <summary>
    /// Deletes a snapshot; answered by <see cref="DeleteSnapshotSuccess"/> or <see cref="DeleteSnapshotFailure"/>.
    /// </summary>
    public void DeleteSnapshot(long sequenceNr) => SnapshotStore.Tell(
        new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr, DateTime.MinValue)), Self);

    /// <summary>
    /// Deletes snapshots; answered by <see cref="DeleteSnapshotsSuccess"/> or <see cref="DeleteSnapshotsFailure"/>.
    /// </summary>
    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) =>
        SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);

    /// <summary>
    /// Deletes events; answered by <see cref="DeleteMessagesSuccess"/> or <see cref="DeleteMessagesFailure"/>.
    /// </summary>
    public void DeleteMessages(long toSequenceNr) =>
        Journal.Tell(new DeleteMessagesTo(PersistenceId, Math.Min(toSequenceNr, LastSequenceNr), Self), Self);

    /// <summary>Handles a replayed event, a <see cref="SnapshotOffer"/> or <see cref="RecoveryCompleted"/>.</summary>
    protected abstract bool ReceiveRecover(object message);

    /// <summary>Handles a command.</summary>
    protected abstract bool ReceiveCommand(object message);

    /// <summary>Called when an event could not be written; the actor stops afterwards.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause, "[{0}] stops: its event {1} ({2}) could not be written.", PersistenceId, sequenceNr, @event.GetType());

    /// <summary>Called when the journal refused an event, which it could not serialize; the actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause, "[{0}] goes on without its event {1} ({2}): the journal refused it.", PersistenceId, sequenceNr,
        @event.GetType());

    /// <summary>Called when recovery failed; the actor stops afterwards.</summary>
    /// <param name="reason">What failed.</param>
    /// <param name="message">The event or snapshot that was being replayed, or null.</param>
    protected virtual void OnRecoveryFailure(Exception reason, object? message = null) => Log.Error(
        reason, "[{0}] stops: its recovery failed at sequence number {1} ({2}).", PersistenceId, LastSequenceNr,
        message?.GetType().ToString() ?? "no event");

    /// <summary>Called after the last event was replayed, before <see cref="RecoveryCompleted"/>.</summary>
    protected virtual void OnReplaySuccess()
    {
    }

    /// <summary>
    /// Runs an asynchronous function; other messages wait until it ends. What it persists is written then.
    /// </summary>
    protected void RunTask(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        _commandRunsTask = true;
        Dispatch.ActorTaskScheduler.RunTask(async () =>
        {
            var failed = true;
            try
            {
                await action();
                failed = false;
            }
            finally
            {
                CommandDone(failed);
            }
        });
    }

    /// <inheritdoc/>
    protected sealed override bool Receive(object message) => ReceiveCommand(message);

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                break;
            case SaveSnapshotFailure failure:
                LogFailure(failure.Cause, "saved", failure.Metadata);
                break;
            case DeleteSnapshotFailure failure:
                LogFailure(failure.Cause, "deleted", failure.Metadata);
                break;
            case DeleteSnapshotsFailure failure:
                LogFailure(failure.Cause, "deleted", failure.Criteria);
                break;
            case DeleteMessagesFailure failure:
                LogFailure(failure.Cause, "deleted", $"events up to {failure.ToSequenceNr}");
                break;
            default:
                base.Unhandled(message);
                break;
        }
    }

    private void LogFailure(Exception cause, string what, object of) =>
        Log.Warning("[{0}] could not have {1}: {2}. {3}", PersistenceId, what, of, cause);

    private void PersistMany<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool stashing)
    {
        CheckNotRecovering();
        if (events is null)
            return;
        var batch = new List<IPersistentRepresentation>();
        foreach (var @event in events)
        {
            if (stashing)
                _stashingInvocations++;
            _invocations.Enqueue(new Invocation(payload => handler((TEvent)payload), stashing));
            batch.Add(Represent(@event));
        }

        if (batch.Count > 0)
            _eventBatch.Add(new AtomicWrite(batch));
    }

    private Persistent Represent<TEvent>(TEvent @event) => new(@event!, ++_sequenceNr, PersistenceId,
        sender: Sender, writerGuid: _writerGuid, timestamp: DateTime.UtcNow.Ticks);

    private void CheckNotRecovering()
    {
        if (IsRecovering)
            throw new InvalidOperationException(
                $"[{PersistenceId}] is recovering: it may persist from RecoveryCompleted on.");
    }
}
