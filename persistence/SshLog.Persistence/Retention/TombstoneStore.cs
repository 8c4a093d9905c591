using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;

namespace SshLog.Persistence.Retention;

/// <summary>Tombstones of deleted journals, in <c>heads.db</c> beside the signed heads. For ever: they are small.</summary>
public static class TombstoneStore
{
    private const string Create = """
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS tombstone (
            journal TEXT NOT NULL,
            persistence_id TEXT NOT NULL,
            sequence_nr INTEGER NOT NULL,
            link BLOB NOT NULL,
            at INTEGER NOT NULL,
            deleted_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            key TEXT NOT NULL,
            signature BLOB NOT NULL,
            PRIMARY KEY (journal, persistence_id)
        ) WITHOUT ROWID;
        """;

    /// <summary>Adds one; it is on the disk when this returns.</summary>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    internal static void Add(string file, Tombstone stone)
    {
        using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWriteCreate);
        JournalDatabase.Execute(connection, HeadStore.Create + Create);
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT OR REPLACE INTO tombstone VALUES ($journal, $id, $nr, $link, $at, $by, $reason, $key, $signature)";
        command.Parameters.AddWithValue("$journal", stone.Database);
        command.Parameters.AddWithValue("$id", stone.PersistenceId);
        command.Parameters.AddWithValue("$nr", stone.SequenceNr);
        command.Parameters.AddWithValue("$link", stone.Link.ToArray());
        command.Parameters.AddWithValue("$at", stone.At.UtcTicks);
        command.Parameters.AddWithValue("$by", stone.By);
        command.Parameters.AddWithValue("$reason", stone.Reason);
        command.Parameters.AddWithValue("$key", stone.Key);
        command.Parameters.AddWithValue("$signature", stone.Signature.ToArray());
        command.ExecuteNonQuery();
    }

    /// <summary>Takes one back: what it announced did not begin.</summary>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    internal static void Remove(string file, Tombstone stone)
    {
        using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM tombstone WHERE journal = $journal AND persistence_id = $id";
        command.Parameters.AddWithValue("$journal", stone.Database);
        command.Parameters.AddWithValue("$id", stone.PersistenceId);
        command.ExecuteNonQuery();
    }

    /// <summary>All of a file; none if there is no such file, or it is of a version without them.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be read.</exception>
    public static IReadOnlyList<Tombstone> Read(string file) => SignedTable.Read(
        file, "tombstone",
        "SELECT journal, persistence_id, sequence_nr, link, at, deleted_by, reason, key, signature FROM tombstone ORDER BY 1, 2",
        reader => new Tombstone(
            reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3),
            new DateTimeOffset(reader.GetInt64(4), TimeSpan.Zero), reader.GetString(5), reader.GetString(6), reader.GetString(7),
            reader.GetFieldValue<byte[]>(8)));
}
