using System.Text;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Persistence.Salvage;

/// <summary>A row of the table event_journal.</summary>
/// <param name="PersistenceId">Whose: a session's, a day's of failed sign-ins or of signed heads, or what was done to recordings.</param>
/// <param name="SequenceNr">Place among its events.</param>
/// <param name="Ordering">Place in the journal.</param>
/// <param name="Timestamp">As the journal's column.</param>
/// <param name="Payload">The bytes of the envelope.</param>
/// <param name="Event">The envelope; its payload is the one that was sealed.</param>
internal sealed record JournalRow(
    string PersistenceId, long SequenceNr, long Ordering, long Timestamp, byte[] Payload, JournalEvent Event)
{
    private const int Columns = 9;

    /// <summary>The row of a record; null when it is of another table, or damaged.</summary>
    public static JournalRow? Parse(long rowId, byte[] record)
    {
        var values = ReadValues(record);
        if (values is not [_, byte[] id, long sequenceNr, long, byte[] manifest, long timestamp, byte[] payload, _, long serializer]
            || serializer != JournalEventSerializer.Id)
            return null;
        var persistenceId = Encoding.UTF8.GetString(id);
        if (!SessionId.TryFromPersistenceId(persistenceId, out _) && !DayJournal.IsPersistenceId(persistenceId)
            && persistenceId != IRetentionStore.AuditJournal)
            return null;
        try
        {
            var sealedEvent = EnvelopeCodec.Decode(Encoding.UTF8.GetString(manifest), payload);
            // Redaction takes salt and payload out; the link is there still.
            return sealedEvent.Salt.IsEmpty || EventChain.PayloadIsIntact(sealedEvent)
                ? new JournalRow(persistenceId, sequenceNr, rowId, timestamp, payload, sealedEvent)
                : null;
        }
        catch (EventFormatException)
        {
            return null;
        }
    }

    /// <summary>True if the record looks like a row of the table, whether or not it can be read.</summary>
    public static bool IsOfJournal(byte[] record) =>
        ReadTypes(record) is { Count: Columns } types && types[1] > 12 && types[4] > 12 && types[6] >= 12;

    private static List<object?>? ReadValues(byte[] record)
    {
        if (ReadTypes(record) is not { Count: Columns } types)
            return null;
        var at = 0;
        Varint.TryRead(record, ref at, out var headerBytes);
        at = (int)headerBytes;
        var values = new List<object?>(Columns);
        foreach (var type in types)
        {
            var length = LengthOf(type);
            if (length > record.Length - at)
                return null;
            values.Add(Value(type, record.AsSpan(at, (int)length)));
            at += (int)length;
        }

        return values;
    }

    private static List<long>? ReadTypes(byte[] record)
    {
        var at = 0;
        if (!Varint.TryRead(record, ref at, out var headerBytes) || headerBytes < at || headerBytes > record.Length)
            return null;
        var types = new List<long>(Columns);
        while (at < headerBytes)
        {
            if (types.Count == Columns || !Varint.TryRead(record, ref at, out var type) || type < 0)
                return null;
            types.Add(type);
        }

        return types;
    }

    private static long LengthOf(long type) => type switch
    {
        >= 12 => (type - 12) / 2,
        5 => 6,
        6 or 7 => 8,
        >= 1 and <= 4 => type,
        _ => 0,
    };

    private static object? Value(long type, ReadOnlySpan<byte> bytes) => type switch
    {
        0 => null,
        8 => 0L,
        9 => 1L,
        >= 1 and <= 6 => Integer(bytes),
        >= 12 => bytes.ToArray(),
        _ => null,
    };

    private static long Integer(ReadOnlySpan<byte> bytes)
    {
        var value = (long)(sbyte)bytes[0];
        foreach (var b in bytes[1..])
            value = (value << 8) | b;
        return value;
    }
}
