using Akka.Actor;
using Akka.Pattern;
using Akka.Persistence.Journal;

namespace Akka.Persistence.Snapshot;

/// <summary>The base of snapshot stores: takes requests of persistent actors, answers when the work is done.</summary>
public abstract class SnapshotStore : ActorBase
{
    private readonly CircuitBreaker _breaker;

    /// <summary>Called by the engine alone.</summary>
    protected SnapshotStore() => _breaker = AsyncWriteJournal.CreateBreaker(
        Context.System, Persistence.Instance.Apply(Context.System).SnapshotStoreOf(Self).Config);

    /// <summary>The newest snapshot that meets the criteria, or null.</summary>
    protected abstract Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken);

    /// <summary>Saves a snapshot, in place of one with the same sequence number.</summary>
    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a snapshot: that of the time given, or of any time for <see cref="DateTime.MinValue"/>.
    /// </summary>
    protected abstract Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken);

    /// <summary>Deletes all snapshots that meet the criteria.</summary>
    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken);

    /// <summary>Handles messages that are not a snapshot store's.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                _ = Answer(Sender, Load(load), failure => new LoadSnapshotFailed(failure));
                return true;
            case SaveSnapshot save:
                _ = Answer(Sender,
                    Run(cancellation => SaveAsync(save.Metadata, save.Snapshot, cancellation), new SaveSnapshotSuccess(save.Metadata)),
                    failure => new SaveSnapshotFailure(save.Metadata, failure));
                return true;
            case DeleteSnapshot delete:
                _ = Answer(Sender,
                    Run(cancellation => DeleteAsync(delete.Metadata, cancellation), new DeleteSnapshotSuccess(delete.Metadata)),
                    failure => new DeleteSnapshotFailure(delete.Metadata, failure));
                return true;
            case DeleteSnapshots delete:
                _ = Answer(Sender,
                    Run(cancellation => DeleteAsync(delete.PersistenceId, delete.Criteria, cancellation),
                        new DeleteSnapshotsSuccess(delete.Criteria)),
                    failure => new DeleteSnapshotsFailure(delete.Criteria, failure));
                return true;
            default:
                return ReceivePluginInternal(message);
        }
    }

    private async Task<ISnapshotResponse> Load(LoadSnapshot request)
    {
        if (request.Criteria == SnapshotSelectionCriteria.None)
            return new LoadSnapshotResult(null, request.ToSequenceNr);
        var criteria = request.Criteria.Limit(request.ToSequenceNr);
        var selected = await _breaker.WithCircuitBreaker(cancellation => LoadAsync(request.PersistenceId, criteria, cancellation))
            .ConfigureAwait(false);
        return new LoadSnapshotResult(selected, request.ToSequenceNr);
    }

    private Task<ISnapshotResponse> Run(Func<CancellationToken, Task> work, ISnapshotResponse success) =>
        _breaker.WithCircuitBreaker(async cancellation =>
        {
            await work(cancellation).ConfigureAwait(false);
            return success;
        });

    private static async Task Answer(IActorRef actor, Task<ISnapshotResponse> work,
        Func<Exception, ISnapshotResponse> failed)
    {
        ISnapshotResponse answer;
        try
        {
            answer = await work.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            answer = failed(failure);
        }

        actor.Tell(answer, ActorRefs.NoSender);
    }
}
