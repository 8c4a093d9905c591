namespace Akka.Persistence.Snapshot;

/// <summary>Keeps snapshots in memory for as long as the system lives.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    private readonly List<SelectedSnapshot> _snapshots = [];
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_snapshots
                .Where(snapshot => snapshot.Metadata.PersistenceId == persistenceId
                    && criteria.IsMatch(snapshot.Metadata))
                .MaxBy(snapshot => snapshot.Metadata.SequenceNr));
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _snapshots.RemoveAll(saved => IsSame(saved.Metadata, metadata));
            _snapshots.Add(new SelectedSnapshot(metadata, snapshot));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken)
    {
        lock (_lock)
            _snapshots.RemoveAll(saved => IsSame(saved.Metadata, metadata)
                && (metadata.Timestamp == DateTime.MinValue || saved.Metadata.Timestamp == metadata.Timestamp));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        lock (_lock)
            _snapshots.RemoveAll(saved => saved.Metadata.PersistenceId == persistenceId
                && criteria.IsMatch(saved.Metadata));
        return Task.CompletedTask;
    }

    private static bool IsSame(SnapshotMetadata one, SnapshotMetadata other) =>
        one.PersistenceId == other.PersistenceId && one.SequenceNr == other.SequenceNr;
}

/// <summary>Finds nothing and refuses to save: for systems without snapshots.</summary>
public sealed class NoSnapshotStore : SnapshotStore
{
    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        Task.FromResult<SelectedSnapshot?>(null);

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken) => Refuse();

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Refuse();

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Refuse();

    private static Task Refuse() => Task.FromException(
        new NotSupportedException("There is no snapshot store: set akka.persistence.snapshot-store.plugin."));
}
