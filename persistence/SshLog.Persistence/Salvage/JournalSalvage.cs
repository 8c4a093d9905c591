using Microsoft.Data.Sqlite;
using SshLog.Core.Journal;
using SshLog.Persistence.Journal;

namespace SshLog.Persistence.Salvage;

/// <summary>
/// Recovers a damaged journal event by event, from every page that is still there. An event counts only if its payload
/// has the hash that was sealed with it.
/// </summary>
public static class JournalSalvage
{
    private const int EventsPerTransaction = 1000;

    /// <summary>Looks for events.</summary>
    /// <param name="file">The damaged journal; its -wal is read too if it is beside it. Nothing is written to either.</param>
    /// <param name="into">A file to put them into as a journal; it must not exist. Null only reports.</param>
    /// <exception cref="IOException">A file cannot be read or written, or <paramref name="into"/> exists.</exception>
    public static SalvageReport Run(string file, string? into)
    {
        if (into is not null && File.Exists(into))
            throw new IOException($"{into} exists already");
        using var pages = new PageFile(file);
        var search = new Search(pages);
        var found = search.FindAll();
        // It has its name once it is whole: what an interruption leaves is no recovered journal.
        var fresh = into is null ? null : into + ".new";
        if (fresh is not null)
            ReadModelDatabase.Delete(fresh);
        var journals = new List<SalvagedJournal>();
        using (var target = fresh is null ? null : new Target(fresh))
        {
            foreach (var (persistenceId, places) in found.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                journals.Add(Recover(search, persistenceId, places, target));
            target?.Commit();
        }

        if (fresh is not null)
            File.Move(fresh, into!, overwrite: false);
        return new SalvageReport(journals, search.Unreadable);
    }

    private static SalvagedJournal Recover(Search search, string persistenceId, List<EventPlace> places, Target? target)
    {
        var (last, events, firstGap, chained) = (0L, 0L, (long?)null, true);
        ReadOnlyMemory<byte> link = EventChain.Genesis(persistenceId);
        // What was redacted stays so, also where the log has the row of before still.
        foreach (var place in places.OrderBy(p => p.SequenceNr).ThenByDescending(p => p.IsRedacted))
        {
            if (place.SequenceNr == last || search.Read(place) is not { } row)
                continue;
            if (row.SequenceNr != last + 1)
                firstGap ??= last + 1;
            else
                chained &= row.Event.PreviousHash.Span.SequenceEqual(link.Span);
            link = EventChain.Link(row.Event);
            last = row.SequenceNr;
            events++;
            target?.Add(row);
        }

        return new SalvagedJournal(persistenceId, events, last, firstGap, chained);
    }

    private readonly record struct EventPlace(long SequenceNr, PagePlace Page, short Index, bool Newest, bool IsRedacted);

    private sealed class Search(PageFile pages)
    {
        private readonly CellReader _cells = new(pages);
        private readonly byte[] _page = new byte[pages.PageSize];

        public long Unreadable { get; private set; }

        public Dictionary<string, List<EventPlace>> FindAll()
        {
            var found = new Dictionary<string, List<EventPlace>>();
            foreach (var place in pages.Places())
            {
                pages.Read(place, _page);
                var count = CellReader.Count(place, _page);
                for (short index = 0; index < count; index++)
                    Find(place, index, found);
            }

            return found;
        }

        public JournalRow? Read(EventPlace place)
        {
            pages.Read(place.Page, _page);
            return Parse(place.Page, place.Index, place.Newest, out _);
        }

        private void Find(PagePlace place, short index, Dictionary<string, List<EventPlace>> found)
        {
            var newest = true;
            var row = Parse(place, index, newest, out var ofJournal);
            if (row is null && ofJournal)
                row = Parse(place, index, newest = false, out _);
            if (row is null)
            {
                Unreadable += ofJournal ? 1 : 0;
                return;
            }

            if (!found.TryGetValue(row.PersistenceId, out var places))
                found.Add(row.PersistenceId, places = []);
            places.Add(new EventPlace(row.SequenceNr, place, index, newest, row.Event.IsRedacted));
        }

        private JournalRow? Parse(PagePlace place, int index, bool newest, out bool ofJournal)
        {
            ofJournal = false;
            if (_cells.Read(place, _page, index, newest) is not var (rowId, record))
                return null;
            ofJournal = JournalRow.IsOfJournal(record);
            return ofJournal ? JournalRow.Parse(rowId, record) : null;
        }
    }

    private sealed class Target : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _insert;
        private SqliteTransaction _transaction;
        private int _events;

        public Target(string file)
        {
            JournalDatabase.Ensure(file);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadWrite);
            JournalDatabase.AllowHoles(_connection);
            _transaction = _connection.BeginTransaction();
            _insert = _connection.CreateCommand();
            _insert.CommandText =
                """
                INSERT OR IGNORE INTO event_journal
                    (ordering, persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, serializer_id)
                VALUES ($ordering, $id, $nr, 0, $manifest, $time, $payload, $serializer)
                """;
        }

        public void Add(JournalRow row)
        {
            _insert.Transaction = _transaction;
            _insert.Parameters.Clear();
            _insert.Parameters.AddWithValue("$ordering", row.Ordering);
            _insert.Parameters.AddWithValue("$id", row.PersistenceId);
            _insert.Parameters.AddWithValue("$nr", row.SequenceNr);
            _insert.Parameters.AddWithValue("$manifest", row.Event.Manifest);
            _insert.Parameters.AddWithValue("$time", row.Timestamp);
            _insert.Parameters.AddWithValue("$payload", row.Payload);
            _insert.Parameters.AddWithValue("$serializer", JournalEventSerializer.Id);
            _insert.ExecuteNonQuery();
            if (++_events % EventsPerTransaction != 0)
                return;
            Commit();
            _transaction = _connection.BeginTransaction();
        }

        public void Commit()
        {
            _transaction.Commit();
            _transaction.Dispose();
        }

        public void Dispose()
        {
            _insert.Dispose();
            _transaction.Dispose();
            _connection.Dispose();
        }
    }
}

/// <summary>What was recovered of a damaged journal.</summary>
/// <param name="Journals">In order of their persistence ids; only those of which something was found.</param>
/// <param name="UnreadableEvents">Rows that are there but damaged; what was on lost pages is not counted.</param>
public sealed record SalvageReport(IReadOnlyList<SalvagedJournal> Journals, long UnreadableEvents);

/// <summary>What was recovered of one session, or of one day's failed sign-ins.</summary>
/// <param name="PersistenceId">Which: <c>ssh-</c> and the session's id, or <c>signin-</c> and the day.</param>
/// <param name="Events">Events recovered.</param>
/// <param name="LastSequenceNr">Number of the last one.</param>
/// <param name="FirstGap">Number of the first one missing before that; null when none is.</param>
/// <param name="IsChained">True if every recovered event that follows another is chained to it by its hash.</param>
public sealed record SalvagedJournal(
    string PersistenceId, long Events, long LastSequenceNr, long? FirstGap, bool IsChained);
