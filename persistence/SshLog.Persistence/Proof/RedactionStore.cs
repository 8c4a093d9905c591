using System.Text;
using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>Signed redactions, in <c>heads.db</c> beside the signed heads. For ever: they are small.</summary>
public static class RedactionStore
{
    private const string Create = """
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS redaction (
            journal TEXT NOT NULL,
            persistence_id TEXT NOT NULL,
            sequence_nr INTEGER NOT NULL,
            link BLOB NOT NULL,
            at INTEGER NOT NULL,
            redacted_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            key TEXT NOT NULL,
            signature BLOB NOT NULL,
            PRIMARY KEY (journal, persistence_id, sequence_nr)
        ) WITHOUT ROWID;
        """;

    /// <summary>Adds some; they are on the disk when this returns.</summary>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    internal static void Add(string file, IEnumerable<Redaction> redactions)
    {
        using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWriteCreate);
        JournalDatabase.Execute(connection, HeadStore.Create + Create);
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO redaction VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        foreach (var redaction in redactions)
        {
            object[] values =
            [
                redaction.Database, redaction.PersistenceId, redaction.SequenceNr, redaction.Link.ToArray(), redaction.At.UtcTicks,
                redaction.By, redaction.Reason, redaction.Key, redaction.Signature.ToArray(),
            ];
            command.Parameters.Clear();
            for (var i = 0; i < values.Length; i++)
                command.Parameters.AddWithValue("$" + (i + 1), values[i]);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Takes some back: what they announced did not happen.</summary>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    internal static void Remove(string file, IEnumerable<Redaction> redactions)
    {
        using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
        foreach (var redaction in redactions)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM redaction WHERE journal = $journal AND persistence_id = $id AND sequence_nr = $nr";
            command.Parameters.AddWithValue("$journal", redaction.Database);
            command.Parameters.AddWithValue("$id", redaction.PersistenceId);
            command.Parameters.AddWithValue("$nr", redaction.SequenceNr);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>All of a file; none if there is no such file, or it is of a version without them.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be read.</exception>
    public static IReadOnlyList<Redaction> Read(string file) => SignedTable.Read(
        file, "redaction",
        "SELECT journal, persistence_id, sequence_nr, link, at, redacted_by, reason, key, signature FROM redaction ORDER BY 1, 2, 3",
        reader => new Redaction(
            reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3),
            new DateTimeOffset(reader.GetInt64(4), TimeSpan.Zero), reader.GetString(5), reader.GetString(6), reader.GetString(7),
            reader.GetFieldValue<byte[]>(8)));

    /// <summary>What a bundle has of one; the event that it stands with says the rest.</summary>
    internal static byte[] Encode(Redaction redaction)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(redaction.At.UtcTicks);
        writer.Write(redaction.By);
        writer.Write(redaction.Reason);
        writer.Write(redaction.Key);
        writer.Write(redaction.Signature.Span);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>What <see cref="Encode"/> has encoded; null if that is no redaction.</summary>
    internal static Redaction? Decode(byte[] bytes, string database, string persistenceId, long sequenceNr, ReadOnlyMemory<byte> link)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true));
            var at = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
            return new Redaction(
                database, persistenceId, sequenceNr, link, at, reader.ReadString(), reader.ReadString(), reader.ReadString(),
                reader.ReadBytes(bytes.Length));
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException)
        {
            return null;
        }
    }
}
