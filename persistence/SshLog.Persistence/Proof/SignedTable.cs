using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Proof;

/// <summary>Reads a table of <c>heads.db</c> that older ones do not have, whatever stands in it.</summary>
internal static class SignedTable
{
    /// <exception cref="JournalUnavailableException">It cannot be read.</exception>
    public static IReadOnlyList<T> Read<T>(string file, string table, string sql, Func<SqliteDataReader, T> read)
    {
        var rows = new List<T>();
        if (!File.Exists(file))
            return rows;
        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            using var query = connection.CreateCommand();
            query.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = $table";
            query.Parameters.AddWithValue("$table", table);
            if (query.ExecuteScalar() is 0L)
                return rows;
            query.Parameters.Clear();
#pragma warning disable CA2100 // Every text is a constant of this folder.
            query.CommandText = sql;
#pragma warning restore CA2100
            using var reader = query.ExecuteReader();
            while (reader.Read())
                rows.Add(read(reader));
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or ArgumentOutOfRangeException)
        {
            throw new JournalUnavailableException($"The {table.Replace('_', ' ')}s in {file} cannot be read: {e.Message}", e);
        }

        return rows;
    }
}
