using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Persistence.Retention;

/// <summary>
/// Writes the journal of what was done to recordings: chained and signed like any other, but beside Akka's writer, so that
/// an audit event and what it tells of are one transaction.
/// </summary>
internal static class AuditWriter
{
    private const string Insert = """
        INSERT INTO event_journal (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, serializer_id)
        VALUES ($id, $nr, 0, $manifest, $at, $payload, $serializer)
        """;

    /// <summary>Appends a fact; the transaction holds the write lock already (BEGIN IMMEDIATE).</summary>
    public static void Append(SqliteConnection connection, SqliteTransaction transaction, SessionEvent fact) =>
        Append(connection, transaction, IRetentionStore.AuditJournal, fact);

    /// <summary>Appends a fact to another journal that nobody else writes; the transaction likewise.</summary>
    public static void Append(SqliteConnection connection, SqliteTransaction transaction, string persistenceId, SessionEvent fact)
    {
        var (previous, sequenceNr) = (EventChain.Genesis(persistenceId), 0L);
        if (Last(connection, transaction, persistenceId) is { } last)
            (previous, sequenceNr) = (last.Link, last.SequenceNr);
        var (manifest, payload) = ProtobufEventCodec.Instance.Encode(fact);
        var sealedEvent = EventChain.Seal(
            previous, default, manifest, payload, RandomNumberGenerator.GetBytes(EventChain.SaltBytes));
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Insert;
        command.Parameters.AddWithValue("$id", persistenceId);
        command.Parameters.AddWithValue("$nr", sequenceNr + 1);
        command.Parameters.AddWithValue("$manifest", manifest);
        command.Parameters.AddWithValue("$at", fact.At.UtcTicks);
        command.Parameters.AddWithValue("$payload", EnvelopeCodec.Encode(sealedEvent));
        command.Parameters.AddWithValue("$serializer", JournalEventSerializer.Id);
        command.ExecuteNonQuery();
    }

    /// <summary>Number and link of a journal's last event; null if it has none.</summary>
    public static (long SequenceNr, byte[] Link)? Last(SqliteConnection connection, SqliteTransaction? transaction, string persistenceId)
    {
        using var query = connection.CreateCommand();
        query.Transaction = transaction;
        query.CommandText = """
            SELECT sequence_nr, manifest, payload FROM event_journal WHERE persistence_id = $id ORDER BY sequence_nr DESC LIMIT 1
            """;
        query.Parameters.AddWithValue("$id", persistenceId);
        using var reader = query.ExecuteReader();
        return reader.Read()
            ? (reader.GetInt64(0), EventChain.Link(EnvelopeCodec.Decode(reader.GetString(1), reader.GetFieldValue<byte[]>(2))))
            : null;
    }

    /// <summary>All facts of the audit journal, in order.</summary>
    public static List<SessionEvent> Read(SqliteConnection connection)
    {
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT manifest, payload FROM event_journal WHERE persistence_id = $id ORDER BY sequence_nr";
        query.Parameters.AddWithValue("$id", IRetentionStore.AuditJournal);
        var facts = new List<SessionEvent>();
        using var reader = query.ExecuteReader();
        while (reader.Read())
        {
            var sealedEvent = EnvelopeCodec.Decode(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
            facts.Add(ProtobufEventCodec.Instance.Decode(sealedEvent.Manifest, sealedEvent.Payload));
        }

        return facts;
    }
}
