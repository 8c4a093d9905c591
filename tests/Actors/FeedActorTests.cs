using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Feed;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests;

/// <summary>What is written wakes who waits at once; the catalogue takes a burst in together.</summary>
public sealed class FeedActorTests : TestKit, IEventFeed, ICatalogue, IJournalCare
{
    private readonly List<JournalledEvent> _journal = [];
    private readonly List<int> _applied = [];
    private readonly Lock _takesIn = new();
    private readonly IActorRef _feed;

    public FeedActorTests() => _feed = Sys.ActorOf(FeedActor.Props(this, this, this));

    public long Cursor { get; private set; }

    public string Journal => string.Empty;

    [Fact]
    public void A_burst_is_taken_in_together_and_the_last_of_it_too()
    {
        for (var i = 1; i <= 1000; i++)
            Write(i);
        AwaitCondition(() => Cursor == 1000, TimeSpan.FromSeconds(5));
        lock (_journal)
        {
            Assert.Equal(1000, _applied.Sum());
            Assert.InRange(_applied.Count, 1, 100);
        }
    }

    [Fact]
    public void Who_waits_is_told_of_each_write()
    {
        for (var i = 1; i <= 20; i++)
        {
            _feed.Tell(FeedProtocol.NotifyGrown.ButByOutput, TestActor);
            Write(i);
            ExpectMsg<FeedProtocol.Grown>(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public void Who_waits_does_not_wait_for_the_catalogue()
    {
        lock (_takesIn)
        {
            for (var i = 1; i <= 20; i++)
            {
                _feed.Tell(FeedProtocol.NotifyGrown.ButByOutput, TestActor);
                Write(i);
                ExpectMsg<FeedProtocol.Grown>(TimeSpan.FromSeconds(5));
            }
        }

        AwaitCondition(() => Cursor == 20, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Who_asks_for_the_cursor_finds_everything_in_the_catalogue()
    {
        for (var i = 1; i <= 50; i++)
        {
            Write(i);
            _feed.Tell(FeedProtocol.GetCursor.Instance, TestActor);
            Assert.Equal(i, ExpectMsg<FeedProtocol.Cursor>(TimeSpan.FromSeconds(5)).Ordering);
            Assert.Equal(i, Cursor);
        }
    }

    FeedPage IEventFeed.Read(long cursor, int limit, int limitBytes, bool withOutput)
    {
        lock (_journal)
        {
            var page = _journal.Where(e => e.Ordering > cursor).Take(limit).ToList();
            return new FeedPage(page, page.Count > 0 ? page[^1].Ordering : cursor);
        }
    }

    void ICatalogue.Apply(FeedPage page)
    {
        lock (_takesIn)
        lock (_journal)
            _applied.Add(page.Events.Count);
        Cursor = page.Cursor;
    }

    IReadOnlyList<SessionSummary> ICatalogue.Find(SessionQuery query) => throw new NotSupportedException();

    IReadOnlyList<CommandSummary> ICatalogue.Commands(SessionId session, long afterSequenceNr, int limit, int limitBytes) =>
        throw new NotSupportedException();

    string? IJournalCare.Examine(Exception cause) => throw new NotSupportedException();

    private void Write(int ordering)
    {
        lock (_journal)
            _journal.Add(new JournalledEvent(ordering, Id(1), ordering, new SignedIn(DateTimeOffset.UnixEpoch, "alice", 1000)));
        _feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
    }
}
