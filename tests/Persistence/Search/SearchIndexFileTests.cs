using System.Text;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Persistence.Search;

namespace SshLog.Persistence.Tests.Search;

public sealed class SearchIndexFileTests : IDisposable
{
    private static readonly SessionId _alice = JournalRows.Parse("20261122T074517-970236-4f2a");
    private static readonly SessionId _bob = JournalRows.Parse("20261122T080000-970300-00ff");
    private readonly TemporaryDirectory _directory = new();

    private string Index => _directory.File("search.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Of_a_forgotten_session_no_piece_is_left_in_the_file_and_of_others_all()
    {
        int[] own = [.. Enumerable.Range(0, 3000).Select(i => i * 7)], shared = [.. Enumerable.Range(0, 3000).Select(i => i * 5)];
        using (var index = new SqliteSearchIndex(Index))
        {
            Store(index, _alice, 40, _ => own);
            Store(index, _bob, 40, _ => shared);
            index.Forget(_alice);
            Assert.Equal([_bob], index.Sessions());
            Assert.Empty(Find(index, _alice, 7).Stretches);
            Assert.Equal(40, Find(index, _bob, 35).Stretches.Count);
            Assert.Empty(Find(index, _bob, 7).Stretches);
        }

        using (var connection = JournalRows.Open(Index))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, piece, row)";
            command.ExecuteNonQuery();
            command.CommandText = "SELECT count(*) FROM word";
            Assert.Equal(3000L, command.ExecuteScalar());
            command.CommandText = "INSERT INTO piece (piece, rank) VALUES ('integrity-check', 0)";
            command.ExecuteNonQuery();
        }

        Assert.Equal(0, new FileInfo(Index + "-wal") is { Exists: true } log ? log.Length : 0);
        var bytes = File.ReadAllBytes(Index);
        Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("secret-of-alice")) < 0);
        Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("20261122T074517")) < 0);
    }

    [Fact]
    public void What_somebody_was_reading_when_it_was_forgotten_is_wiped_with_the_next_page_of_the_feed()
    {
        using var index = new SqliteSearchIndex(Index);
        index.Advance("one", 7);
        Store(index, _alice, 3, i => [i]);
        using (JournalRows.Hold(Index))
        {
            index.Forget(_alice);
            Assert.NotEqual(0, new FileInfo(Index + "-wal").Length);
        }

        index.Advance("one", 7);
        Assert.Equal(0, new FileInfo(Index + "-wal").Length);
    }

    [Fact]
    public void It_is_there_after_a_restart_and_gone_when_the_journal_is_another()
    {
        using (var index = new SqliteSearchIndex(Index))
        {
            index.Advance("one", 7);
            Store(index, _alice, 3, i => [i]);
        }

        using var again = new SqliteSearchIndex(Index);
        Assert.Equal((7, "one"), (again.Cursor, again.Journal));
        Assert.Equal(30, again.Progress(_alice).UpTo);
        Assert.Equal([20], Find(again, _alice, 2).Stretches.Select(s => s.After));
        again.Advance("two", 0);
        Assert.Equal(0, again.Progress(_alice).UpTo);
        Assert.Empty(Find(again, _alice, 2).Stretches);
    }

    [Fact]
    public void One_that_is_damaged_is_made_again()
    {
        File.WriteAllBytes(Index, [.. "This is no database, but long enough to be taken for one."u8, .. new byte[4096]]);
        using var index = new SqliteSearchIndex(Index);
        Assert.Equal(0, index.Cursor);
        Store(index, _alice, 1, i => [i]);
        Assert.Single(Find(index, _alice, 0).Stretches);
    }

    [Fact]
    public void A_long_answer_comes_in_parts()
    {
        using var index = new SqliteSearchIndex(Index);
        Store(index, _alice, 10, _ => [3]);
        Store(index, _bob, 10, _ => [3]);
        var (found, after, asked) = (new List<long>(), 0L, new List<SessionId> { _bob, _alice });
        while (asked.Count > 0)
        {
            foreach (var session in index.Find(asked, [[3]], after, 300))
            {
                Assert.Equal(asked[0], session.Session);
                found.AddRange(session.Stretches.Select(s => s.UpTo));
                after = session.More ? session.Stretches[^1].UpTo : 0;
                if (!session.More)
                    asked.RemoveAt(0);
            }
        }

        long[] each = [.. Enumerable.Range(1, 10).Select(i => i * 10L)];
        Assert.Equal([.. each, .. each], found);
    }

    private static void Store(SqliteSearchIndex index, SessionId session, int count, Func<int, int[]> grams) =>
        Assert.True(index.Store(
            session,
            index.Progress(session),
            [.. Enumerable.Range(0, count).Select(i => new TextBlock(
                new TextStretch(i * 10, (i + 1) * 10, session == _alice ? Encoding.ASCII.GetBytes("secret-of-alice" + i) : default), grams(i)))],
            default));

    private static TextCandidates Find(SqliteSearchIndex index, SessionId session, int gram) =>
        index.Find([session], [[gram]], 0, 1 << 20).Single();
}
