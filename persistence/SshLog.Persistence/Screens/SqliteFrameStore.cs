using Microsoft.Data.Sqlite;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Screens;

/// <summary>
/// Key frames in a SQLite file of their own. It holds nothing that the journal does not, so one that is unknown or
/// damaged is deleted, and frames are made again. Safe for several threads; one reads while one writes.
/// </summary>
public sealed class SqliteFrameStore : IScreenFrameStore, IDisposable
{
    private const int SchemaVersion = 1;

    // A crash may take frames, which are then made again: the disk need not be waited for.
    private const string Tune = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON";

    private static readonly string _create = $"""
        PRAGMA auto_vacuum = INCREMENTAL;
        BEGIN IMMEDIATE;
        CREATE TABLE cursor (ordering INTEGER NOT NULL, journal TEXT NOT NULL);
        INSERT INTO cursor VALUES (0, '');
        CREATE TABLE progress (session TEXT PRIMARY KEY NOT NULL, sequence_nr INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE frame (
            session TEXT NOT NULL,
            channel INTEGER NOT NULL,
            sequence_nr INTEGER NOT NULL,
            at INTEGER NOT NULL,
            output_bytes INTEGER NOT NULL,
            is_kept INTEGER NOT NULL,
            state BLOB NOT NULL,
            UNIQUE (session, channel, sequence_nr)
        );
        PRAGMA user_version = {SchemaVersion};
        COMMIT;
        """;

    private static readonly ReadModelDatabase _database = new(SchemaVersion, _create, Tune);

    // Frames are written behind everything else; who reads must not wait for that, so each side has a connection of its own.
    private readonly Lock _writeGate = new();
    private readonly Lock _readGate = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteConnection _reading;
    private readonly List<SessionId> _forgotten = [];
    private long _version;
    private bool _logWaits;

    /// <param name="file">Its database; created, or created anew when it is damaged or of another version.</param>
    /// <exception cref="JournalUnavailableException">The file cannot be created.</exception>
    public SqliteFrameStore(string file)
    {
        try
        {
            _connection = _database.Open(file);
            (Cursor, Journal) = ReadCursor();
            _reading = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
            JournalDatabase.Execute(_reading, "PRAGMA query_only = ON");
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw new JournalUnavailableException($"The key frames {file} cannot be opened: {e.Message}", e);
        }
    }

    /// <inheritdoc />
    public long Cursor { get; private set; }

    /// <inheritdoc />
    public string Journal { get; private set; }

    /// <inheritdoc />
    public ScreenFrame? Latest(SessionId session, int channel, long upToSequenceNr) => Guarded(_readGate, () => Find(
        _reading, session, "channel = $2 AND sequence_nr <= $3 ORDER BY sequence_nr DESC LIMIT 1", channel, upToSequenceNr)
        .SingleOrDefault());

    /// <inheritdoc />
    public ScreenFrame? LatestAt(SessionId session, int channel, DateTimeOffset upTo) => Guarded(_readGate, () => Find(
        _reading, session, "channel = $2 AND at <= $3 ORDER BY sequence_nr DESC LIMIT 1", channel, upTo.UtcTicks)
        .SingleOrDefault());

    /// <inheritdoc />
    public FrameProgress Progress(SessionId session) => Guarded(_writeGate, () =>
    {
        const string newest =
            "sequence_nr = (SELECT max(sequence_nr) FROM frame n WHERE n.session = $1 AND n.channel = frame.channel)";
        var kept = new Dictionary<int, long>();
        using var command = Command(
            "SELECT channel, max(output_bytes) FROM frame WHERE session = $1 AND is_kept GROUP BY channel", session.Text);
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                kept.Add(reader.GetInt32(0), reader.GetInt64(1));
        }

        using var progress = Command("SELECT sequence_nr FROM progress WHERE session = $1", session.Text);
        return new FrameProgress((long?)progress.ExecuteScalar() ?? 0, Find(_connection, session, newest), kept, _version);
    });

    /// <inheritdoc />
    public IReadOnlyList<SessionId> TakeForgotten() => Guarded(_writeGate, () =>
    {
        IReadOnlyList<SessionId> taken = [.. _forgotten];
        _forgotten.Clear();
        return taken;
    });

    /// <inheritdoc />
    public IReadOnlyList<SessionId> Sessions() => Guarded(_writeGate, () =>
    {
        using var command = Command("SELECT session FROM progress UNION SELECT session FROM frame");
        using var reader = command.ExecuteReader();
        var sessions = new List<SessionId>();
        while (reader.Read())
        {
            if (SessionId.TryParse(reader.GetString(0), out var session))
                sessions.Add(session);
        }

        return sessions;
    });

    /// <inheritdoc />
    public bool Store(SessionId session, long version, long sequenceNr, IReadOnlyList<NewFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return Guarded(_writeGate, () =>
        {
            // What was read before something was forgotten may be of that.
            if (version != _version)
                return false;
            using var transaction = _connection.BeginTransaction();
            foreach (var channel in frames.Select(f => f.Frame.Channel).Distinct())
                Run("DELETE FROM frame WHERE session = $1 AND channel = $2 AND NOT is_kept", session.Text, channel);
            foreach (var (frame, isKept) in frames)
            {
                Run(
                    "INSERT OR REPLACE INTO frame VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    session.Text, frame.Channel, frame.SequenceNr, frame.At.UtcTicks, frame.OutputBytes, isKept,
                    frame.State.ToArray());
            }

            Run("INSERT OR REPLACE INTO progress VALUES ($1, $2)", session.Text, sequenceNr);
            transaction.Commit();
            return true;
        });
    }

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
            Run("DELETE FROM frame");
            Run("DELETE FROM progress");
        }

        Run("UPDATE cursor SET ordering = $1, journal = $2", cursor, journal);
        transaction.Commit();
        (Cursor, Journal) = (cursor, journal);
        return 0;
    });

    /// <inheritdoc />
    public void Forget(SessionId session) => Guarded(_writeGate, () =>
    {
        _version++;
        _forgotten.Add(session);
        using var transaction = _connection.BeginTransaction();
        Run("DELETE FROM frame WHERE session = $1", session.Text);
        Run("DELETE FROM progress WHERE session = $1", session.Text);
        transaction.Commit();
        Leftovers.ReturnPages(_connection);
        _logWaits = !Leftovers.TryCutLog(_connection);
        return 0;
    });

    /// <inheritdoc />
    public void Dispose()
    {
        _reading.Dispose();
        _connection.Dispose();
    }

    private (long Cursor, string Journal) ReadCursor()
    {
        using var command = Command("SELECT ordering, journal FROM cursor");
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetString(1));
    }

    private static List<ScreenFrame> Find(SqliteConnection connection, SessionId session, string condition, params object[] values)
    {
        using var command = CommandOn(
            connection, $"SELECT channel, sequence_nr, at, output_bytes, state FROM frame WHERE session = $1 AND {condition}",
            [session.Text, .. values]);
        using var reader = command.ExecuteReader();
        var frames = new List<ScreenFrame>();
        while (reader.Read())
        {
            frames.Add(new ScreenFrame(
                session, reader.GetInt32(0), reader.GetInt64(1), new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero),
                reader.GetInt64(3), reader.GetFieldValue<byte[]>(4)));
        }

        return frames;
    }

    private void Run(string sql, params object[] values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params object[] values) => CommandOn(_connection, sql, values);

    private static SqliteCommand CommandOn(SqliteConnection connection, string sql, params object[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is made of constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue("$" + (i + 1), values[i]);
        return command;
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
                throw new JournalUnavailableException($"The key frames cannot be used: {e.Message}", e);
            }
        }
    }
}
