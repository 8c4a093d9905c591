using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Schema;

namespace SshLog.Persistence.Retention;

/// <summary>Takes content out of events and leaves their links, so that the chain holds.</summary>
internal static class RedactionWriter
{
    // What may hold a secret. The rest says how the recording hangs together, and holds none.
    private static readonly HashSet<string> _content =
    [
        EventManifests.OutputRecorded, EventManifests.InputRecorded, EventManifests.CommandStarted, EventManifests.CommandFinished,
        EventManifests.ChannelRequested, EventManifests.FileTransferred,
    ];

    /// <summary>An event with its time.</summary>
    public sealed record Found(long SequenceNr, DateTimeOffset At, JournalEvent Sealed);

    /// <summary>Those of a range that have content.</summary>
    public static List<Found> Find(SqliteConnection connection, RedactionTarget target)
    {
        using var query = connection.CreateCommand();
        query.CommandText = """
            SELECT sequence_nr, manifest, payload FROM event_journal
            WHERE persistence_id = $id AND sequence_nr BETWEEN $from AND $upTo ORDER BY sequence_nr LIMIT $limit
            """;
        query.Parameters.AddWithValue("$id", target.PersistenceId);
        query.Parameters.AddWithValue("$from", target.From);
        query.Parameters.AddWithValue("$upTo", target.UpTo);
        query.Parameters.AddWithValue("$limit", RedactionTarget.MostEvents);
        using var reader = query.ExecuteReader();
        var found = new List<Found>();
        while (reader.Read())
        {
            var sealedEvent = EnvelopeCodec.Decode(reader.GetString(1), reader.GetFieldValue<byte[]>(2));
            if (sealedEvent.IsRedacted || !_content.Contains(sealedEvent.Manifest))
                continue;
            var fact = ProtobufEventCodec.Instance.Decode(sealedEvent.Manifest, sealedEvent.Payload);
            found.Add(new Found(reader.GetInt64(0), fact.At, sealedEvent));
        }

        return found;
    }

    /// <summary>Takes it out; the event's own time stays in its row.</summary>
    public static void TakeOut(SqliteConnection connection, SqliteTransaction transaction, string persistenceId, List<Found> found)
    {
        using var update = connection.CreateCommand();
        update.Transaction = transaction;
        update.CommandText = "UPDATE event_journal SET payload = $payload, timestamp = $at WHERE persistence_id = $id AND sequence_nr = $nr";
        foreach (var (sequenceNr, at, sealedEvent) in found)
        {
            update.Parameters.Clear();
            update.Parameters.AddWithValue("$payload", EnvelopeCodec.Encode(sealedEvent with { Payload = default, Salt = default }));
            update.Parameters.AddWithValue("$at", at.UtcTicks);
            update.Parameters.AddWithValue("$id", persistenceId);
            update.Parameters.AddWithValue("$nr", sequenceNr);
            update.ExecuteNonQuery();
        }
    }

    /// <summary>False if the event that a redaction is about has its content still.</summary>
    public static bool IsDone(SqliteConnection connection, Redaction redaction)
    {
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT manifest, payload FROM event_journal WHERE persistence_id = $id AND sequence_nr = $nr";
        query.Parameters.AddWithValue("$id", redaction.PersistenceId);
        query.Parameters.AddWithValue("$nr", redaction.SequenceNr);
        using var reader = query.ExecuteReader();
        return !reader.Read() || EnvelopeCodec.Decode(reader.GetString(0), reader.GetFieldValue<byte[]>(1)).IsRedacted;
    }
}
