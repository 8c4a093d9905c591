using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Feed;
using SshLog.Actors.Screens;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Formatting;
using SshLog.Formatting.ReadModels;
using SshLog.Persistence.Screens;
using SshLog.Terminal;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests.Screens;

/// <summary>Key frames over a journal in memory and the real store.</summary>
public sealed class KeyFrameTests : TestKit
{
    private const int Chunk = 16 * 1024;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-test-");
    private readonly SqliteFrameStore _store;
    private readonly InMemoryArchive _journal = new();
    private readonly Akka.TestKit.TestProbe _feed;

    public KeyFrameTests()
        : base($"akka.loglevel = OFF\n{KeyFrameActor.Dispatcher} {{ type = PinnedDispatcher }}")
    {
        _store = new SqliteFrameStore(Path.Combine(_directory.FullName, "key-frames.db"));
        _feed = CreateTestProbe();
    }

    [Fact]
    public void A_frame_is_kept_every_mebibyte_and_each_shows_what_was_on_the_screen()
    {
        var session = Id(1);
        Open(session, 0);
        for (var i = 0; i < 160; i++)
            Print(session, 0, i);
        Assert.True(Builder().Build(session, pages: 100));
        var frames = new HashSet<long>();
        foreach (var entry in _journal.Events)
        {
            if (_store.Latest(session, 0, entry.SequenceNr) is { } frame && frames.Add(frame.SequenceNr))
                Assert.Equal(Replay(session, 0, frame.SequenceNr), Loaded(frame));
        }

        // 2.5 MiB: two that are kept, and where the recording is now.
        Assert.Equal(3, frames.Count);
        Assert.Equal(_journal.Events[^1].SequenceNr, frames.Max());
    }

    [Fact]
    public void It_goes_on_from_its_newest_frames_whatever_the_pieces()
    {
        var session = Id(1);
        Open(session, 0);
        Open(session, 1);
        for (var i = 0; i < 100; i++)
        {
            Print(session, i % 3 == 0 ? 1 : 0, i);
            if (i % 7 == 0)
                Assert.True(Builder().Build(session, pages: 100));
        }

        while (!Builder().Build(session, pages: 1))
        {
        }

        foreach (var channel in new[] { 0, 1 })
        {
            var frame = _store.Latest(session, channel, long.MaxValue)!;
            Assert.Equal(Replay(session, channel, long.MaxValue), Loaded(frame));
            Assert.Equal(
                _journal.Events.Select(e => e.Event).OfType<OutputRecorded>().Where(o => o.Channel == channel).Sum(o => o.Bytes.Length),
                frame.OutputBytes);
        }
    }

    [Fact]
    public void Frames_of_another_version_are_made_again()
    {
        var session = Id(1);
        Open(session, 0);
        Print(session, 0, 1);
        Builder().Build(session, 10);
        var frame = _store.Latest(session, 0, long.MaxValue)!;
        _store.Store(session, _store.Progress(session).Version, frame.SequenceNr, [new NewFrame(frame with { State = new byte[] { 99 } }, false)]);
        Builder().Build(session, 10);
        Assert.Equal(Replay(session, 0, long.MaxValue), Loaded(_store.Latest(session, 0, long.MaxValue)!));
    }

    [Fact]
    public void A_kept_frame_that_cannot_be_read_is_made_again_once()
    {
        var session = Id(1);
        Open(session, 0);
        for (var i = 0; i < 200; i++)
            Print(session, 0, i);
        var builder = Builder();
        Assert.True(builder.Build(session, 100));
        Damage();
        var pages = 0;
        while (!builder.Build(session, pages: 1))
            Assert.InRange(++pages, 1, 10);
        Assert.Equal(Replay(session, 0, long.MaxValue), Loaded(_store.Latest(session, 0, long.MaxValue)!));
        Damage();
        Assert.Throws<EventFormatException>(() => builder.Build(session, 1));

        void Damage()
        {
            var frame = _store.Latest(session, 0, long.MaxValue)!;
            _store.Store(
                session, _store.Progress(session).Version, frame.SequenceNr, [new NewFrame(frame with { State = new byte[] { 99 } }, IsKept: true)]);
        }
    }

    [Fact]
    public void A_session_that_never_gets_done_keeps_no_other_waiting()
    {
        var (endless, other) = (Id(1), Id(2));
        foreach (var session in new[] { endless, other })
        {
            Open(session, 0);
            for (var i = 0; i < 40; i++)
                Print(session, 0, i);
        }

        _journal.AfterRead = session =>
        {
            if (session == endless)
                _store.Forget(endless);
        };
        Start();
        AwaitAssert(() => Assert.NotNull(_store.Latest(other, 0, long.MaxValue)), _patience);
        _journal.AfterRead = _ => { };
        AwaitAssert(() => Assert.NotNull(_store.Latest(endless, 0, long.MaxValue)), _patience);
    }

    [Fact]
    public void The_largest_screen_there_can_be_is_saved_and_loaded()
    {
        var screen = ChannelScreen.Open(new ChannelOpened(
            At(0), 0, ChannelKind.Pty, 3, BootTime.Zero, HeadlessTerminal.MostRows, HeadlessTerminal.MostColumns, false));
        var line = new StringBuilder();
        for (var i = 0; i < HeadlessTerminal.MostColumns; i++)
        {
            line.Append($"\e[7;9;4:5;3;53;38:2:255:255:{i % 256};48:2:255:255:{i % 251};58:2:255:255:{i % 241}m");
            line.Append('\u0e01').Append('\u20d0', 32);
        }

        var bytes = Encoding.UTF8.GetBytes(line.ToString());
        foreach (var begin in new[] { "\e[H", "\e[?1049h\e[H" })
        {
            screen.Terminal.Feed(Encoding.UTF8.GetBytes(begin));
            for (var row = 0; row < HeadlessTerminal.MostRows; row++)
                screen.Terminal.Feed(bytes);
        }

        var saved = screen.Terminal.Save();
        Assert.InRange(saved.Length, 40_000_000, HeadlessTerminal.LargestState);
        Assert.Equal(saved, ChannelScreen.LoadTerminal(screen.SaveTerminal()).Save());
    }

    [Fact]
    public void The_actor_takes_in_what_has_grown_much_or_ended_and_leaves_the_rest()
    {
        var (large, small, ended, tiny) = (Id(1), Id(2), Id(3), Id(4));
        foreach (var session in new[] { large, small, ended, tiny })
            Open(session, 0);
        for (var i = 0; i < 40; i++)
            Print(large, 0, i);
        Print(small, 0, 1);
        for (var i = 0; i < 5; i++)
            Print(ended, 0, i);
        Print(tiny, 0, 1);
        _journal.Add(ended, new SessionClosed(At(9), SessionEnd.Exited, 0, null, 0, 0, 0));
        _journal.Add(tiny, new SessionClosed(At(9), SessionEnd.Exited, 0, null, 0, 0, 0));
        Start();
        AwaitAssert(() => Assert.NotNull(_store.Latest(ended, 0, long.MaxValue)), _patience);
        Assert.NotNull(_store.Latest(large, 0, long.MaxValue));
        AwaitAssert(() => Assert.True(_store.Cursor > 0), _patience);
        Assert.Null(_store.Latest(small, 0, long.MaxValue));
        Assert.Null(_store.Latest(tiny, 0, long.MaxValue));
        // What was left is looked at again after a restart.
        Assert.Equal(_journal.Events.First(e => e.Session == small && e.Event is OutputRecorded).Ordering - 1, _store.Cursor);
    }

    [Fact]
    public void A_session_that_is_deleted_while_it_is_read_leaves_nothing_behind()
    {
        var (deleted, other) = (Id(1), Id(2));
        foreach (var session in new[] { deleted, other })
        {
            Open(session, 0);
            for (var i = 0; i < 70; i++)
                Print(session, 0, i);
        }

        // As retention does it: forgotten before and after its events go; here between the reading of a page and its storing.
        _journal.AfterRead = session =>
        {
            if (session != deleted)
                return;
            _store.Forget(deleted);
            _journal.Events.RemoveAll(e => e.Session == deleted);
            _store.Forget(deleted);
        };
        Assert.False(Builder().Build(deleted, pages: 100));
        Assert.Empty(_store.Sessions());
        Assert.True(Builder().Build(deleted, pages: 100));
        Assert.True(Builder().Build(other, pages: 100));
        Assert.Equal([other], _store.Sessions());
    }

    [Fact]
    public void What_a_power_failure_has_brought_back_is_forgotten_and_what_was_redacted_is_made_again()
    {
        var (gone, redacted) = (Id(1), Id(2));
        Open(gone, 0);
        Print(gone, 0, 1);
        Builder().Build(gone, pages: 100);
        _journal.Events.Clear();
        Open(redacted, 0);
        for (var i = 0; i < 40; i++)
            Print(redacted, 0, i);
        _journal.Add(redacted, new SessionClosed(At(9), SessionEnd.Exited, 0, null, 0, 0, 0));
        var actor = Start();
        AwaitAssert(() => Assert.Equal([redacted], _store.Sessions()), _patience);
        _store.Forget(redacted);
        actor.Tell(FeedProtocol.Grown.Instance);
        AwaitAssert(() => Assert.NotNull(_store.Latest(redacted, 0, long.MaxValue)), _patience);
    }

    [Fact]
    public void It_sleeps_until_something_is_written_and_survives_a_journal_that_cannot_be_read()
    {
        var session = Id(1);
        Open(session, 0);
        _journal.IsUnavailable = true;
        var actor = Start();
        _feed.ExpectMsg<FeedProtocol.NotifyGrown>(_patience);
        _journal.IsUnavailable = false;
        for (var i = 0; i < 40; i++)
            Print(session, 0, i);
        actor.Tell(FeedProtocol.Grown.Instance);
        AwaitAssert(() => Assert.NotNull(_store.Latest(session, 0, long.MaxValue)), _patience);
        _feed.ExpectMsg<FeedProtocol.NotifyGrown>(_patience);
        _feed.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void It_waits_while_the_machine_is_busy_but_not_for_ever()
    {
        var asked = 0;
        Open(Id(1), 0);
        for (var i = 0; i < 20; i++)
            Print(Id(1), 0, i);
        bool IsBusy()
        {
            asked += _store.Sessions().Count == 0 ? 1 : 0;
            return true;
        }

        Start(IsBusy);
        AwaitAssert(() => Assert.Equal([Id(1)], _store.Sessions()), _patience);
        Assert.Equal(4, asked);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
        _directory.Delete(recursive: true);
    }

    private static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 11, 22, 7, 45, 17, TimeSpan.Zero).AddSeconds(seconds);

    private KeyFrameBuilder Builder() => new(_journal, _store, 1024 * 1024);

    private IActorRef Start(Func<bool>? isBusy = null) => Sys.ActorOf(KeyFrameActor.Props(
        _journal,
        _journal,
        _store,
        _feed,
        KeyFrameSettings.Default with { Pause = TimeSpan.FromMilliseconds(1), IsBusy = isBusy ?? (() => false) }));

    private void Open(SessionId session, int channel) =>
        _journal.Add(session, new ChannelOpened(At(0), channel, ChannelKind.Pty, 3, BootTime.Zero, 24, 80, false));

    private void Print(SessionId session, int channel, int number)
    {
        var text = new StringBuilder($"\e[{31 + (number % 7)}m");
        while (text.Length < Chunk)
            text.Append("\e[K").Append(number).Append(" lines and more lines 漢\r\n");
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        _journal.Add(session, new OutputRecorded(At(number), channel, ChannelStream.Output, 0, bytes.AsMemory(..Chunk)));
    }


    private static byte[] Loaded(ScreenFrame frame) => ChannelScreen.Load(frame).Terminal.Save();

    private byte[] Replay(SessionId session, int channel, long upTo)
    {
        ChannelScreen? screen = null;
        foreach (var entry in _journal.Events.Where(e => e.Session == session && e.SequenceNr <= upTo))
        {
            if (entry.Event is ChannelOpened opened && opened.Channel == channel)
                screen = ChannelScreen.Open(opened);
            screen?.Apply(entry.Event);
        }

        return screen!.Terminal.Save();
    }
}
