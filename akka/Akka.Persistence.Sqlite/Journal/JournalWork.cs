using System.Collections.Immutable;
using Akka.Persistence.Journal;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Akka.Persistence.Sqlite.Journal;

internal sealed class CreateTables(SqliteTables tables) : SqliteWork
{
    public override void Execute(SqliteStatements statements)
    {
        statements.Execute(tables.Create);
        statements.Execute(tables.CreateMetadata);
    }
}

/// <summary>The events of one request. Those that cannot be serialized are refused; the others become rows.</summary>
internal sealed class EventsWork(SqliteTables tables, AkkaSerialization serialization) : SqliteWork
{
    private readonly List<Row> _rows = [];
    private ImmutableList<Exception>.Builder? _refused;
    private int _writes;
    private long _size;

    public override long Size => _size;

    public bool HasRows => _rows.Count > 0;

    /// <summary>Null, or for each write null or why it was refused.</summary>
    public IImmutableList<Exception>? Refused => _refused?.ToImmutable();

    public void Add(AtomicWrite write)
    {
        var first = _rows.Count;
        Exception? refusal = null;
        try
        {
            foreach (var @event in (IEnumerable<IPersistentRepresentation>)write.Payload)
                _rows.Add(ToRow(@event));
        }
        catch (Exception cause)
        {
            _rows.RemoveRange(first, _rows.Count - first);
            refusal = cause;
        }

        if (refusal is not null && _refused is null)
        {
            _refused = ImmutableList.CreateBuilder<Exception>();
            _refused.AddRange(Enumerable.Repeat<Exception>(null!, _writes));
        }

        _refused?.Add(refusal!);
        _writes++;
    }

    public override void Execute(SqliteStatements statements)
    {
        foreach (var row in _rows)
            statements.Execute(tables.Insert, row.PersistenceId, row.SequenceNr, row.Manifest, row.Timestamp,
                row.Payload, row.Tags, row.Serializer);
    }

    private Row ToRow(IPersistentRepresentation @event)
    {
        var payload = @event.Payload;
        string? tags = null;
        if (payload is Tagged tagged)
        {
            payload = tagged.Payload;
            if (tagged.Tags.Count > 0)
                tags = $";{string.Join(';', tagged.Tags)};";
        }

        var (manifest, bytes, serializer) = SqliteSerialization.Write(serialization, payload);
        if (manifest.Length == 0)
            manifest = @event.Manifest;
        var timestamp = @event.Timestamp > 0 ? @event.Timestamp : DateTime.UtcNow.Ticks;
        _size += bytes.Length;
        return new Row(@event.PersistenceId, @event.SequenceNr, manifest, timestamp, bytes, tags, serializer);
    }

    private sealed record Row(string PersistenceId, long SequenceNr, string Manifest, long Timestamp, byte[] Payload,
        string? Tags, int Serializer);
}

internal sealed class HighestSequenceNr(SqliteTables tables, string persistenceId) : SqliteWork
{
    public long Result { get; private set; }

    public override void Execute(SqliteStatements statements) =>
        Result = statements.Number(tables.Highest, persistenceId);
}

/// <summary>Deletes events; where the last one goes, its number is kept, so that it is never given again.</summary>
internal sealed class DeleteEvents(SqliteTables tables, string persistenceId, long toSequenceNr) : SqliteWork
{
    public override void Execute(SqliteStatements statements)
    {
        var highest = statements.Number(tables.Highest, persistenceId);
        statements.Execute(tables.Delete, persistenceId, toSequenceNr);
        if (highest == 0 || highest > toSequenceNr)
            return;
        statements.Execute(tables.ForgetHighest, persistenceId);
        statements.Execute(tables.KeepHighest, persistenceId, highest);
    }
}
