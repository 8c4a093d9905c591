using Akka.Actor;
using Akka.Persistence;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>A command: run this inside the actor.</summary>
public sealed record Do(Action<Scribe> Action) : INoSerializationVerificationNeeded;

/// <summary>A command: run this inside the actor, asynchronously.</summary>
public sealed record DoAsync(Func<Scribe, Task> Action) : INoSerializationVerificationNeeded;

/// <summary>A persistent actor that does what it is told and notes what happens to it.</summary>
public class Scribe : ReceivePersistentActor
{
    private readonly Recovery _recovery;

    public Scribe(string persistenceId, Notebook notes, Recovery? recovery = null)
    {
        PersistenceId = persistenceId;
        Notes = notes;
        _recovery = recovery ?? Recovery.Default;
        Recover<Written>(e => Note($"replayed {e.Text}"));
        Recover<SnapshotOffer>(offer => Note($"offered {((State)offer.Snapshot).Text} at {offer.Metadata.SequenceNr}"));
        Recover<RecoveryCompleted>(_ => Note($"recovered at {LastSequenceNr}"));
        Command<Do>(command => command.Action(this));
        CommandAsync<DoAsync>(command => command.Action(this));
        Command<string>(text => Note(text));
        Command<SaveSnapshotSuccess>(saved => Note($"snapshot at {saved.Metadata.SequenceNr}"));
        Command<DeleteMessagesSuccess>(deleted => Note($"deleted to {deleted.ToSequenceNr}"));
        Command<DeleteSnapshotSuccess>(deleted => Note($"snapshot {deleted.Metadata.SequenceNr} deleted"));
        Command<DeleteSnapshotsSuccess>(_ => Note("snapshots deleted"));
        Command<SaveSnapshotFailure>(failed => Note($"snapshot failed: {failed.Cause.GetType().Name}"));
        Command<Terminated>(_ => Note("child stopped"));
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => _recovery;

    public Notebook Notes { get; }

    public IActorRef From => Sender;

    public IUntypedActorContext Inside => Context;

    public void Note(string text) => Notes.Add(text);

    public void Write(string text) => Persist(new Written(text), e => Note($"wrote {e.Text}"));

    public void WriteAsync(string text) => PersistAsync(new Written(text), e => Note($"wrote {e.Text}"));

    public void WriteAll(params string[] texts) =>
        PersistAll(texts.Select(text => new Written(text)), e => Note($"wrote {e.Text}"));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Note($"failed to write {sequenceNr}");

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Note($"refused {sequenceNr}");

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Note($"recovery failed: {reason.GetType().Name}");

    protected override void PostRestart(Exception reason)
    {
        Note("restarted");
        base.PostRestart(reason);
    }
}

/// <summary>A persistent actor that knows events alone.</summary>
public sealed class TakesNoSnapshots : ReceivePersistentActor
{
    public TakesNoSnapshots(string persistenceId, Notebook notes)
    {
        PersistenceId = persistenceId;
        Recover<Written>(e => notes.Add($"replayed {e.Text}"));
        Recover<RecoveryCompleted>(_ => notes.Add($"recovered at {LastSequenceNr}"));
        Command<string>(text => Persist(new Written(text), e => notes.Add($"wrote {e.Text} at {LastSequenceNr}")));
    }

    public override string PersistenceId { get; }
}
