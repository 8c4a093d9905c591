using System.Security.Cryptography;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Persistence.Journal;
using SshLog.Persistence.Screens;
using SshLog.Schema;

namespace SshLog.Persistence.Tests.Screens;

public sealed class FrameStoreTests : IDisposable
{
    private static readonly SessionId _alice = JournalRows.Parse("20261122T074517-970236-4f2a");
    private static readonly SessionId _bob = JournalRows.Parse("20261122T080000-970300-00ff");
    private readonly TemporaryDirectory _directory = new();

    private string Frames => _directory.File("key-frames.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_newest_frame_before_a_place_or_time_is_found()
    {
        using var store = new SqliteFrameStore(Frames);
        store.Store(_alice, store.Progress(_alice).Version, 30, [Frame(10, 1, true), Frame(20, 2, true), Frame(30, 3, false)]);
        Assert.Null(store.Latest(_alice, 0, 9));
        Assert.Equal([1], store.Latest(_alice, 0, 10)!.State.ToArray());
        Assert.Equal(20, store.Latest(_alice, 0, 29)!.SequenceNr);
        Assert.Equal(30, store.Latest(_alice, 0, long.MaxValue)!.SequenceNr);
        Assert.Equal(20, store.LatestAt(_alice, 0, Events.At.AddSeconds(29.9))!.SequenceNr);
        Assert.Null(store.Latest(_alice, 1, 100));
        Assert.Null(store.Latest(_bob, 0, 100));
    }

    [Fact]
    public void A_frame_that_is_not_kept_gives_way_to_the_next()
    {
        using var store = new SqliteFrameStore(Frames);
        store.Store(_alice, store.Progress(_alice).Version, 15, [Frame(10, 1, true), Frame(15, 2, false)]);
        store.Store(_alice, store.Progress(_alice).Version, 17, [Frame(17, 3, false)]);
        Assert.Equal(10, store.Latest(_alice, 0, 16)!.SequenceNr);
        var progress = store.Progress(_alice);
        Assert.Equal((17, 1), (progress.SequenceNr, progress.Frames.Count));
        Assert.Equal(100, progress.Kept[0]);
    }

    [Fact]
    public void It_is_all_there_after_a_restart_and_gone_when_the_journal_is_another()
    {
        using (var store = new SqliteFrameStore(Frames))
        {
            store.Advance("one", 7);
            store.Store(_alice, store.Progress(_alice).Version, 10, [Frame(10, 1, true)]);
        }

        using var again = new SqliteFrameStore(Frames);
        Assert.Equal(7, again.Cursor);
        again.Advance("one", 8);
        Assert.NotNull(again.Latest(_alice, 0, 10));
        again.Advance("two", 3);
        Assert.Null(again.Latest(_alice, 0, 10));
        Assert.Equal(0, again.Progress(_alice).SequenceNr);
    }

    [Fact]
    public void What_is_forgotten_is_gone_from_the_file_and_its_log_at_once_and_gives_its_room_back()
    {
        var secret = RandomNumberGenerator.GetBytes(200_000);
        using var store = new SqliteFrameStore(Frames);
        store.Store(_bob, store.Progress(_bob).Version, 10, [new NewFrame(Frame(10, 1, true).Frame with { Session = _bob }, true)]);
        store.Store(_alice, store.Progress(_alice).Version, 10, [new NewFrame(Frame(10, 1, true).Frame with { State = secret }, true)]);
        Assert.True(Holds(secret));
        store.Forget(_alice);
        Assert.False(Holds(secret));
        Assert.InRange(_directory.Files("key-frames.db*").Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)).Sum(f => new FileInfo(f).Length), 1, 100_000);
        Assert.NotNull(store.Latest(_bob, 0, 10));
    }

    [Fact]
    public void What_somebody_was_reading_when_it_was_forgotten_is_wiped_with_the_next_page_of_the_feed()
    {
        var secret = RandomNumberGenerator.GetBytes(20_000);
        using var store = new SqliteFrameStore(Frames);
        store.Store(_alice, store.Progress(_alice).Version, 10, [new NewFrame(Frame(10, 1, true).Frame with { State = secret }, true)]);
        using (JournalRows.Hold(Frames))
        {
            store.Forget(_alice);
            store.Advance("one", 7);
            Assert.True(Holds(secret));
        }

        store.Advance("one", 7);
        Assert.False(Holds(secret));
    }

    [Fact]
    public void A_forgotten_session_has_no_frames_and_its_screens_are_wiped_from_the_file()
    {
        byte[] secret = [.. "TOP-SECRET-TEXT"u8];
        using (var store = new SqliteFrameStore(Frames))
        {
            store.Store(_alice, store.Progress(_alice).Version, 10, [new NewFrame(Frame(10, 1, true).Frame with { State = secret }, true)]);
            store.Store(_bob, store.Progress(_bob).Version, 10, [new NewFrame(Frame(10, 1, true).Frame with { Session = _bob }, true)]);
            store.Forget(_alice);
            Assert.Null(store.Latest(_alice, 0, 10));
            Assert.NotNull(store.Latest(_bob, 0, 10));
        }

        Assert.Equal(-1, File.ReadAllBytes(Frames).AsSpan().IndexOf(secret));
    }

    [Fact]
    public void A_damaged_file_is_begun_anew()
    {
        File.WriteAllText(Frames, new string('x', 5000));
        using var store = new SqliteFrameStore(Frames);
        Assert.Equal(0, store.Cursor);
    }

    [Fact]
    public void The_journal_tells_which_sessions_have_grown_without_reading_their_output()
    {
        var file = _directory.File("journal.db");
        JournalDatabase.Ensure(file);
        JournalRows.Write(file, _alice, [Output(5000), new SignedIn(Events.At, "alice", 1), Output(3000)]);
        JournalRows.Write(file, _bob, [new SignedIn(Events.At, "bob", 1), Closed()]);
        using var reader = new JournalReader(file, ProtobufEventCodec.Instance);
        var page = reader.Grown(0);
        Assert.Equal(5, page.Cursor);
        var alice = Assert.Single(page.Sessions, s => s.Session == _alice);
        Assert.InRange(alice.StoredBytes, 8000, 8500);
        Assert.Equal((false, 1), (alice.IsClosed, alice.FirstOrdering));
        Assert.True(Assert.Single(page.Sessions, s => s.Session == _bob).IsClosed);
        Assert.Empty(reader.Grown(5).Sessions);
        Assert.InRange(Assert.Single(reader.Grown(2).Sessions, s => s.Session == _alice).StoredBytes, 3000, 3250);
    }

    private static NewFrame Frame(long sequenceNr, byte content, bool isKept) => new(
        new ScreenFrame(_alice, 0, sequenceNr, Events.At.AddSeconds(sequenceNr), sequenceNr * 10, new[] { content }), isKept);

    private static OutputRecorded Output(int bytes)
    {
        var content = new byte[bytes];
        new Random(1).NextBytes(content);
        return new OutputRecorded(Events.At, 0, ChannelStream.Output, 0, content);
    }

    private static SessionClosed Closed() => new(Events.At, SessionEnd.Exited, 0, null, 0, 0, 0);

    // Any of its parts: a page holds some 4,000 bytes of it.
    private bool Holds(byte[] secret) => _directory.Files("key-frames.db*").Select(File.ReadAllBytes)
        .Any(file => secret.Chunk(1000).Any(part => file.AsSpan().IndexOf(part.AsSpan(0, 16)) >= 0));
}
