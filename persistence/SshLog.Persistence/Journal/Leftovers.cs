using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SshLog.Persistence.Journal;

/// <summary>Of what was deleted nothing must stay on the disk: not in free pages of the file, and not in its write-ahead log.</summary>
internal static class Leftovers
{
    private const int PagesAtOnce = 1024;
    private const int MostTries = 40;

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
    /// <returns>False if it could not be emptied, because somebody reads the state before or is writing.</returns>
    public static bool TryCutLog(SqliteConnection connection) => First(connection, "PRAGMA wal_checkpoint(TRUNCATE)") == 0;

    /// <summary>The same, for some two seconds again and again. SQLite does not wait here, and who records waits for none of the tries.</summary>
    /// <param name="connection">Its database.</param>
    /// <param name="wait">Done between two tries.</param>
    public static bool CutLog(SqliteConnection connection, Action wait)
    {
        for (var tries = 1; !TryCutLog(connection); tries++)
        {
            if (tries == MostTries)
                return false;
            wait();
        }

        return true;
    }

    /// <summary>What there is to do between two tries.</summary>
    public static void Nap() => Thread.Sleep(50);

    private static long First(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
