using Akka.Actor;

namespace Akka.Persistence;

/// <summary>An event as a journal handles it.</summary>
public interface IPersistentRepresentation
{
    /// <summary>The event.</summary>
    object Payload { get; }

    /// <summary>What the event adapter stored beside the event; empty without one.</summary>
    string Manifest { get; }

    /// <summary>Whose event it is.</summary>
    string PersistenceId { get; }

    /// <summary>Place in the journal of this persistence id, from 1.</summary>
    long SequenceNr { get; }

    /// <summary>The incarnation that wrote the event; empty where the journal does not store it.</summary>
    string WriterGuid { get; }

    /// <summary>True if the event is marked as deleted: it is not replayed.</summary>
    bool IsDeleted { get; }

    /// <summary>Sender of the command that led to the event.</summary>
    IActorRef Sender { get; }

    /// <summary>When it was written, in ticks (UTC); 0 if unknown.</summary>
    long Timestamp { get; }

    /// <summary>The same with another payload.</summary>
    IPersistentRepresentation WithPayload(object payload);

    /// <summary>The same with another manifest.</summary>
    IPersistentRepresentation WithManifest(string manifest);

    /// <summary>The same with another time.</summary>
    IPersistentRepresentation WithTimestamp(long newTimestamp);
}

/// <summary>An event with what a journal has to know of it.</summary>
public sealed class Persistent : IPersistentRepresentation
{
    /// <summary>The manifest where there is none.</summary>
    public const string Undefined = "";

    /// <summary>Creates the representation.</summary>
    public Persistent(object payload, long sequenceNr = 0, string? persistenceId = null, string? manifest = null,
        bool isDeleted = false, IActorRef? sender = null, string? writerGuid = null, long timestamp = 0)
    {
        Payload = payload;
        SequenceNr = sequenceNr;
        PersistenceId = persistenceId ?? Undefined;
        Manifest = manifest ?? Undefined;
        IsDeleted = isDeleted;
        Sender = sender!;
        WriterGuid = writerGuid ?? Undefined;
        Timestamp = timestamp;
    }

    /// <inheritdoc/>
    public object Payload { get; }

    /// <inheritdoc/>
    public string Manifest { get; }

    /// <inheritdoc/>
    public string PersistenceId { get; }

    /// <inheritdoc/>
    public long SequenceNr { get; }

    /// <inheritdoc/>
    public string WriterGuid { get; }

    /// <inheritdoc/>
    public bool IsDeleted { get; }

    /// <inheritdoc/>
    public IActorRef Sender { get; }

    /// <inheritdoc/>
    public long Timestamp { get; }

    /// <inheritdoc/>
    public IPersistentRepresentation WithPayload(object payload) => Copy(payload, Manifest, Timestamp);

    /// <inheritdoc/>
    public IPersistentRepresentation WithManifest(string manifest) => Copy(Payload, manifest, Timestamp);

    /// <inheritdoc/>
    public IPersistentRepresentation WithTimestamp(long newTimestamp) => Copy(Payload, Manifest, newTimestamp);

    private Persistent Copy(object payload, string manifest, long timestamp) =>
        new(payload, SequenceNr, PersistenceId, manifest, IsDeleted, Sender, WriterGuid, timestamp);
}

/// <summary>What a persistent actor hands to its journal.</summary>
public interface IPersistentEnvelope
{
    /// <summary>The event or events.</summary>
    object Payload { get; }

    /// <summary>Sender of the command.</summary>
    IActorRef Sender { get; }

    /// <summary>Number of events.</summary>
    int Size { get; }
}

/// <summary>Events of one persistence id that are written together or not at all.</summary>
public sealed class AtomicWrite : IPersistentEnvelope
{
    private readonly IReadOnlyList<IPersistentRepresentation> _events;

    /// <summary>A write of one event.</summary>
    public AtomicWrite(IPersistentRepresentation @event)
        : this([@event])
    {
    }

    /// <summary>A write of several events, in the order of their sequence numbers.</summary>
    public AtomicWrite(IReadOnlyList<IPersistentRepresentation> payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Count == 0)
            throw new ArgumentException("A write holds at least one event.", nameof(payload));
        _events = payload;
    }

    /// <summary>The events: an <see cref="IReadOnlyList{T}"/> of <see cref="IPersistentRepresentation"/>.</summary>
    public object Payload => _events;

    /// <summary>The events.</summary>
    internal IReadOnlyList<IPersistentRepresentation> Events => _events;

    /// <inheritdoc/>
    public IActorRef Sender => _events[0].Sender;

    /// <inheritdoc/>
    public int Size => _events.Count;

    /// <summary>Whose events these are.</summary>
    public string PersistenceId => _events[0].PersistenceId;

    /// <summary>Sequence number of the first event.</summary>
    public long LowestSequenceNr => _events[0].SequenceNr;

    /// <summary>Sequence number of the last event.</summary>
    public long HighestSequenceNr => _events[^1].SequenceNr;
}

/// <summary>Something that passes through the journal's order without being written: a deferred handler.</summary>
internal sealed class NonPersistentMessage(object payload, IActorRef sender) : IPersistentEnvelope
{
    public object Payload => payload;

    public IActorRef Sender => sender;

    public int Size => 1;
}
