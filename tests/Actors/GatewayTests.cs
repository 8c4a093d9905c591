using System.Net;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Feed;
using SshLog.Actors.Gateway;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests;

/// <summary>The gateway and its connections; the test stands for clients, router and feed.</summary>
public sealed class GatewayTests : TestKit, IRoles, IPeerDirectory, ICatalogue, IEventFeed, ISessionArchive
{
    private const string Ticket = "00112233445566778899aabbccddeeff";

    private readonly Akka.TestKit.TestProbe _router;
    private readonly Akka.TestKit.TestProbe _feed;
    private readonly Akka.TestKit.TestProbe _probe;
    private readonly IActorRef _gateway;
    private readonly List<SessionSummary> _catalogue = [];
    private readonly List<JournalledEvent> _events = [];
    private Role _role = Role.Observer;
    private Action? _left;

    public GatewayTests()
        : base("akka.loglevel = OFF")
    {
        (_router, _feed, _probe) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var daemon = new GatewayProtocol.DaemonStatus("1.0", 1, DateTimeOffset.UnixEpoch, string.Empty, 0, 0, 0, "/state");
        _gateway = Sys.ActorOf(
            GatewayActor.Props(new GatewayServices(_router, _probe, _feed, this, this, this, this, this, daemon)),
            GatewayProtocol.GatewayName);
    }

    long ICatalogue.Cursor => 0;

    string ICatalogue.Journal => string.Empty;

    [Fact]
    public void A_client_with_a_role_is_welcome()
    {
        var welcome = Assert.IsType<GatewayProtocol.Welcome>(Greet());
        Assert.Equal((GatewayProtocol.Version, "1.0", Role.Observer), (welcome.ProtocolVersion, welcome.DaemonVersion, welcome.Role));
    }

    [Fact]
    public void A_connection_that_nobody_opened_is_refused() =>
        AssertFailure(GatewayProtocol.FailureCode.Denied, Greet(ticket: "ffffffffffffffffffffffffffffffff"));

    [Fact]
    public void A_user_without_a_role_is_refused_and_gets_no_actor()
    {
        _role = Role.None;
        AssertFailure(GatewayProtocol.FailureCode.Denied, Greet());
        Assert.Throws<ActorNotFoundException>(Connection);
    }

    [Fact]
    public void Another_protocol_version_is_refused_with_both_versions()
    {
        var failure = AssertFailure(GatewayProtocol.FailureCode.VersionMismatch, Greet(version: 99));
        Assert.Contains("99", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_closes_takes_its_actor_with_it()
    {
        Greet();
        Watch(Connection());
        _left!();
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void Open_sessions_come_as_they_are_now_and_ended_ones_from_the_catalogue()
    {
        var open = Summary(1) with { Commands = 7 };
        _catalogue.AddRange([Summary(1), Ended(2)]);
        var list = Assert.IsType<GatewayProtocol.SessionList>(Ask(new GatewayProtocol.FindSessions(new SessionQuery()), open));
        Assert.Equal([(Id(2), 0L), (Id(1), 7L)], list.Sessions.OrderBy(s => s.Commands).Select(s => (s.Id, s.Commands)));
        list = Assert.IsType<GatewayProtocol.SessionList>(
            Ask(new GatewayProtocol.FindSessions(new SessionQuery(OnlyOpen: true)), open));
        Assert.Equal(Id(1), Assert.Single(list.Sessions).Id);
    }

    [Theory]
    [InlineData("33")]
    [InlineData("user1")]
    public void A_session_is_found_by_tty_or_user(string name)
    {
        _catalogue.Add(Ended(2));
        Assert.Equal(Id(1), Assert.IsType<GatewayProtocol.ResolvedSession>(Resolve(name, Summary(1))).Session.Id);
    }

    [Fact]
    public void A_session_is_found_by_its_id_and_a_unique_start_of_it()
    {
        _catalogue.Add(Ended(2));
        foreach (var name in new[] { Id(2).Text, Id(2).Text[..^2] })
            Assert.Equal(Id(2), Assert.IsType<GatewayProtocol.ResolvedSession>(Resolve(name)).Session.Id);
    }

    [Fact]
    public void An_ambiguous_name_lists_the_candidates()
    {
        var failure = AssertFailure(
            GatewayProtocol.FailureCode.Ambiguous, Resolve(Id(1).Text[..10], Summary(1), Summary(2)));
        Assert.Contains(Id(1).Text, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Id(2).Text, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_named()
    {
        var failure = AssertFailure(GatewayProtocol.FailureCode.NotFound, Resolve("nobody"));
        Assert.Contains("nobody", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_feed_answers_when_something_happens()
    {
        Greet();
        Connection().Tell(new GatewayProtocol.ReadFeed(GatewayProtocol.ReadFeed.FromNow), TestActor);
        _feed.ExpectMsg<FeedProtocol.GetCursor>();
        _feed.Reply(new FeedProtocol.Cursor(5));
        Assert.False(_feed.ExpectMsg<FeedProtocol.NotifyGrown>().ByOutput);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        var happened = new JournalledEvent(6, Id(1), 1, new SignedIn(DateTimeOffset.UnixEpoch, "user1", 1));
        _events.Add(happened);
        _feed.Reply(FeedProtocol.Grown.Instance);
        var page = ExpectMsg<GatewayProtocol.EventPage>();
        Assert.Equal([happened], page.Events);
        Assert.Equal(6, page.Cursor);
    }

    [Fact]
    public void A_second_question_to_the_feed_ends_the_first()
    {
        Greet();
        Connection().Tell(new GatewayProtocol.ReadFeed(5), TestActor);
        Connection().Tell(new GatewayProtocol.ReadFeed(5), TestActor);
        Assert.Empty(ExpectMsg<GatewayProtocol.EventPage>().Events);
    }

    [Fact]
    public void A_journal_is_read_page_by_page_to_its_end()
    {
        Greet();
        _events.Add(new JournalledEvent(6, Id(1), 1, new SignedIn(DateTimeOffset.UnixEpoch, "user1", 1)));
        Connection().Tell(new GatewayProtocol.ReadJournal(Id(1), 0), TestActor);
        Assert.Equal(1, ExpectMsg<GatewayProtocol.EventPage>().Cursor);
        Connection().Tell(new GatewayProtocol.ReadJournal(Id(1), 1), TestActor);
        Assert.True(ExpectMsg<GatewayProtocol.EventPage>().Ended);
    }

    [Fact]
    public void The_status_joins_probe_and_sessions()
    {
        Greet();
        Connection().Tell(GatewayProtocol.GetStatus.Instance, TestActor);
        _probe.ExpectMsg<ProbeProtocol.GetHealth>();
        _probe.Reply(new ProbeProtocol.Health(null, "No BTF."));
        _router.ExpectMsg<SessionProtocol.GetOpenSessions>();
        _router.Reply(new SessionProtocol.OpenSessions([Summary(1)]));
        var status = ExpectMsg<GatewayProtocol.DaemonStatus>();
        Assert.Equal(("No BTF.", 1, "/state"), (status.Probe, status.OpenSessions, status.StateDirectory));
    }

    Role IRoles.Of(PeerIdentity peer) => _role;

    public string GroupOf(Role role) => "sshlog-" + role;

    PeerIdentity? IPeerDirectory.Find(string ticket) => ticket == Ticket ? new PeerIdentity(1, 1000, 1000, []) : null;

    IDisposable IPeerDirectory.WhenLeft(string ticket, Action left)
    {
        _left = left;
        return new MemoryStream();
    }

    void ICatalogue.Apply(FeedPage page) => throw new NotSupportedException();

    IReadOnlyList<SessionSummary> ICatalogue.Find(SessionQuery query) => _catalogue.FindAll(query.Matches);

    IReadOnlyList<CommandSummary> ICatalogue.Commands(SessionId session, long afterSequenceNr, int limit, int limitBytes) => [];

    FeedPage IEventFeed.Read(long cursor, int limit, int limitBytes, bool withOutput)
    {
        var page = _events.FindAll(e => e.Ordering > cursor);
        return new FeedPage(page, page.Count > 0 ? page[^1].Ordering : cursor);
    }

    IReadOnlyList<JournalledEvent> ISessionArchive.Read(SessionId session, long afterSequenceNr, int limit, int limitBytes) =>
        _events.FindAll(e => e.SequenceNr > afterSequenceNr);

    private static SessionSummary Summary(int session) => new(
        Id(session), "user" + session, 1000, "host", session, new IPEndPoint(IPAddress.Loopback, 1),
        new IPEndPoint(IPAddress.Loopback, 22), DateTimeOffset.UnixEpoch, null, null, DateTimeOffset.UnixEpoch,
        string.Empty, [32 + session], 0, 0, 0);

    private static SessionSummary Ended(int session) => Summary(session) with { EndedAt = DateTimeOffset.UnixEpoch };

    private static GatewayProtocol.Failure AssertFailure(GatewayProtocol.FailureCode code, object reply)
    {
        var failure = Assert.IsType<GatewayProtocol.Failure>(reply);
        Assert.Equal(code, failure.Code);
        return failure;
    }

    private object Greet(string ticket = Ticket, int version = GatewayProtocol.Version)
    {
        _gateway.Tell(new GatewayProtocol.Hello(ticket, version, "1.0"), TestActor);
        return ExpectMsg<GatewayProtocol.IReply>();
    }

    private IActorRef Connection() => Sys
        .ActorSelection($"/user/{GatewayProtocol.GatewayName}/{GatewayProtocol.ConnectionName(Ticket)}")
        .ResolveOne(TimeSpan.FromSeconds(3)).GetAwaiter().GetResult();

    private object Resolve(string name, params SessionSummary[] open) => Ask(new GatewayProtocol.ResolveSession(name), open);

    private object Ask(GatewayProtocol.IRequest request, params SessionSummary[] open)
    {
        Greet();
        Connection().Tell(request, TestActor);
        _router.ExpectMsg<SessionProtocol.GetOpenSessions>();
        _router.Reply(new SessionProtocol.OpenSessions(open));
        // The catalogue catches up before it is asked.
        _feed.ExpectMsg<FeedProtocol.GetCursor>();
        _feed.Reply(new FeedProtocol.Cursor(0));
        return ExpectMsg<GatewayProtocol.IReply>();
    }
}
