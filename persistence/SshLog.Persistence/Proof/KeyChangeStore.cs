using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>Changes of the host's key, in <c>heads.db</c> beside the signed heads. For ever.</summary>
public static class KeyChangeStore
{
    private const string Create = """
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS key_change (
            at INTEGER PRIMARY KEY NOT NULL,
            old BLOB NOT NULL,
            new BLOB NOT NULL,
            old_signature BLOB NOT NULL,
            new_signature BLOB NOT NULL
        );
        """;

    /// <summary>Adds one; it is on the disk when this returns.</summary>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    internal static void Add(string file, KeyChange change)
    {
        using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWriteCreate);
        JournalDatabase.Execute(connection, HeadStore.Create + Create);
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO key_change VALUES ($at, $old, $new, $oldSignature, $newSignature)";
        command.Parameters.AddWithValue("$at", change.At.UtcTicks);
        command.Parameters.AddWithValue("$old", change.Old.ToArray());
        command.Parameters.AddWithValue("$new", change.New.ToArray());
        command.Parameters.AddWithValue("$oldSignature", change.OldSignature.ToArray());
        command.Parameters.AddWithValue("$newSignature", change.NewSignature.ToArray());
        command.ExecuteNonQuery();
    }

    /// <summary>All of a file, oldest first; none if there is no such file, or it is of a version without them.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be read.</exception>
    public static IReadOnlyList<KeyChange> Read(string file) => SignedTable.Read(
        file, "key_change", "SELECT at, old, new, old_signature, new_signature FROM key_change ORDER BY at",
        reader => new KeyChange(
            reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2), new DateTimeOffset(reader.GetInt64(0), TimeSpan.Zero),
            reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4)));
}
