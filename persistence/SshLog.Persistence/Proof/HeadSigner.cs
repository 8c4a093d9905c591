using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Retention;
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

    private static readonly AuditActor _itself = new(null, "heads", string.Empty);

    private RecordingSubject? _shipsAs;

    /// <summary>As what the daemon tells of heads in the journal, for actions to take them away; null where none does.</summary>
    public RecordingSubject? ShipsAs { get => Volatile.Read(ref _shipsAs); set => Volatile.Write(ref _shipsAs, value); }

    /// <inheritdoc />
    public int SignGrown()
    {
        try
        {
            using var connection = JournalDatabase.Connect(journalFile, SqliteOpenMode.ReadWrite);
            var journal = JournalDatabase.Identity(connection, null);
            var (heads, newest) = SignNewest(connection, journal);
            if (heads.Count == 0)
                return 0;
            // Before it is known as done: what a crash leaves out is signed, and told, anew.
            var shipped = Ship(connection, heads);
            store.Add(heads, journal, newest);
            return shipped;
        }
        catch (Exception e) when (e is SqliteException or EventFormatException or IOException)
        {
            throw new JournalUnavailableException($"Heads of the journal cannot be signed: {e.Message}", e);
        }
    }

    /// <summary>The head with a key's name and signature.</summary>
    internal static SignedHead Sign(SignedHead head, SigningKey signer) =>
        head with { Key = signer.Fingerprint, Signature = signer.Sign(head.Message()) };

    private (List<SignedHead> Heads, long Newest) SignNewest(SqliteConnection connection, string journal)
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        var (cursor, newest) = (store.Progress(journal), Newest(connection, transaction));
        if (newest <= cursor)
            return ([], newest);
        // With synchronous = NORMAL a power failure may take what was committed: not what is signed.
        JournalDatabase.FlushLog(journalFile);
        return (Sign(connection, transaction, (cursor, newest), journal), newest);
    }

    // Heads of the heads would have no end.
    private int Ship(SqliteConnection connection, List<SignedHead> heads)
    {
        var told = heads.FindAll(h => !h.PersistenceId.StartsWith(DayJournal.Heads, StringComparison.Ordinal));
        if (ShipsAs is not { } daemon || told.Count == 0)
            return 0;
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var head in told)
        {
            AuditWriter.Append(
                connection, transaction, DayJournal.Of(DayJournal.Heads, head.At).PersistenceId,
                new HeadSigned(head.At, daemon, _itself, head.PersistenceId, head.SequenceNr, HeadText.Format(head)));
        }

        transaction.Commit();
        return told.Count;
    }

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
