using Microsoft.Data.Sqlite;
using SQLitePCL;
using SshLog.Core.Journal;
using SshLog.Core.Rules;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Actions;

/// <summary>
/// Cursors and dead letters of actions in an SQLite file of their own. A mark that was set survives the daemon's end at any
/// moment; a power failure may take the last ones, whose events are then delivered again.
/// </summary>
public sealed class ActionStore : IActionStore, IDisposable
{
    private const string Create = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA secure_delete = ON;
        CREATE TABLE IF NOT EXISTS cursor (action TEXT PRIMARY KEY NOT NULL, ordering INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS dead_letter (
            action TEXT NOT NULL,
            ordering INTEGER NOT NULL,
            session TEXT NOT NULL,
            event_type TEXT NOT NULL,
            at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (action, ordering)
        ) WITHOUT ROWID;
        """;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _advance;

    /// <param name="file">Its file; created when it is not there.</param>
    /// <exception cref="JournalUnavailableException">It cannot be opened.</exception>
    public ActionStore(string file)
    {
        try
        {
            _connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWriteCreate);
            JournalDatabase.Execute(_connection, Create);
        }
        catch (SqliteException e)
        {
            _connection?.Dispose();
            throw new JournalUnavailableException($"The marks of actions in {file} cannot be opened: {e.Message}", e);
        }

        _advance = _connection.CreateCommand();
        _advance.CommandText = """
            INSERT INTO cursor (action, ordering) VALUES ($action, $ordering)
            ON CONFLICT (action) DO UPDATE SET ordering = max(ordering, excluded.ordering)
            """;
        _advance.Parameters.Add("$action", SqliteType.Text);
        _advance.Parameters.Add("$ordering", SqliteType.Integer);
    }

    /// <summary>Opens it at the start; a damaged one is set aside for a new one: recording does not wait for it.</summary>
    /// <param name="file">Its file; created when it is not there.</param>
    /// <param name="time">Names the set-aside file.</param>
    /// <returns>The store, and what was done, a sentence for the log; null when there was nothing to do.</returns>
    /// <exception cref="JournalUnavailableException">It cannot be opened or replaced.</exception>
    public static (ActionStore Store, string? Report) Open(string file, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            return (new ActionStore(file), null);
        }
        catch (JournalUnavailableException e) when (e.InnerException is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB })
        {
            var aside = DatabaseFiles.Aside(file, "damaged", time);
            SetAside(file, aside, e);
            return (new ActionStore(file), $"{e.Message} It is set aside as {aside}; actions begin with what happens from now on, and what they had given up is there.");
        }
    }

    /// <summary>The newest cursor in a file of them; 0 when there is none, or none that can be read.</summary>
    internal static long ReadNewestCursor(string file)
    {
        if (!File.Exists(file))
            return 0;
        try
        {
            using var connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT max(ordering) FROM cursor";
            return command.ExecuteScalar() as long? ?? 0;
        }
        catch (SqliteException)
        {
            // Whoever opens it to use it says what is wrong with it.
            return 0;
        }
    }

    /// <inheritdoc />
    public long? Cursor(string action) =>
        Guarded(() => Scalar("SELECT ordering FROM cursor WHERE action = $a", ("$a", action)) as long?);

    /// <inheritdoc />
    public long? Oldest() => Guarded(() => Scalar("SELECT min(ordering) FROM cursor") as long?);

    /// <inheritdoc />
    public void Advance(string action, long ordering) => Guarded(() =>
    {
        _advance.Transaction = null;
        return Mark(action, ordering);
    });

    /// <inheritdoc />
    public void Bury(DeadLetter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        Guarded(() =>
        {
            using var transaction = _connection.BeginTransaction();
            Run(
                """
                INSERT OR REPLACE INTO dead_letter (action, ordering, session, event_type, at, attempts, reason)
                VALUES ($action, $ordering, $session, $type, $at, $attempts, $reason)
                """,
                transaction,
                ("$action", letter.Action), ("$ordering", letter.Ordering), ("$session", letter.Session),
                ("$type", letter.EventType), ("$at", letter.At.UtcTicks), ("$attempts", letter.Attempts),
                ("$reason", letter.Reason));
            _advance.Transaction = transaction;
            Mark(letter.Action, letter.Ordering);
            transaction.Commit();
            return 0;
        });
    }

    /// <inheritdoc />
    public IReadOnlyList<DeadLetter> DeadLetters(string action, int limit) => Guarded(() =>
    {
        using var command = Command(
            """
            SELECT ordering, session, event_type, at, attempts, reason FROM dead_letter
            WHERE action = $action ORDER BY ordering LIMIT $limit
            """,
            null, ("$action", action), ("$limit", limit));
        using var row = command.ExecuteReader();
        var letters = new List<DeadLetter>();
        while (row.Read())
        {
            letters.Add(new DeadLetter(
                action, row.GetInt64(0), row.GetString(1), row.GetString(2),
                new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero), row.GetInt32(4), row.GetString(5)));
        }

        return letters;
    });

    /// <inheritdoc />
    public long CountDeadLetters(string action) =>
        Guarded(() => (long)Scalar("SELECT count(*) FROM dead_letter WHERE action = $a", ("$a", action))!);

    /// <inheritdoc />
    public void Forget(string action, long ordering) => Guarded(() => Run(
        "DELETE FROM dead_letter WHERE action = $action AND ordering = $ordering", null, ("$action", action), ("$ordering", ordering)));

    /// <inheritdoc />
    public void Keep(IReadOnlySet<string> actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        Guarded(() =>
        {
            using var command = Command("SELECT action FROM cursor", null);
            var known = new List<string>();
            using (var row = command.ExecuteReader())
            {
                while (row.Read())
                    known.Add(row.GetString(0));
            }

            foreach (var gone in known.Where(name => !actions.Contains(name)))
                Run("DELETE FROM cursor WHERE action = $action", null, ("$action", gone));
            return 0;
        });
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _advance.Dispose();
        _connection.Dispose();
    }

    private static void SetAside(string file, string aside, JournalUnavailableException damage)
    {
        try
        {
            DatabaseFiles.Move(file, aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalUnavailableException($"{damage.Message} It cannot be replaced: {e.Message}", e);
        }
    }

    private int Mark(string action, long ordering)
    {
        _advance.Parameters[0].Value = action;
        _advance.Parameters[1].Value = ordering;
        return _advance.ExecuteNonQuery();
    }

    private object? Scalar(string sql, params (string Name, object Value)[] values)
    {
        using var command = Command(sql, null, values);
        return command.ExecuteScalar();
    }

    private int Run(string sql, SqliteTransaction? transaction, params (string Name, object Value)[] values)
    {
        using var command = Command(sql, transaction, values);
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, SqliteTransaction? transaction, params (string Name, object Value)[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    private T Guarded<T>(Func<T> work)
    {
        lock (_gate)
        {
            try
            {
                return work();
            }
            catch (SqliteException e)
            {
                throw new JournalUnavailableException($"The marks of actions cannot be used: {e.Message}", e);
            }
        }
    }
}
