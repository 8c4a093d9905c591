using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Persistence.Proof;

/// <summary>Signs the newest event of each journal in the database that has grown. Not thread-safe.</summary>
/// <param name="journalFile">The journal's database.</param>
/// <param name="store">Where heads go.</param>
/// <param name="key">Signs.</param>
/// <param name="time">When.</param>
public sealed class HeadSigner(string journalFile, HeadStore store, HostKey key, TimeProvider time) : IHeadSigner
{
    private const string GrownSql = """
        SELECT e.persistence_id, e.sequence_nr, e.manifest, e.payload FROM event_journal e
        JOIN (SELECT persistence_id, max(sequence_nr) AS newest FROM event_journal
            WHERE ordering > $cursor AND ordering <= $newest GROUP BY persistence_id) g
        ON e.persistence_id = g.persistence_id AND e.sequence_nr = g.newest
        """;

    /// <inheritdoc />
    public void SignGrown()
    {
        try
        {
            using var connection = JournalDatabase.Connect(journalFile, SqliteOpenMode.ReadWrite);
            JournalDatabase.Execute(connection, "PRAGMA query_only = ON");
            using var transaction = connection.BeginTransaction(deferred: true);
            var journal = JournalDatabase.Identity(connection, transaction);
            var cursor = store.Progress(journal);
            var newest = Newest(connection, transaction);
            if (newest <= cursor)
                return;
            // With synchronous = NORMAL a power failure may take what was committed: not what is signed.
            JournalDatabase.FlushLog(journalFile);
            store.Add(Sign(connection, transaction, (cursor, newest), journal), journal, newest);
        }
        catch (Exception e) when (e is SqliteException or EventFormatException or IOException)
        {
            throw new JournalUnavailableException($"Heads of the journal cannot be signed: {e.Message}", e);
        }
    }

    /// <summary>The head with a key's name and signature.</summary>
    internal static SignedHead Sign(SignedHead head, SigningKey signer) =>
        head with { Key = signer.Fingerprint, Signature = signer.Sign(head.Message()) };

    private static long Newest(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var query = connection.CreateCommand();
        query.Transaction = transaction;
        query.CommandText = "SELECT coalesce(max(ordering), 0) FROM event_journal";
        return (long)query.ExecuteScalar()!;
    }

    private List<SignedHead> Sign(SqliteConnection connection, SqliteTransaction transaction, (long Cursor, long Newest) range, string journal)
    {
        using var query = connection.CreateCommand();
        query.Transaction = transaction;
        query.CommandText = GrownSql;
        query.Parameters.AddWithValue("$cursor", range.Cursor);
        query.Parameters.AddWithValue("$newest", range.Newest);
        var heads = new List<SignedHead>();
        using var reader = query.ExecuteReader();
        while (reader.Read())
        {
            var link = EventChain.Link(EnvelopeCodec.Decode(reader.GetString(2), reader.GetFieldValue<byte[]>(3)));
            heads.Add(Sign(new SignedHead(journal, reader.GetString(0), reader.GetInt64(1), link, time.GetUtcNow(), string.Empty, default), key.Current));
        }

        return heads;
    }
}
