using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SshLog.Persistence.Journal;

/// <summary>Of what was deleted nothing must stay on the disk: not in free pages of the file, and not in its write-ahead log.</summary>
internal static class Leftovers
{
    private const int PagesAtOnce = 1024;

    /// <summary>Returns free pages to the file system, some MiB at a time, so that who writes beside it never waits long.</summary>
    public static void ReturnPages(SqliteConnection connection)
    {
        // A file that was not made to return pages has as many afterwards.
        for (long before = long.MaxValue, free; (free = First(connection, "PRAGMA freelist_count")) > 0 && free < before; before = free)
        {
            using var vacuum = connection.CreateCommand();
            vacuum.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA incremental_vacuum({PagesAtOnce})");
            // A page is returned with each row that is asked for.
            using var reader = vacuum.ExecuteReader();
            while (reader.Read())
            {
            }
        }
    }

    /// <summary>Moves what waits in the write-ahead log to its place and empties it.</summary>
    public static void CutLog(SqliteConnection connection) => First(connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    private static long First(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
