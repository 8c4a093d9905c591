using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Bench.Search;

/// <summary>Puts a new session's events where Akka's journal would put them, in one transaction.</summary>
internal static class JournalRow
{
    public static void Append(string file, string persistenceId, IEnumerable<SessionEvent> facts)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO event_journal (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, serializer_id)
            VALUES ($id, $nr, 0, $manifest, 0, $payload, $serializer)
            """;
        insert.Transaction = transaction;
        foreach (var name in (string[])["$id", "$nr", "$manifest", "$payload", "$serializer"])
            insert.Parameters.AddWithValue(name, DBNull.Value);
        var (link, number) = (EventChain.Genesis(persistenceId), 0L);
        foreach (var fact in facts)
        {
            var (manifest, payload) = ProtobufEventCodec.Instance.Encode(fact);
            var sealedEvent = EventChain.Seal(link, new ProbePosition(1, (ulong)++number), manifest, payload, new byte[EventChain.SaltBytes]);
            link = EventChain.Link(sealedEvent);
            object[] values = [persistenceId, number, manifest, EnvelopeCodec.Encode(sealedEvent, compress: true), JournalEventSerializer.Id];
            for (var i = 0; i < values.Length; i++)
                insert.Parameters[i].Value = values[i];
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
