using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SshLog.Persistence.Journal;

/// <summary>
/// A SQLite file that holds nothing that the journal does not: one that is damaged or of another version is deleted and made
/// again.
/// </summary>
/// <param name="SchemaVersion">PRAGMA user_version that <paramref name="Create"/> sets.</param>
/// <param name="Create">Makes its tables.</param>
/// <param name="Tune">Run at every opening.</param>
public sealed record ReadModelDatabase(int SchemaVersion, string Create, string Tune)
{
    /// <summary>An open connection; the caller disposes it.</summary>
    /// <exception cref="SqliteException">It cannot be opened or made.</exception>
    /// <exception cref="IOException">A file that cannot be used cannot be deleted.</exception>
    public SqliteConnection Open(string file) => TryOpen(file) ?? Recreate(file);

    /// <summary>Deletes it with what belongs to it; nobody has it open.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    public static void Delete(string file)
    {
        DatabaseFiles.Delete(file);
    }

    private SqliteConnection? TryOpen(string file)
    {
        var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWriteCreate);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version";
            var version = Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            if (version == 0)
                JournalDatabase.Execute(connection, Create);
            if (version == 0 || version == SchemaVersion)
            {
                JournalDatabase.Execute(connection, Tune);
                return connection;
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            // Made again below.
        }

        connection.Dispose();
        return null;
    }

    private SqliteConnection Recreate(string file)
    {
        Delete(file);
        var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWriteCreate);
        JournalDatabase.Execute(connection, Create);
        JournalDatabase.Execute(connection, Tune);
        return connection;
    }
}
