using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Proof;

namespace SshLog.Persistence.Retention;

/// <summary>
/// Keeps and deletes journals in the database of recordings, beside its writer: in small transactions, so that recording
/// never waits long. Safe for several threads, one call at a time.
/// </summary>
/// <param name="journalFile">The journal's database.</param>
/// <param name="headFile">Where signed heads are, and tombstones go.</param>
/// <param name="key">Signs tombstones.</param>
/// <param name="copies">Key frames and the search index, of which a session's part goes with it.</param>
public sealed class JournalRetention(string journalFile, string headFile, HostKey key, params ISessionCopy[] copies) : IRetentionStore
{
    // With 64 KiB of output in each event some 4 MiB.
    private const int EventsAtOnce = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<SessionId, SessionHeld> _holds = [];
    private string _journal = string.Empty;
    private volatile bool _isLogWaiting;

    /// <inheritdoc />
    public string Journal => Guarded(_ => _journal);

    /// <inheritdoc />
    public IReadOnlyDictionary<SessionId, SessionHeld> Holds => Guarded(_ => new Dictionary<SessionId, SessionHeld>(_holds));

    /// <inheritdoc />
    public bool IsLogWaiting => _isLogWaiting;

    /// <summary>What there is to do while somebody reads what has to go.</summary>
    internal Action Wait { get; init; } = Leftovers.Nap;

    /// <inheritdoc />
    public void Record(SessionEvent fact) => Guarded(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        AuditWriter.Append(connection, transaction, fact);
        transaction.Commit();
        Learn(fact);
        return 0;
    });

    /// <inheritdoc />
    public DeletionResult Delete(DeletionTarget target, AuditActor by, string reason, DeletionCause cause, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(by);
        return Guarded(connection =>
        {
            if (AuditWriter.Last(connection, null, target.PersistenceId) is not { } last)
                return new DeletionResult(0, 0);
            var signer = key.Current;
            var stone = new Tombstone(
                _journal, target.PersistenceId, last.SequenceNr, last.Link, at, by.User, reason, signer.Fingerprint, default);
            TombstoneStore.Add(headFile, stone with { Signature = signer.Sign(stone.Message()) });
            var (events, bytes) = Announce(connection, target, by, reason, cause, at, last.SequenceNr);
            Remove(connection, target.PersistenceId);
            return new DeletionResult(events, bytes);
        });
    }

    /// <inheritdoc />
    public DeletionResult Redact(RedactionTarget target, AuditActor by, string reason, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(by);
        return Guarded(connection =>
        {
            var found = RedactionWriter.Find(connection, target);
            if (found.Count == 0)
                return new DeletionResult(0, 0);
            var (signer, bytes) = (key.Current, found.Sum(e => (long)e.Sealed.Payload.Length));
            RedactionStore.Add(headFile, found.Select(e =>
            {
                var redaction = new Redaction(
                    _journal, target.PersistenceId, e.SequenceNr, EventChain.Link(e.Sealed), at, by.User, reason, signer.Fingerprint, default);
                return redaction with { Signature = signer.Sign(redaction.Message()) };
            }));
            ForgetCopies(target.PersistenceId);
            using (var transaction = connection.BeginTransaction(deferred: false))
            {
                AuditWriter.Append(connection, transaction, new RecordingRedacted(
                    at, target.Subject, by, reason, target.From, target.UpTo, found.Count, bytes));
                RedactionWriter.TakeOut(connection, transaction, target.PersistenceId, found);
                transaction.Commit();
            }

            Leftovers.ReturnPages(connection);
            CutLog(connection);
            // Once more: they may have taken in again what was still there.
            ForgetCopies(target.PersistenceId);
            return new DeletionResult(found.Count, bytes);
        });
    }

    /// <inheritdoc />
    public void Finish() => Guarded(connection =>
    {
        var announced = AuditWriter.Read(connection).OfType<SessionDeleted>().Select(d => d.Journal).ToHashSet();
        foreach (var stone in TombstoneStore.Read(headFile).Where(s => s.Database == _journal))
        {
            if (AuditWriter.Last(connection, null, stone.PersistenceId) is null)
                continue;
            if (announced.Contains(stone.PersistenceId))
                Remove(connection, stone.PersistenceId);
            else
                TombstoneStore.Remove(headFile, stone);
        }

        var undone = RedactionStore.Read(headFile).Where(r => r.Database == _journal && !RedactionWriter.IsDone(connection, r)).ToList();
        if (undone.Count > 0)
            RedactionStore.Remove(headFile, undone);
        Leftovers.ReturnPages(connection);
        CutLog(connection);
        return 0;
    });

    /// <inheritdoc />
    public long PendingBytes => new FileInfo(journalFile + "-wal") is { Exists: true } log ? log.Length : 0;

    /// <inheritdoc />
    public void Settle() => Guarded(connection =>
    {
        if (Leftovers.TryCutLog(connection))
            _isLogWaiting = false;
        return 0;
    });

    /// <inheritdoc />
    public long UsedBytes() => Guarded(connection =>
        (Number(connection, "PRAGMA page_count") - Number(connection, "PRAGMA freelist_count")) * Number(connection, "PRAGMA page_size"));

    /// <inheritdoc />
    public long NewestOrdering(string persistenceId) => Guarded(connection => Number(
        connection,
        "SELECT coalesce((SELECT ordering FROM event_journal WHERE persistence_id = $id ORDER BY sequence_nr DESC LIMIT 1), 0)",
        null,
        ("$id", persistenceId)));

    /// <inheritdoc />
    public IReadOnlyList<DayJournal> Days() => Guarded(connection =>
    {
        using var query = connection.CreateCommand();
        query.CommandText = """
            SELECT DISTINCT persistence_id FROM event_journal WHERE persistence_id >= 'signin-' AND persistence_id < 'signin.'
            UNION ALL
            SELECT DISTINCT persistence_id FROM event_journal WHERE persistence_id >= 'heads-' AND persistence_id < 'heads.' ORDER BY 1
            """;
        var days = new List<DayJournal>();
        using var reader = query.ExecuteReader();
        while (reader.Read())
        {
            if (DayJournal.TryParse(reader.GetString(0), out var day))
                days.Add(day);
        }

        return days;
    });

    // The audit event and the beginning of the deletion are one: what is not told of is not deleted.
    private static (long Events, long Bytes) Announce(
        SqliteConnection connection, DeletionTarget target, AuditActor by, string reason, DeletionCause cause, DateTimeOffset at, long upTo)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        if (AuditWriter.Last(connection, transaction, target.PersistenceId)?.SequenceNr != upTo)
            throw new JournalUnavailableException("The recording has grown meanwhile; it was not deleted.");
        var id = ("$id", (object)target.PersistenceId);
        var events = Number(connection, "SELECT count(*) FROM event_journal WHERE persistence_id = $id", transaction, id);
        var bytes = Number(connection, "SELECT sum(length(payload)) FROM event_journal WHERE persistence_id = $id", transaction, id);
        AuditWriter.Append(
            connection, transaction,
            new SessionDeleted(at, target.Subject, by, reason, cause, target.PersistenceId, target.EndedAt, events, bytes));
        Number(connection, "DELETE FROM snapshot WHERE persistence_id = $id", transaction, id);
        Number(connection, "DELETE FROM journal_metadata WHERE persistence_id = $id", transaction, id);
        transaction.Commit();
        return (events, bytes);
    }

    // From the end, so that what is left of an interrupted deletion is a journal whose end is missing.
    private void Remove(SqliteConnection connection, string persistenceId)
    {
        ForgetCopies(persistenceId);
        using var delete = connection.CreateCommand();
        delete.CommandText = """
            DELETE FROM event_journal WHERE ordering IN (
                SELECT ordering FROM event_journal WHERE persistence_id = $id ORDER BY sequence_nr DESC LIMIT $limit)
            """;
        delete.Parameters.AddWithValue("$id", persistenceId);
        delete.Parameters.AddWithValue("$limit", EventsAtOnce);
        while (delete.ExecuteNonQuery() > 0)
        {
            Leftovers.ReturnPages(connection);
            Leftovers.TryCutLog(connection);
        }

        CutLog(connection);
        // Once more: they may have taken in again what was still there.
        ForgetCopies(persistenceId);
    }

    private void ForgetCopies(string persistenceId)
    {
        if (!SessionId.TryFromPersistenceId(persistenceId, out var session))
            return;
        foreach (var copy in copies)
            copy.Forget(session);
    }

    // Whoever has been waited for in vain is not waited for again with each of a hundred recordings.
    private void CutLog(SqliteConnection connection) =>
        _isLogWaiting = !(_isLogWaiting ? Leftovers.TryCutLog(connection) : Leftovers.CutLog(connection, Wait));

    private static long Number(
        SqliteConnection connection, string sql, SqliteTransaction? transaction = null, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Every text is a constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return command.ExecuteScalar() as long? ?? 0;
    }

    private void Learn(SessionEvent fact)
    {
        if (fact is SessionHeld held)
            _holds[held.Subject.Session] = held;
        else if (fact is SessionReleased released)
            _holds.Remove(released.Subject.Session);
    }

    private T Guarded<T>(Func<SqliteConnection, T> work)
    {
        lock (_gate)
        {
            try
            {
                using var connection = JournalDatabase.Connect(journalFile, SqliteOpenMode.ReadWrite);
                JournalDatabase.Execute(connection, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
                var journal = JournalDatabase.Identity(connection, null);
                if (journal != _journal)
                {
                    // The first time, or a damaged journal was replaced.
                    _holds.Clear();
                    foreach (var fact in AuditWriter.Read(connection))
                        Learn(fact);
                    _journal = journal;
                }

                return work(connection);
            }
            catch (Exception e) when (e is SqliteException or EventFormatException)
            {
                throw new JournalUnavailableException($"The recordings cannot be kept or deleted now: {e.Message}", e);
            }
        }
    }
}
