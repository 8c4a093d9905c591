using Microsoft.Data.Sqlite;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Search;

/// <summary>
/// The search index on SQLite's full-text search, in a file of its own: whoever writes it keeps nobody
/// waiting. It holds nothing that the journal does not, so one that is unknown or damaged is made again. Safe for several
/// threads; one reads while one writes.
/// </summary>
public sealed class SqliteSearchIndex : ISearchIndex, IDisposable
{
    // Each with some thousand words: a transaction of them takes a moment.
    private const int StretchesAtOnce = 16;

    private readonly Lock _writeGate = new();
    private readonly Lock _readGate = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteConnection _reading;
    private readonly List<SessionId> _forgotten = [];
    private long _version;
    private bool _logWaits;

    /// <param name="file">Its database; created, or created anew when it is damaged or of another version.</param>
    /// <exception cref="JournalUnavailableException">The file cannot be created.</exception>
    public SqliteSearchIndex(string file)
    {
        try
        {
            _connection = SearchTables.Database.Open(file);
            _reading = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
            JournalDatabase.Execute(_reading, "PRAGMA query_only = ON");
            using var reader = Command(_connection, "SELECT ordering, journal FROM cursor").ExecuteReader();
            reader.Read();
            (Cursor, Journal) = (reader.GetInt64(0), reader.GetString(1));
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw new JournalUnavailableException($"The search index {file} cannot be opened: {e.Message}", e);
        }
    }

    /// <inheritdoc />
    public long Cursor { get; private set; }

    /// <inheritdoc />
    public string Journal { get; private set; }

    /// <inheritdoc />
    public long Bytes => Guarded(_writeGate, () => (Number("PRAGMA page_count") - Number("PRAGMA freelist_count")) * Number("PRAGMA page_size"));

    /// <inheritdoc />
    public void Advance(string journal, long cursor) => Guarded(_writeGate, () =>
    {
        // Somebody was reading when it was to be emptied.
        _logWaits = _logWaits && !Leftovers.TryCutLog(_connection);
        if (journal == Journal && cursor == Cursor)
            return 0;
        using var transaction = _connection.BeginTransaction();
        if (journal != Journal)
        {
            _version++;
            foreach (var sql in (string[])["DELETE FROM session", "DELETE FROM stretch", "INSERT INTO piece (piece) VALUES ('delete-all')"])
                Run(sql);
        }

        Run("UPDATE cursor SET ordering = $1, journal = $2", cursor, journal);
        transaction.Commit();
        (Cursor, Journal) = (cursor, journal);
        return 0;
    });

    /// <inheritdoc />
    public SearchProgress Progress(SessionId session) => Guarded(_writeGate, () => ProgressOf(_connection, session, _version).Progress);

    /// <inheritdoc />
    public IReadOnlyList<SessionId> Sessions() => Guarded(_writeGate, () =>
    {
        using var reader = Command(_connection, "SELECT id FROM session").ExecuteReader();
        var sessions = new List<SessionId>();
        while (reader.Read())
        {
            if (SessionId.TryParse(reader.GetString(0), out var session))
                sessions.Add(session);
        }

        return sessions;
    });

    /// <inheritdoc />
    public IReadOnlyList<SessionId> TakeForgotten() => Guarded(_writeGate, () =>
    {
        IReadOnlyList<SessionId> taken = [.. _forgotten];
        _forgotten.Clear();
        return taken;
    });

    /// <inheritdoc />
    public bool Store(
        SessionId session, SearchProgress before, IReadOnlyList<TextBlock> blocks, ReadOnlyMemory<byte> state, CancellationToken ending = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(blocks);
        return Guarded(_writeGate, () =>
        {
            if (before.Version != _version)
                return false;
            var upTo = blocks is [.., var last] ? last.Stretch.UpTo : before.UpTo;
            using var transaction = _connection.BeginTransaction();
            Run("INSERT OR IGNORE INTO session (id, first, up_to, state) VALUES ($1, 0, 0, x'')", session.Text);
            Run("UPDATE session SET up_to = $2, state = $3 WHERE id = $1", session.Text, upTo, state.ToArray());
            var (first, end) = SearchTables.Rows(Number("SELECT number FROM session WHERE id = $1", session.Text));
            var row = Number("SELECT coalesce(max(id) + 1, $1) FROM stretch WHERE id >= $1 AND id < $2", first, end);
            foreach (var (stretch, grams) in blocks)
            {
                if (ending.IsCancellationRequested)
                    return false;
                Run(
                    "INSERT INTO stretch VALUES ($1, $2, $3, $4, $5)",
                    row, stretch.After, stretch.UpTo, stretch.State.ToArray(), SearchTables.Pack(grams));
                Run("INSERT INTO piece (rowid, words) VALUES ($1, $2)", row++, SearchTables.Words(grams));
            }

            transaction.Commit();
            return true;
        });
    }

    /// <inheritdoc />
    public bool RemoveOldest() => Guarded(_writeGate, () =>
    {
        using var transaction = _connection.BeginTransaction();
        var removed = Remove(0, long.MaxValue);
        foreach (var (session, upTo) in removed.GroupBy(r => r.Row >> SearchTables.StretchBits).Select(g => (g.Key, g.Max(r => r.UpTo))))
            Run("UPDATE session SET first = $2 WHERE number = $1", session, upTo);
        transaction.Commit();
        return removed.Count > 0;
    });

    /// <inheritdoc />
    public void Forget(SessionId session) => Guarded(_writeGate, () =>
    {
        _version++;
        var (number, _) = ProgressOf(_connection, session);
        if (number == 0)
            return 0;
        var (first, end) = SearchTables.Rows(number);
        int removed;
        do
        {
            using var transaction = _connection.BeginTransaction();
            removed = Remove(first, end).Count;
            if (removed == 0)
                Run("DELETE FROM session WHERE number = $1", number);
            transaction.Commit();
        }
        while (removed > 0);
        _forgotten.Add(session);
        Leftovers.ReturnPages(_connection);
        _logWaits = !Leftovers.TryCutLog(_connection);
        return 0;
    });

    /// <inheritdoc />
    public IReadOnlyList<TextCandidates> Find(
        IReadOnlyList<SessionId> sessions, IReadOnlyList<IReadOnlyCollection<int>> anyOf, long afterSequenceNr, int limitBytes)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(anyOf);
        return Guarded(_readGate, () =>
        {
            using var transaction = _reading.BeginTransaction(deferred: true);
            return new SearchFinder(_reading, transaction).Find(sessions, anyOf, afterSequenceNr, limitBytes);
        });
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Not while a page is being taken in or asked for.
        lock (_readGate)
            _reading.Dispose();
        lock (_writeGate)
            _connection.Dispose();
    }

    /// <summary>A session's number, 0 if there is none, and how far it has come.</summary>
    internal static (long Number, SearchProgress Progress) ProgressOf(SqliteConnection connection, SessionId session, long version = 0)
    {
        using var command = Command(connection, "SELECT number, first, up_to, state FROM session WHERE id = $1", session.Text);
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? (reader.GetInt64(0), new SearchProgress(reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3), version))
            : (0, new SearchProgress(0, 0, default, version));
    }

    internal static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue("$" + (i + 1), values[i]);
        return command;
    }

    private List<(long Row, long UpTo)> Remove(long from, long end)
    {
        var oldest = new List<(long Row, long UpTo, byte[] Grams)>();
        using (var query = Command(
            _connection, "SELECT id, up_to, grams FROM stretch WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3", from, end, StretchesAtOnce))
        using (var reader = query.ExecuteReader())
        {
            while (reader.Read())
                oldest.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        }

        foreach (var (row, _, grams) in oldest)
        {
            Run("INSERT INTO piece (piece, rowid, words) VALUES ('delete', $1, $2)", row, SearchTables.Words(SearchTables.Unpack(grams)));
            Run("DELETE FROM stretch WHERE id = $1", row);
        }

        return oldest.ConvertAll(s => (s.Row, s.UpTo));
    }

    private void Run(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(_connection, sql, values);
        command.ExecuteNonQuery();
    }

    private long Number(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(_connection, sql, values);
        return (long)command.ExecuteScalar()!;
    }

    private static T Guarded<T>(Lock gate, Func<T> work)
    {
        lock (gate)
        {
            try
            {
                return work();
            }
            catch (SqliteException e)
            {
                throw new JournalUnavailableException($"The search index cannot be used: {e.Message}", e);
            }
        }
    }
}
