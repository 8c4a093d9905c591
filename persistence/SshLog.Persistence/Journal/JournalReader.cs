using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Schema;

namespace SshLog.Persistence.Journal;

/// <summary>
/// Reads the journal beside its writer: WAL gives every page of events a consistent view of what was committed.
/// Safe for several threads, one page at a time.
/// </summary>
public sealed class JournalReader : IEventFeed, ISessionArchive, IJournalGrowth, IDisposable
{
    // The columns before the blob are read without reading its overflow pages, so skipping output costs next to nothing.
    private const string FeedSql = """
        SELECT ordering, persistence_id, sequence_nr, manifest, payload, timestamp FROM event_journal
        WHERE ordering > $cursor AND is_deleted = 0 AND ($output OR manifest <> $outputManifest)
        ORDER BY ordering LIMIT $limit
        """;

    private const string SessionSql = """
        SELECT ordering, persistence_id, sequence_nr, manifest, payload, timestamp FROM event_journal
        WHERE persistence_id = $id AND sequence_nr > $after AND is_deleted = 0
        ORDER BY sequence_nr LIMIT $limit
        """;

    private const string WrittenSql =
        "SELECT ordering, timestamp FROM event_journal WHERE ordering >= $from ORDER BY ordering LIMIT 1";

    // length() of a blob does not read it. A small row may be much output, compressed; a large one is at least an eighth of it.
    private const string GrowthSql = """
        SELECT persistence_id, sum(CASE WHEN manifest <> $outputManifest THEN 0
                WHEN length(payload) < 8192 THEN plain_bytes(payload) ELSE length(payload) END),
            max(manifest = $endManifest), min(ordering)
        FROM event_journal
        WHERE ordering > $cursor AND ordering <= $newest AND is_deleted = 0 AND manifest IN ($outputManifest, $endManifest)
        GROUP BY persistence_id
        """;

    private readonly Lock _gate = new();
    private readonly IEventCodec _codec;
    private readonly string _file;
    private SqliteConnection? _connection;
    private DateTime _openedFile;

    /// <param name="file">The journal's database, which exists.</param>
    /// <param name="codec">Decodes the payloads.</param>
    /// <exception cref="JournalUnavailableException">It cannot be opened.</exception>
    public JournalReader(string file, IEventCodec codec)
    {
        _codec = codec;
        _file = file;
        Guarded(() => 0);
    }

    /// <inheritdoc />
    public FeedPage Read(long cursor, int limit, int limitBytes, bool withOutput) => Guarded(() =>
    {
        using var transaction = _connection!.BeginTransaction(deferred: true);
        var journal = JournalDatabase.Identity(_connection, transaction);
        var newest = Newest(transaction);
        if (newest <= cursor)
            return new FeedPage([], cursor, journal);
        using var command = Command(FeedSql, transaction);
        command.Parameters.AddWithValue("$cursor", cursor);
        command.Parameters.AddWithValue("$output", withOutput);
        command.Parameters.AddWithValue("$outputManifest", EventManifests.OutputRecorded);
        command.Parameters.AddWithValue("$limit", limit);
        var (events, last) = ReadRows(command, limit, limitBytes);
        return new FeedPage(events, last ?? newest, journal);
    });

    /// <summary>Ordering of the newest event; 0 when there is none.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    public long Newest() => Guarded(() => Newest(null));

    /// <summary>Ordering of the last event that was written before a time; 0 when there is none.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    public long NewestBefore(DateTimeOffset time) => Guarded(() =>
    {
        using var transaction = _connection!.BeginTransaction(deferred: true);
        using var command = Command(WrittenSql, transaction);
        var from = command.Parameters.Add("$from", SqliteType.Integer);
        // The journal has no index by time, but what was written later has the larger ordering.
        var (before, after) = (0L, Newest(transaction) + 1);
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            from.Value = middle;
            using var row = command.ExecuteReader();
            if (row.Read() && row.GetInt64(1) < time.UtcTicks)
                before = row.GetInt64(0);
            else
                after = middle;
        }

        return before;
    });

    /// <inheritdoc />
    public IReadOnlyList<JournalledEvent> Read(SessionId session, long afterSequenceNr, int limit, int limitBytes) =>
        Guarded(() =>
        {
            using var command = Command(SessionSql, null);
            command.Parameters.AddWithValue("$id", session.PersistenceId);
            command.Parameters.AddWithValue("$after", afterSequenceNr);
            command.Parameters.AddWithValue("$limit", limit);
            return ReadRows(command, limit, limitBytes).Events;
        });

    /// <inheritdoc />
    public long Newest(SessionId session) => Guarded(() =>
    {
        using var command = Command("SELECT coalesce(max(sequence_nr), 0) FROM event_journal WHERE persistence_id = $id", null);
        command.Parameters.AddWithValue("$id", session.PersistenceId);
        return (long)command.ExecuteScalar()!;
    });

    /// <inheritdoc />
    public GrowthPage Grown(long cursor) => Guarded(() =>
    {
        using var transaction = _connection!.BeginTransaction(deferred: true);
        var journal = JournalDatabase.Identity(_connection, transaction);
        var newest = Newest(transaction);
        if (newest <= cursor)
            return new GrowthPage([], cursor, journal);
        using var command = Command(GrowthSql, transaction);
        command.Parameters.AddWithValue("$cursor", cursor);
        command.Parameters.AddWithValue("$newest", newest);
        command.Parameters.AddWithValue("$outputManifest", EventManifests.OutputRecorded);
        command.Parameters.AddWithValue("$endManifest", EventManifests.SessionClosed);
        var sessions = new List<SessionGrowth>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (SessionId.TryFromPersistenceId(reader.GetString(0), out var session))
                sessions.Add(new SessionGrowth(session, reader.GetInt64(1), reader.GetInt64(2) != 0, reader.GetInt64(3)));
        }

        return new GrowthPage(sessions, newest, journal);
    });

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
            Close();
    }

    // Last is null when the query had no more rows: everything committed when it began has been seen.
    private (List<JournalledEvent> Events, long? Last) ReadRows(SqliteCommand command, int limit, int limitBytes)
    {
        var events = new List<JournalledEvent>();
        var (rows, bytes, last) = (0, 0, 0L);
        using var reader = command.ExecuteReader();
        while (rows < limit && bytes < limitBytes)
        {
            if (!reader.Read())
                return (events, null);
            rows++;
            last = reader.GetInt64(0);
            var persistenceId = reader.GetString(1);
            if (!SessionId.TryFromPersistenceId(persistenceId, out var session)
                && !DayJournal.IsPersistenceId(persistenceId) && persistenceId != IRetentionStore.AuditJournal)
                continue;
            var row = reader.GetFieldValue<byte[]>(4);
            var sealedEvent = EnvelopeCodec.Decode(reader.GetString(3), row);
            bytes += Math.Max(row.Length, sealedEvent.Payload.Length);
            // Redaction leaves the event's own time in the row.
            var fact = sealedEvent.IsRedacted
                ? new ContentRedacted(new DateTimeOffset(Math.Clamp(reader.GetInt64(5), 0, DateTime.MaxValue.Ticks), TimeSpan.Zero), sealedEvent.Manifest)
                : _codec.Decode(sealedEvent.Manifest, sealedEvent.Payload);
            if (fact is SignInFailed failed)
                session = failed.Connection;
            else if (fact is IAuditEvent audit)
                session = audit.Subject.Session;
            // What a day's journal of failed sign-ins says of itself (a loss) is about no connection; that such a day was deleted too.
            if (session != default)
                events.Add(new JournalledEvent(last, session, reader.GetInt64(2), fact));
        }

        return (events, last);
    }

    private long Newest(SqliteTransaction? transaction)
    {
        using var command = Command("SELECT coalesce(max(ordering), 0) FROM event_journal", transaction);
        return (long)command.ExecuteScalar()!;
    }

    private SqliteCommand Command(string sql, SqliteTransaction? transaction)
    {
        var command = _connection!.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Every text is a constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    // A journal that was set aside is another file than the one that has its name now.
    private void OpenCurrent()
    {
        var file = File.GetCreationTimeUtc(_file);
        if (_connection is not null && file == _openedFile)
            return;
        Close();
        _connection = JournalDatabase.Connect(_file, SqliteOpenMode.ReadWrite);
        _openedFile = file;
        JournalDatabase.Execute(_connection, "PRAGMA query_only = ON");
        _connection.CreateFunction("plain_bytes", (byte[] row) => EnvelopeCodec.PlainBytes(row), isDeterministic: true);
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private T Guarded<T>(Func<T> read)
    {
        lock (_gate)
        {
            try
            {
                OpenCurrent();
                return read();
            }
            catch (SqliteException e)
            {
                Close();
                throw new JournalUnavailableException($"The journal cannot be read: {e.Message}", e);
            }
        }
    }
}
