using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Feed;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Actors.SignIns;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Recording;
using SshLog.Schema;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests;

/// <summary>The router with real session actors on an in-memory journal; the test stands for probe and feed.</summary>
public sealed class SessionRouterTests : TestKit
{
    private readonly string _journal;
    private readonly SessionRouterSettings _settings = Settings(windowBytes: 250);
    private readonly IActorRef _router;
    private readonly Akka.TestKit.TestProbe _feed;

    public SessionRouterTests()
        : this("journal-" + Guid.NewGuid().ToString("N"))
    {
    }

    private SessionRouterTests(string journal)
        : base(FailableJournal.Configuration(journal))
    {
        _journal = journal;
        _feed = CreateTestProbe();
        _router = Sys.ActorOf(SessionRouter.Props(_settings, _feed, SignIns()), "sessions");
    }

    [Fact]
    public void A_connection_without_a_channel_is_no_session_and_holds_no_credit()
    {
        Deliver(Batch(1, 1, Opened(), new ConnectionClosed(At(2719), 255, 0)));
        ExpectReleased(1);
        Assert.Empty(Open());
    }

    [Fact]
    public void The_first_channel_makes_a_session_with_what_was_seen_before()
    {
        Deliver(Batch(1, 1, Opened(), Program(90)));
        ExpectReleased(1);
        Deliver(Batch(1, 2, Channel(), Program(100), Output(0, "hello")));
        ExpectReleased(2);
        AwaitAssert(() => Assert.Equal(
            [
                typeof(SessionOpened), typeof(CommandStarted), typeof(ChannelOpened), typeof(SignedIn),
                typeof(CommandStarted), typeof(OutputRecorded),
            ],
            Recorded(1).Select(e => e.GetType())));
        Assert.Equal("user1000", Assert.Single(Open()).User);
    }

    [Fact]
    public void A_sign_in_makes_a_session_before_any_channel()
    {
        Deliver(Batch(1, 1, Opened(), Refused("user1000")));
        ExpectReleased(1);
        Assert.Empty(Open());
        Deliver(Batch(1, 2, new SignInCompleted(At(2718), "user1000", "publickey", null)));
        ExpectReleased(2);
        AwaitAssert(() => Assert.Equal(
            [typeof(SessionOpened), typeof(SignedIn)], Recorded(1).Select(e => e.GetType())));
        Assert.Equal("user1000", Assert.Single(Open()).User);
    }

    [Fact]
    public void A_connection_keeps_its_beginning_however_many_come_and_go_before_it_signs_in()
    {
        Deliver(Batch(1, 1, Opened()));
        ExpectReleased(1);
        for (var other = 2; other <= SessionRouterSettings.MaxConnectionsBeforeSignIn + 2; other++)
        {
            Deliver(Batch(other, (ulong)other, Opened(), new ConnectionClosed(At(2719), 255, 0)));
            ExpectReleased((ulong)other);
        }

        Deliver(Batch(1, 9000, new SignInCompleted(At(2718), "user1000", "publickey", null)));
        ExpectReleased(9000);
        AwaitAssert(() => Assert.Equal([typeof(SessionOpened), typeof(SignedIn)], Recorded(1).Select(e => e.GetType())));
    }

    [Fact]
    public void Of_the_oldest_of_too_many_that_wait_the_beginning_is_kept_and_the_rest_is_marked_as_lost()
    {
        Deliver(Batch(1, 1, Opened(), Program(90), Program(91)));
        ExpectReleased(1);
        for (var other = 2; other <= SessionRouterSettings.MaxConnectionsBeforeSignIn + 1; other++)
        {
            Deliver(Batch(other, (ulong)other, Opened()));
            ExpectReleased((ulong)other);
        }

        Deliver(Batch(1, 9000, Program(92)));
        ExpectReleased(9000);
        Deliver(Batch(1, 9001, new SignInCompleted(At(2718), "user1000", "publickey", null)));
        ExpectReleased(9001);
        AwaitAssert(() => Assert.Equal([typeof(SessionOpened), typeof(LossRecorded), typeof(SignedIn)], Recorded(1).Select(e => e.GetType())));
        Assert.Equal(3, Recorded(1).OfType<LossRecorded>().Single().Events);
    }

    [Fact]
    public void Failed_sign_ins_stand_in_the_journal_of_their_day_once_and_chained_whatever_happens_to_the_journal()
    {
        const string day = "signin-20261122";
        FailableJournal.Fail(_journal, day);
        Deliver(Batch(1, 1, Opened(), Refused("one")));
        Deliver(Batch(2, 2, Opened(), Refused("two"), Refused("three")));
        ExpectReleased(1);
        ExpectReleased(2);
        FailableJournal.Heal(_journal, day);
        Deliver(Batch(3, 3, Opened(), Refused("four")));
        ExpectReleased(3);
        AwaitAssert(
            () => Assert.Equal(["one", "two", "three", "four"], Facts(JournalDump.Read(Sys, day)).Cast<SignInFailed>().Select(e => e.User)),
            TimeSpan.FromSeconds(15));
        var link = EventChain.Genesis(day);
        foreach (var sealedEvent in JournalDump.Read(Sys, day))
        {
            Assert.Equal(link, sealedEvent.PreviousHash.ToArray());
            link = EventChain.Link(sealedEvent);
        }

        Assert.Empty(Open());
    }

    [Fact]
    public void Without_room_output_returns_its_credit_and_what_else_happens_is_recorded()
    {
        Deliver(Batch(1, 1, Opened(), Channel(), Output(0, "seen")));
        ExpectReleased(1);
        _settings.Context.Recording.OutputStopped = true;
        Deliver(Batch(1, 2, Output(4, "12345")));
        ExpectReleased(2);
        Deliver(Batch(1, 3, Output(9, "678")));
        ExpectReleased(3);
        Deliver(Batch(1, 4, Program(100)));
        ExpectReleased(4);
        Deliver(Batch(1, 5, Output(12, "9"), Program(101)));
        ExpectReleased(5);
        _settings.Context.Recording.OutputStopped = false;
        Deliver(Batch(1, 6, Output(13, " again")));
        ExpectReleased(6);
        AwaitAssert(() => Assert.Equal("seen again", Text(Recorded(1))));
        Assert.Equal([(4L, 8L), (12L, 1L)], Recorded(1).OfType<OutputLeftOut>().Select(l => (l.Offset, l.Bytes)));
        Assert.Equal(2, Recorded(1).OfType<CommandStarted>().Count());
        Assert.DoesNotContain(Recorded(1), e => e is LossRecorded);
    }

    [Fact]
    public void A_burst_in_the_batch_of_the_first_channel_is_recorded_whole()
    {
        const int programs = 2 * SessionRouterSettings.MaxEventsBeforeSignIn;
        Deliver(Batch(1, 1, [Opened(), Channel(), .. Enumerable.Range(100, programs).Select(Program)]));
        ExpectReleased(1);
        AwaitAssert(() => Assert.Equal(programs, Recorded(1).OfType<CommandStarted>().Count()));
        Assert.DoesNotContain(Recorded(1), e => e is LossRecorded);
    }

    [Fact]
    public void What_did_not_fit_before_the_sign_in_is_marked_as_lost()
    {
        const int kept = SessionRouterSettings.MaxEventsBeforeSignIn - 1;
        Deliver(Batch(1, 1, [Opened(), .. Enumerable.Range(100, kept + 7).Select(Program)]));
        ExpectReleased(1);
        Deliver(Batch(1, 2, Channel()));
        ExpectReleased(2);
        AwaitAssert(() => Assert.Equal(kept, Recorded(1).OfType<CommandStarted>().Count()));
        Assert.Equal(7, Assert.Single(Recorded(1).OfType<LossRecorded>()).Events);
    }

    [Fact]
    public void Credit_comes_back_only_when_the_batch_is_recorded()
    {
        Start(1);
        FailableJournal.Fail(_journal);
        Deliver(Batch(1, 3, Output(0, "hello")));
        ExpectNoMsg(TimeSpan.FromMilliseconds(300));
        FailableJournal.Heal(_journal);
        ExpectReleased(3);
    }

    [Fact]
    public void A_journal_that_failed_for_a_while_has_everything_once_and_in_order()
    {
        Start(1);
        FailableJournal.Fail(_journal);
        Deliver(Batch(1, 3, Output(0, "one ")));
        Deliver(Batch(1, 4, Output(4, "two ")));
        FailableJournal.Heal(_journal);
        ExpectReleased(3);
        ExpectReleased(4);
        Deliver(Batch(1, 5, Output(8, "three")));
        ExpectReleased(5);
        AwaitAssert(() => Assert.Equal("one two three", Text(Recorded(1))));
        Assert.DoesNotContain(Recorded(1), e => e is LossRecorded);
    }

    [Fact]
    public void A_session_stopped_between_write_and_answer_records_nothing_twice()
    {
        Start(1);
        FailableJournal.FailAfterNextWrite(_journal);
        Deliver(Batch(1, 3, Output(0, "one "), Program(100)));
        Deliver(Batch(1, 4, Output(4, "two")));
        ExpectReleased(3);
        ExpectReleased(4);
        AwaitAssert(() => Assert.Equal("one two", Text(Recorded(1))));
        Assert.Equal(1, Recorded(1).OfType<CommandStarted>().Count(c => c.Pid == 100));
        Assert.DoesNotContain(Recorded(1), e => e is LossRecorded);
    }

    [Fact]
    public void A_pid_that_is_used_again_is_another_session_with_a_journal_of_its_own()
    {
        Start(1);
        var again = new SessionKey(At(5000), 1);
        var id = SessionId.Derive(Clock, again);
        Assert.NotEqual(Id(1), id);
        Deliver(new ProbeBatch(new ProbePosition(Epoch, 3), again, [Opened(), Channel(), Output(0, "second")], 100));
        ExpectReleased(3);
        Deliver(Batch(1, 4, Output(0, "first")));
        ExpectReleased(4);
        AwaitAssert(() => Assert.Equal("first", Text(Recorded(1))));
        Assert.Equal("second", Text(JournalDump.Read(Sys, id.PersistenceId).ConvertAll(
            e => ProtobufEventCodec.Instance.Decode(e.Manifest, e.Payload))));
    }

    [Fact]
    public void A_full_window_becomes_an_exact_loss_mark_and_commands_stay()
    {
        Start(1);
        FailableJournal.Fail(_journal);
        Deliver(Batch(1, 3, Output(0, "one ")));
        AwaitAssert(() => Assert.Throws<ActorNotFoundException>(() => Recorder(1)));
        Deliver(Batch(1, 4, Output(4, "two ")));
        Deliver(Batch(1, 5, Output(8, "lost"), Program(100)));
        ExpectReleased(5);
        FailableJournal.Heal(_journal);
        ExpectReleased(3);
        ExpectReleased(4);
        Deliver(Batch(1, 6, Output(12, "three")));
        ExpectReleased(6);
        AwaitAssert(() => Assert.Equal("one two three", Text(Recorded(1))));
        var loss = Assert.Single(Recorded(1).OfType<LossRecorded>());
        Assert.Equal((LossCause.RouterFull, 8L, 4L), (loss.Cause, loss.Offset!.Value, loss.Bytes!.Value));
        Assert.Contains(Recorded(1), e => e is CommandStarted);
    }

    [Fact]
    public void One_session_whose_events_fail_does_not_hold_up_another()
    {
        Start(1);
        FailableJournal.Fail(_journal, Id(1).PersistenceId);
        Deliver(Batch(1, 3, Output(0, "held up")));
        Deliver(Batch(2, 4, Opened(), Channel()));
        ExpectReleased(4);
        Deliver(Batch(2, 5, Output(0, "other")));
        ExpectReleased(5);
        AwaitAssert(() => Assert.Equal("other", Text(Recorded(2))));
        FailableJournal.Heal(_journal, Id(1).PersistenceId);
        ExpectReleased(3);
    }

    [Fact]
    public void A_write_wakes_the_feed()
    {
        Start(1);
        _feed.FishForMessage<FeedProtocol.JournalAdvanced>(_ => true);
    }

    [Fact]
    public void A_session_that_is_not_live_after_the_attachment_is_closed_as_unobserved()
    {
        Start(1);
        Sys.Stop(_router);
        var second = Sys.ActorOf(SessionRouter.Props(Settings(), _feed, ActorRefs.Nobody), "second");
        second.Tell(new SessionProtocol.Seeded(Epoch * 2, [Key(2)]));
        var asked = _feed.FishForMessage<FeedProtocol.GetOpenInJournal>(_ => true);
        Assert.Equal([Id(2)], asked.Live);
        second.Tell(new FeedProtocol.OpenInJournal([Id(1), Id(2)], asked.Live));
        AwaitAssert(() => Assert.Equal(SessionEnd.Unobserved, Assert.IsType<SessionClosed>(Recorded(1)[^1]).How));
        Assert.Empty(Recorded(2));
    }

    [Fact]
    public void A_session_without_a_channel_that_ends_while_the_daemon_begins_again_is_closed()
    {
        Start(1);
        Sys.Stop(_router);
        var second = Sys.ActorOf(SessionRouter.Props(Settings(), _feed, ActorRefs.Nobody), "second");
        // As the probe finds a connection that was there: without its sign-in, and without a channel there is nothing else.
        second.Tell(Batch(1, 10, Opened(existing: true)), TestActor);
        second.Tell(new SessionProtocol.Seeded(Epoch * 2, [Key(1)]));
        second.Tell(Batch(1, 11, new ConnectionClosed(At(2719), 255, 0)), TestActor);
        var asked = _feed.FishForMessage<FeedProtocol.GetOpenInJournal>(_ => true);
        second.Tell(new FeedProtocol.OpenInJournal([Id(1)], asked.Live));
        AwaitAssert(() => Assert.IsType<SessionClosed>(Recorded(1)[^1]));
    }

    [Fact]
    public void Draining_waits_for_what_is_not_yet_recorded()
    {
        Start(1);
        FailableJournal.Fail(_journal);
        Deliver(Batch(1, 3, Output(0, "hello")));
        _router.Tell(SessionProtocol.Drain.Instance, TestActor);
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        FailableJournal.Heal(_journal);
        ExpectReleased(3);
        ExpectMsg<SessionProtocol.Drained>(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_secret_in_output_is_covered_also_where_it_is_cut_and_what_waits_is_recorded_soon()
    {
        var redaction = new OutputRedaction(false, [OutputRedaction.Compile("PIN [0-9]{4}")]);
        var settings = _settings with
        {
            Context = _settings.Context with { Recording = new CurrentRecording(RecordingPolicy.Everything) { RedactsOutput = redaction } },
        };
        var router = Sys.ActorOf(SessionRouter.Props(settings, _feed, SignIns("others")), "others");
        ProbeBatch[] batches =
        [
            Batch(1, 1, Opened(), Channel()), Batch(1, 2, Output(0, "a PIN 1")), Batch(1, 3, Output(7, "234\r\n")), Batch(1, 4, Output(12, "$ ")),
            Batch(1, 5, Program(100)),
        ];
        foreach (var batch in batches)
            router.Tell(batch, TestActor);
        // The last one's output waits and keeps its order.
        for (ulong number = 1; number <= 5;)
            number = ExpectMsg<ProbeProtocol.Release>(TimeSpan.FromSeconds(15)).Batch.Position.Number + 1;
        AwaitAssert(() => Assert.Equal("a ********\r\n$ ", Text(Recorded(1))));
        Assert.Equal(1, Recorded(1).OfType<OutputRecorded>().Sum(o => o.Redacted));
        Assert.IsType<CommandStarted>(Recorded(1)[^1]);
        Assert.DoesNotContain(Recorded(1), e => e is LossRecorded);

        // Nothing follows: it is recorded all the same.
        router.Tell(Batch(1, 6, Output(14, "PIN")), TestActor);
        Assert.Equal(6ul, ExpectMsg<ProbeProtocol.Release>(TimeSpan.FromSeconds(15)).Batch.Position.Number);
        AwaitAssert(() => Assert.EndsWith("$ PIN", Text(Recorded(1)), StringComparison.Ordinal));
    }

    [Fact]
    public void The_chain_of_what_is_recorded_is_unbroken()
    {
        Start(1);
        Deliver(Batch(1, 3, Output(0, "hello"), Program(100)));
        ExpectReleased(3);
        var link = EventChain.Genesis(Id(1).PersistenceId);
        foreach (var sealedEvent in Journalled(1))
        {
            Assert.Equal(link, sealedEvent.PreviousHash.ToArray());
            Assert.True(EventChain.PayloadIsIntact(sealedEvent));
            link = EventChain.Link(sealedEvent);
        }
    }

    private void Start(int session)
    {
        Deliver(Batch(session, 1, Opened()));
        ExpectReleased(1);
        Deliver(Batch(session, 2, Channel()));
        ExpectReleased(2);
        AwaitAssert(() => Assert.NotEmpty(Recorded(session)));
    }

    private void Deliver(ProbeBatch batch) => _router.Tell(batch, TestActor);

    private void ExpectReleased(ulong number) => Assert.Equal(
        number, ExpectMsg<ProbeProtocol.Release>(TimeSpan.FromSeconds(15)).Batch.Position.Number);

    private IReadOnlyList<SessionSummary> Open() =>
        _router.Ask<SessionProtocol.OpenSessions>(SessionProtocol.GetOpenSessions.Instance, TimeSpan.FromSeconds(3)).Result.Sessions;

    private IActorRef Recorder(int session) => Sys
        .ActorSelection($"/user/sessions/{Id(session)}/recorder").ResolveOne(TimeSpan.FromSeconds(1)).GetAwaiter().GetResult();

    private IActorRef SignIns(string name = "sign-ins") => Sys.ActorOf(SignInKeeper.Props(Settings(), _feed), "sign-ins" + name);

    private static SignInRefused Refused(string user) => new(
        At(2718), Opened().Client, Opened().Server, user, false, "password", SignInFailure.UnknownUser, null);

    private List<SessionEvent> Recorded(int session) => Facts(Journalled(session));

    private static List<SessionEvent> Facts(List<JournalEvent> journalled) =>
        journalled.ConvertAll(e => ProtobufEventCodec.Instance.Decode(e.Manifest, e.Payload));

    private List<JournalEvent> Journalled(int session) => JournalDump.Read(Sys, Id(session).PersistenceId);
}
