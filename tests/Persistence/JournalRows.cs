using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Schema;

namespace SshLog.Persistence.Tests;

/// <summary>Puts events where Akka's journal would put them.</summary>
internal static class JournalRows
{
    public static SessionId Parse(string text) =>
        SessionId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>Reads a database as it is now, until it is disposed.</summary>
    public static SqliteConnection Hold(string file)
    {
        var connection = Open(file);
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN; SELECT count(*) FROM sqlite_master";
        begin.ExecuteScalar();
        return connection;
    }

    /// <summary>Appends to a session's journal, chained to what is there.</summary>
    public static void Write(string file, SessionId id, IEnumerable<SessionEvent> facts, bool compress = false) =>
        Write(file, id.PersistenceId, facts, compress);

    /// <summary>Appends to any journal.</summary>
    public static void Write(string file, string persistenceId, IEnumerable<SessionEvent> facts, bool compress = false)
    {
        using var connection = Open(file);
        var (previous, sequenceNr) = Last(connection, persistenceId);
        using var transaction = connection.BeginTransaction();
        foreach (var fact in facts)
        {
            var (manifest, payload) = ProtobufEventCodec.Instance.Encode(fact);
            var sealedEvent = EventChain.Seal(
                previous, new ProbePosition(1, 1), manifest, payload, new byte[EventChain.SaltBytes]);
            previous = EventChain.Link(sealedEvent);
            using var insert = connection.CreateCommand();
            insert.CommandText =
                """
                INSERT INTO event_journal (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, serializer_id)
                VALUES ($id, $nr, 0, $manifest, $at, $payload, 5222)
                """;
            insert.Transaction = transaction;
            insert.Parameters.AddWithValue("$id", persistenceId);
            insert.Parameters.AddWithValue("$nr", ++sequenceNr);
            insert.Parameters.AddWithValue("$manifest", manifest);
            insert.Parameters.AddWithValue("$at", fact.At.UtcTicks);
            insert.Parameters.AddWithValue("$payload", EnvelopeCodec.Encode(sealedEvent, compress));
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Cuts a session's journal behind an event, as an intruder with the file in hand would.</summary>
    public static void Cut(string file, SessionId id, long behind)
    {
        using var connection = Open(file);
        using var delete = connection.CreateCommand();
        delete.CommandText = "DELETE FROM event_journal WHERE persistence_id = $id AND sequence_nr > $behind";
        delete.Parameters.AddWithValue("$id", id.PersistenceId);
        delete.Parameters.AddWithValue("$behind", behind);
        Assert.NotEqual(0, delete.ExecuteNonQuery());
    }

    private static (byte[] Link, long SequenceNr) Last(SqliteConnection connection, string persistenceId)
    {
        using var query = connection.CreateCommand();
        query.CommandText =
            """
            SELECT sequence_nr, manifest, payload FROM event_journal
            WHERE persistence_id = $id ORDER BY sequence_nr DESC LIMIT 1
            """;
        query.Parameters.AddWithValue("$id", persistenceId);
        using var row = query.ExecuteReader();
        return row.Read()
            ? (EventChain.Link(EnvelopeCodec.Decode(row.GetString(1), row.GetFieldValue<byte[]>(2))), row.GetInt64(0))
            : (EventChain.Genesis(persistenceId), 0);
    }
}
