using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Feed;
using SshLog.Actors.Gateway;
using SshLog.Actors.Search;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Formatting.ReadModels;
using SshLog.Persistence.Search;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests.Search;

/// <summary>The search index over a journal in memory and the real store; whoever searches reads where it says.</summary>
public sealed class SearchIndexTests : TestKit
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-test-");
    private readonly SqliteSearchIndex _index;
    private readonly InMemoryArchive _journal = new();
    private readonly Akka.TestKit.TestProbe _feed;
    private readonly Random _random = new(7);

    public SearchIndexTests()
        : base($"akka.loglevel = OFF\n{SearchIndexActor.Dispatcher} {{ type = PinnedDispatcher }}")
    {
        _index = new SqliteSearchIndex(Path.Combine(_directory.FullName, "search.db"));
        _feed = CreateTestProbe();
    }

    [Fact]
    public void Whatever_a_reading_of_everything_finds_the_index_leads_to()
    {
        SessionId[] sessions = [Id(1), Id(2), Id(3)];
        foreach (var session in sessions)
        {
            Open(session);
            for (var i = 0; i < 20; i++)
                Print(session, i);
        }

        // The first one whole, the second in parts, of the third nothing.
        Index(sessions[0]);
        for (var part = 0; part < 3; part++)
        {
            Index(sessions[1]);
            Print(sessions[1], part);
        }

        var all = sessions.SelectMany(Everything).ToList();
        var lines = all.ConvertAll(l => l.Text);
        for (var i = 0; i < 150; i++)
        {
            var line = lines[_random.Next(lines.Count)];
            var from = _random.Next(line.Length);
            var sought = line.Substring(from, Math.Min(line.Length - from, _random.Next(1, 20)));
            sought = i % 3 == 0 ? sought.ToUpperInvariant() : sought;
            Assert.Equal(all.Where(l => IsHit(l, sought)), sessions.SelectMany(s => Search(s, sought)));
        }
    }

    [Fact]
    public void A_text_that_is_nowhere_is_not_read_for()
    {
        Open(Id(1));
        for (var i = 0; i < 200; i++)
            Print(Id(1), i);
        Index(Id(1));
        _journal.Reads = 0;
        Assert.Empty(Search(Id(1), "no such thing anywhere"));
        Assert.Equal(0, _journal.Reads);
        _journal.Add(Id(1), new OutputRecorded(At(1), 0, ChannelStream.Output, 0, "one such thing\r\n"u8.ToArray()));
        Index(Id(1));
        _journal.Reads = 0;
        Assert.Single(Search(Id(1), "One Such Thing"));
        Assert.InRange(_journal.Reads, 1, 3);
    }

    [Fact]
    public void Lines_that_never_end_and_commands_are_found_and_commands_alone_when_asked_so()
    {
        Open(Id(1));
        _journal.Add(Id(1), new CommandStarted(
            At(1), 7, 6, ArgumentVector.FromStrings("rm", "-rf", "needle"), "/bin/rm", "/", 0, 0, null, null, null));
        _journal.Add(Id(1), new OutputRecorded(At(2), 0, ChannelStream.Output, 0, "\e[1mnee\e[0mdle"u8.ToArray()));
        Index(Id(1));
        Assert.Equal([null, 0], Search(Id(1), "needle").Select(l => l.Channel));
        Assert.Equal("/bin/rm -rf needle", Search(Id(1), "needle")[1].Command);
        Assert.Equal([null], Search(Id(1), "needle", onlyCommands: true).Select(l => l.Channel));
        Open(Id(2));
        _journal.Add(Id(2), new OutputRecorded(At(2), 0, ChannelStream.Output, 0, "needle"u8.ToArray()));
        Index(Id(2));
        Assert.Empty(Places(Id(2), "needle", onlyCommands: true));
    }

    [Fact]
    public void What_had_no_room_is_read()
    {
        Open(Id(1));
        for (var i = 0; i < 100; i++)
            Print(Id(1), i);
        Index(Id(1));
        Assert.True(_index.RemoveOldest());
        Assert.Equal(Everything(Id(1)).Where(l => IsHit(l, "line 7 ")), Search(Id(1), "line 7 "));
        Assert.Contains(Places(Id(1), "line 7 "), p => p is { IsIndexed: false, After: 0 });
        while (_index.RemoveOldest())
        {
        }

        // It is not taken in again from the beginning.
        Print(Id(1), 1000);
        Index(Id(1));
        Assert.Equal(Everything(Id(1)).Where(l => IsHit(l, "line 1")), Search(Id(1), "line 1"));
    }

    [Fact]
    public void A_session_that_was_forgotten_while_it_was_read_is_not_stored()
    {
        Open(Id(1));
        Print(Id(1), 1);
        var before = _index.Progress(Id(1));
        _index.Forget(Id(1));
        Assert.False(_index.Store(Id(1), before, [new TextBlock(new TextStretch(0, 2, default), [1, 2, 3])], default));
        Assert.Empty(_index.Sessions());
    }

    [Fact]
    public void A_daemon_that_ends_stores_no_more_and_the_next_one_begins_there()
    {
        Open(Id(1));
        Print(Id(1), 1);
        using var ending = new CancellationTokenSource();
        ending.Cancel();
        var before = _index.Progress(Id(1));
        Assert.False(_index.Store(Id(1), before, [new TextBlock(new TextStretch(0, 2, default), [1, 2, 3])], default, ending.Token));
        Assert.False(new SearchIndexBuilder(_journal, _index).Build(Id(1), pages: 1, ending.Token));
        Assert.Empty(_index.Sessions());
        Index(Id(1));
        Assert.Equal([Id(1)], _index.Sessions());
    }

    [Fact]
    public void The_actor_takes_in_what_ended_or_grew_much_and_forgets_what_is_no_more()
    {
        var (small, ended, large, deleted) = (Id(1), Id(2), Id(3), Id(4));
        _index.Store(deleted, _index.Progress(deleted), [new TextBlock(new TextStretch(0, 2, default), [1, 2, 3])], default);
        foreach (var session in new[] { small, ended, large })
            Open(session);
        Print(small, 1);
        Print(ended, 1);
        for (var i = 0; i < 40; i++)
            Print(large, i);
        _journal.Add(ended, new SessionClosed(At(9), SessionEnd.Exited, 0, null, 0, 0, 0));
        Sys.ActorOf(SearchIndexActor.Props(
            new SearchPorts(_index, _journal, _journal, SearchIndexSettings.Default with { Share = 1 }), _feed));
        AwaitAssert(() => Assert.True(_index.Cursor > 0), _patience);
        Assert.Equal([ended, large], _index.Sessions().OrderBy(s => s.Text));
        // What was left is looked at again after a restart.
        Assert.Equal(_journal.Events.First(e => e.Session == small && e.Event is OutputRecorded).Ordering - 1, _index.Cursor);
        _feed.ExpectMsg<FeedProtocol.NotifyGrown>(_patience);
        _feed.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_session_that_was_redacted_is_taken_in_again()
    {
        Open(Id(1));
        Print(Id(1), 1);
        _journal.Add(Id(1), new SessionClosed(At(9), SessionEnd.Exited, 0, null, 0, 0, 0));
        var actor = Sys.ActorOf(SearchIndexActor.Props(
            new SearchPorts(_index, _journal, _journal, SearchIndexSettings.Default with { Share = 1, Pause = TimeSpan.FromMilliseconds(1) }), _feed));
        AwaitAssert(() => Assert.Equal([Id(1)], _index.Sessions()), _patience);
        _index.Forget(Id(1));
        Assert.Empty(_index.Sessions());
        actor.Tell(FeedProtocol.Grown.Instance);
        AwaitAssert(() => Assert.Equal([Id(1)], _index.Sessions()), _patience);
    }

    [Fact]
    public void It_waits_while_the_machine_is_busy_but_not_for_ever()
    {
        var asked = 0;
        Open(Id(1));
        Print(Id(1), 1);
        _journal.Add(Id(1), new SessionClosed(At(9), SessionEnd.Exited, 0, null, 0, 0, 0));
        bool IsBusy()
        {
            asked += _index.Sessions().Count == 0 ? 1 : 0;
            return true;
        }

        Sys.ActorOf(SearchIndexActor.Props(
            new SearchPorts(_index, _journal, _journal, SearchIndexSettings.Default with { Share = 1, IsBusy = IsBusy }), _feed));
        AwaitAssert(() => Assert.Equal([Id(1)], _index.Sessions()), _patience);
        Assert.Equal(4, asked);
    }

    [Fact]
    public void The_actor_keeps_to_the_size()
    {
        for (var i = 1; i <= 6; i++)
        {
            Open(Id(i));
            for (var n = 0; n < 20; n++)
                Print(Id(i), (i * 1000) + n);
            _journal.Add(Id(i), new SessionClosed(At(9), SessionEnd.Exited, 0, null, 0, 0, 0));
        }

        var settings = SearchIndexSettings.Default with { Share = 1, LargestBytes = 200_000 };
        Sys.ActorOf(SearchIndexActor.Props(new SearchPorts(_index, _journal, _journal, settings), _feed));
        AwaitAssert(() => Assert.True(_index.Cursor > 0), _patience);
        Assert.True(_index.Bytes <= 200_000, $"{_index.Bytes} bytes");
        for (var i = 1; i <= 6; i++)
            Assert.NotEmpty(Search(Id(i), $"line {(i * 1000) + 3} "));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _index.Dispose();
        _directory.Delete(recursive: true);
    }

    private static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 11, 22, 7, 45, 17, TimeSpan.Zero).AddSeconds(seconds);

    private static bool IsHit(TextLine line, string sought) => line.Text.Contains(sought, StringComparison.OrdinalIgnoreCase);

    private void Index(SessionId session)
    {
        var builder = new SearchIndexBuilder(_journal, _index);
        while (!builder.Build(session, pages: 1))
        {
        }
    }

    private List<GatewayProtocol.TextPlace> Places(SessionId session, string sought, bool onlyCommands = false)
    {
        var (places, after) = (new List<GatewayProtocol.TextPlace>(), 0L);
        while (true)
        {
            var services = new GatewayServices(
                ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody, null!, null!, _journal, null!, null!, null!) { Search = _index };
            var found = Assert.IsType<GatewayProtocol.TextPlaces>(SearchRequests.Find(
                services, new GatewayProtocol.FindText([session], [sought], onlyCommands, after))).Sessions.Single();
            places.AddRange(found.Places);
            if (!found.More)
                return places;
            after = places[^1].UpTo;
        }
    }

    private List<TextLine> Search(SessionId session, string sought, bool onlyCommands = false)
    {
        var hits = new List<TextLine>();
        foreach (var place in Places(session, sought, onlyCommands))
        {
            var text = RecordedText.Load(place.State, !onlyCommands);
            var after = place.After;
            while (after < place.UpTo && _journal.Read(session, after, 50, 64 * 1024) is { Count: > 0 } page)
            {
                hits.AddRange(page.Where(e => e.SequenceNr <= place.UpTo).SelectMany(text.Take).Where(l => IsHit(l, sought)));
                after = page[^1].SequenceNr;
            }

            if (place.IsEnd)
                hits.AddRange(text.Pending().Where(l => IsHit(l, sought)));
        }

        return hits;
    }

    private List<TextLine> Everything(SessionId session)
    {
        var text = new RecordedText();
        return [.. _journal.Events.Where(e => e.Session == session).SelectMany(text.Take), .. text.Pending()];
    }

    private void Open(SessionId session) =>
        _journal.Add(session, new ChannelOpened(At(0), 0, ChannelKind.Pty, 3, BootTime.Zero, 24, 80, false));

    // Lines are cut anywhere, as a terminal's are.
    private void Print(SessionId session, int number)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 200; i++)
            text.Append($"\e[{31 + (i % 7)}mline {number} \e[0mof {i}: {_random.Next():x} Größe ÅÇ µm ﬁn 漢字\r\n");
        text.Append("begun ");
        _journal.Add(session, new OutputRecorded(At(number), 0, ChannelStream.Output, 0, Encoding.UTF8.GetBytes(text.ToString())));
    }
}
