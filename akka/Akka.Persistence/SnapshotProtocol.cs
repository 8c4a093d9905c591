using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A message to or from a snapshot store.</summary>
public interface ISnapshotMessage : IPersistenceMessage;

/// <summary>A request to a snapshot store.</summary>
public interface ISnapshotRequest : ISnapshotMessage;

/// <summary>A snapshot store's answer.</summary>
public interface ISnapshotResponse : ISnapshotMessage;

/// <summary>Which snapshot: whose, after which event, when (UTC).</summary>
public sealed record SnapshotMetadata
{
    /// <summary>Creates the metadata.</summary>
    public SnapshotMetadata(string persistenceId, long sequenceNr, DateTime timestamp)
    {
        PersistenceId = persistenceId;
        SequenceNr = sequenceNr;
        Timestamp = timestamp;
    }

    /// <summary>Whose snapshot.</summary>
    public string PersistenceId { get; }

    /// <summary>The last event that it includes.</summary>
    public long SequenceNr { get; }

    /// <summary>When it was taken; <see cref="DateTime.MinValue"/> where any time is meant.</summary>
    public DateTime Timestamp { get; }
}

/// <summary>Which snapshots: by sequence number and time, all bounds included.</summary>
public sealed record SnapshotSelectionCriteria
{
    /// <summary>Any snapshot, the newest first.</summary>
    public static readonly SnapshotSelectionCriteria Latest = new(long.MaxValue, DateTime.MaxValue);

    /// <summary>No snapshot.</summary>
    public static readonly SnapshotSelectionCriteria None = new(0, DateTime.MinValue);

    /// <summary>Creates the criteria.</summary>
    public SnapshotSelectionCriteria(long maxSequenceNr, DateTime maxTimeStamp, long minSequenceNr = 0,
        DateTime? minTimestamp = null)
    {
        MaxSequenceNr = maxSequenceNr;
        MaxTimeStamp = maxTimeStamp;
        MinSequenceNr = minSequenceNr;
        MinTimestamp = minTimestamp ?? DateTime.MinValue;
    }

    /// <summary>Creates the criteria: up to a sequence number, whenever taken.</summary>
    public SnapshotSelectionCriteria(long maxSequenceNr)
        : this(maxSequenceNr, DateTime.MaxValue)
    {
    }

    /// <summary>Highest sequence number.</summary>
    public long MaxSequenceNr { get; }

    /// <summary>Latest time (UTC).</summary>
    public DateTime MaxTimeStamp { get; }

    /// <summary>Lowest sequence number.</summary>
    public long MinSequenceNr { get; }

    /// <summary>Earliest time (UTC).</summary>
    public DateTime? MinTimestamp { get; }

    internal SnapshotSelectionCriteria Limit(long toSequenceNr) => toSequenceNr < MaxSequenceNr
        ? new SnapshotSelectionCriteria(toSequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp)
        : this;

    internal bool IsMatch(SnapshotMetadata metadata) =>
        metadata.SequenceNr <= MaxSequenceNr && metadata.Timestamp <= MaxTimeStamp
        && metadata.SequenceNr >= MinSequenceNr && metadata.Timestamp >= (MinTimestamp ?? DateTime.MinValue);
}

/// <summary>A stored snapshot.</summary>
public sealed record SelectedSnapshot(SnapshotMetadata Metadata, object Snapshot);

/// <summary>Given to a recovering actor before the events that follow the snapshot.</summary>
public sealed record SnapshotOffer(SnapshotMetadata Metadata, object Snapshot) : INoSerializationVerificationNeeded;

/// <summary>A snapshot was saved.</summary>
public sealed record SaveSnapshotSuccess(SnapshotMetadata Metadata) : ISnapshotResponse;

/// <summary>A snapshot could not be saved.</summary>
public sealed record SaveSnapshotFailure(SnapshotMetadata Metadata, Exception Cause) : ISnapshotResponse;

/// <summary>A snapshot was deleted.</summary>
public sealed record DeleteSnapshotSuccess(SnapshotMetadata Metadata) : ISnapshotResponse;

/// <summary>A snapshot could not be deleted.</summary>
public sealed record DeleteSnapshotFailure(SnapshotMetadata Metadata, Exception Cause) : ISnapshotResponse;

/// <summary>Snapshots were deleted.</summary>
public sealed record DeleteSnapshotsSuccess(SnapshotSelectionCriteria Criteria) : ISnapshotResponse;

/// <summary>Snapshots could not be deleted.</summary>
public sealed record DeleteSnapshotsFailure(SnapshotSelectionCriteria Criteria, Exception Cause) : ISnapshotResponse;

internal sealed record LoadSnapshot(string PersistenceId, SnapshotSelectionCriteria Criteria, long ToSequenceNr)
    : ISnapshotRequest;

internal sealed record LoadSnapshotResult(SelectedSnapshot? Snapshot, long ToSequenceNr) : ISnapshotResponse,
    Akka.Event.IDeadLetterSuppression;

internal sealed record LoadSnapshotFailed(Exception Cause) : ISnapshotResponse;

internal sealed record SaveSnapshot(SnapshotMetadata Metadata, object Snapshot) : ISnapshotRequest;

internal sealed record DeleteSnapshot(SnapshotMetadata Metadata) : ISnapshotRequest;

internal sealed record DeleteSnapshots(string PersistenceId, SnapshotSelectionCriteria Criteria) : ISnapshotRequest;
