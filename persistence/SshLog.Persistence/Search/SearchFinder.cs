using Microsoft.Data.Sqlite;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Persistence.Search;

/// <summary>Answers one question to the search index, in one transaction.</summary>
internal sealed class SearchFinder(SqliteConnection connection, SqliteTransaction transaction)
{
    // What a session and a stretch take in an answer, their states aside.
    private const int BytesOfEach = 64;

    private int _left;

    public IReadOnlyList<TextCandidates> Find(
        IReadOnlyList<SessionId> sessions, IReadOnlyList<IReadOnlyCollection<int>> anyOf, long afterSequenceNr, int limitBytes)
    {
        _left = limitBytes;
        var known = sessions.Select(s => (Session: s, Known: SqliteSearchIndex.ProgressOf(connection, s))).ToList();
        var rows = Rows(known.Select(k => k.Known.Number).Where(n => n > 0).ToHashSet(), anyOf);
        var found = new List<TextCandidates>();
        foreach (var (session, (number, whole)) in known)
        {
            if (found.Count > 0 && (_left <= 0 || found[^1].More))
                break;
            var progress = whole with { State = TextStretch.Limited(whole.State) };
            _left -= BytesOfEach + progress.State.Length;
            var after = found.Count == 0 ? afterSequenceNr : 0;
            var (stretches, more) = rows.TryGetValue(number, out var own) ? Stretches(own, after) : ([], false);
            found.Add(new TextCandidates(session, progress, stretches, more));
        }

        return found;
    }

    private Dictionary<long, List<long>> Rows(HashSet<long> numbers, IReadOnlyList<IReadOnlyCollection<int>> anyOf)
    {
        var rows = new Dictionary<long, List<long>>();
        if (numbers.Count == 0)
            return rows;
        using var query = SqliteSearchIndex.Command(
            connection,
            "SELECT rowid FROM piece WHERE piece MATCH $1 AND rowid >= $2 AND rowid < $3 ORDER BY rowid",
            SearchTables.Query(anyOf), SearchTables.Rows(numbers.Min()).First, SearchTables.Rows(numbers.Max()).End);
        query.Transaction = transaction;
        using var reader = query.ExecuteReader();
        while (reader.Read())
        {
            var row = reader.GetInt64(0);
            var number = row >> SearchTables.StretchBits;
            if (!numbers.Contains(number))
                continue;
            if (!rows.TryGetValue(number, out var own))
                rows.Add(number, own = []);
            own.Add(row);
        }

        return rows;
    }

    private (IReadOnlyList<TextStretch> Stretches, bool More) Stretches(List<long> rows, long after)
    {
        var stretches = new List<TextStretch>();
        using var query = SqliteSearchIndex.Command(connection, "SELECT first, up_to, state FROM stretch WHERE id = $1", 0L);
        query.Transaction = transaction;
        foreach (var row in rows)
        {
            query.Parameters[0].Value = row;
            using var reader = query.ExecuteReader();
            if (!reader.Read() || reader.GetInt64(0) < after)
                continue;
            if (_left <= 0 && stretches.Count > 0)
                return (stretches, true);
            var state = TextStretch.Limited(reader.GetFieldValue<byte[]>(2));
            var stretch = new TextStretch(reader.GetInt64(0), reader.GetInt64(1), state);
            stretches.Add(stretch);
            _left -= BytesOfEach + stretch.State.Length;
        }

        return (stretches, false);
    }
}
