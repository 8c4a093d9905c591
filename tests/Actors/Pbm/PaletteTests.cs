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

namespace SshLog.Actors.Tests.Pbm;

/// <summary>The palette <c>sshlog</c> through a connection of the gateway; the test stands for client, router and feed.</summary>
public sealed class PaletteTests : TestKit, IRoles, IPeerDirectory, IEventFeed, ICatalogue
{
    private const string Ticket = "00112233445566778899aabbccddeeff";

    private readonly Akka.TestKit.TestProbe _router;
    private readonly Akka.TestKit.TestProbe _feed;
    private readonly Akka.TestKit.TestProbe _probe;
    private readonly List<JournalledEvent> _events = [];
    private readonly GatewayServices _services;
    private readonly List<string> _levels = [];
    private IActorRef _connection;

    public PaletteTests()
        : base("akka.loglevel = OFF")
    {
        (_router, _feed, _probe) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var daemon = new GatewayProtocol.DaemonStatus("1.0", 1, DateTimeOffset.UnixEpoch, string.Empty, 0, 0, 0, "/state");
        var services = new GatewayServices(_router, _probe, _feed, this, this, null!, this, this, daemon);
        services = services with { LogLevel = _levels.Add };
        _services = services with { Palettes = Palettes.Start(Sys, services) };
        _connection = Connect(Role.Observer);
    }

    [Fact]
    public void Without_a_palette_all_commands_are_listed()
    {
        var output = Run(string.Empty);
        Assert.True(output.Ended);
        Assert.Contains(output.Lines, line => line.StartsWith("sshlog watch", StringComparison.Ordinal));
        Assert.Equal(output.Lines, Run("sshlog").Lines);
    }

    [Theory]
    [InlineData("nothing", "sessions", "No palette is called 'nothing'")]
    [InlineData("sshlog", "fly", "sessions, health, watch")]
    [InlineData("sshlog", "sessions -x 1", "'-x' is no argument of 'sessions'")]
    [InlineData("sshlog", "sessions -u", "'-u' needs a value")]
    public void What_makes_no_sense_is_answered_with_what_would(string palette, string words, string expected)
    {
        var output = Run(palette, words.Split(' '));
        Assert.Equal((true, true), (output.Ended, output.Failed));
        Assert.Contains(expected, Assert.Single(output.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_sessions_are_listed_of_one_user_if_asked()
    {
        Assert.False(Run("sshlog", "sessions", "--user", "user2").Ended);
        _router.ExpectMsg<SessionProtocol.GetOpenSessions>();
        _router.Reply(new SessionProtocol.OpenSessions([Summary(1), Summary(2)]));
        var output = Read();
        Assert.Equal((true, false), (output.Ended, output.Failed));
        Assert.Contains("user2", Assert.Single(output.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Health_names_the_probe_and_its_losses()
    {
        Run("sshlog", "health");
        _router.ExpectMsg<SessionProtocol.GetOpenSessions>();
        _router.Reply(new SessionProtocol.OpenSessions([Summary(1)]));
        _probe.ExpectMsg<ProbeProtocol.GetHealth>();
        _probe.Reply(new ProbeProtocol.Health(null, "no BTF"));
        Assert.Equal(["probe: no BTF", "open sessions: 1", "lost: 0 records, 0 bytes"], Read().Lines);
    }

    [Fact]
    public void Watching_shows_events_as_they_come_until_another_command_is_run()
    {
        Run("sshlog", "watch");
        _feed.ExpectMsg<FeedProtocol.GetCursor>();
        _feed.Reply(new FeedProtocol.Cursor(0));
        Assert.False(_feed.ExpectMsg<FeedProtocol.NotifyGrown>().ByOutput);
        var watcher = _feed.LastSender;
        _events.Add(new JournalledEvent(7, Id(1), 2, new SignedIn(DateTimeOffset.UnixEpoch, "ali\ace", 1000)));
        _feed.Reply(FeedProtocol.Grown.Instance);
        var output = Read();
        Assert.False(output.Ended);
        Assert.EndsWith("ali\\x07ce signed in", Assert.Single(output.Lines), StringComparison.Ordinal);
        _feed.ExpectMsg<FeedProtocol.NotifyGrown>();

        Watch(watcher);
        Run(string.Empty);
        ExpectTerminated(watcher);
    }

    [Theory]
    [InlineData("kill --session user1 --reason test", "needs the role operator")]
    [InlineData("rules-reload", "needs the role administrator")]
    [InlineData("log-level --level debug", "needs the role administrator")]
    public void What_changes_something_needs_a_role(string words, string expected)
    {
        Run("sshlog", words.Split(' '));
        if (words.StartsWith("kill", StringComparison.Ordinal))
        {
            _router.ExpectMsg<SessionProtocol.GetOpenSessions>();
            _router.Reply(new SessionProtocol.OpenSessions([Summary(1)]));
            _feed.ExpectMsg<FeedProtocol.GetCursor>();
            _feed.Reply(new FeedProtocol.Cursor(0));
        }

        var output = Read();
        Assert.True(output.Failed);
        Assert.Contains(expected, Assert.Single(output.Lines), StringComparison.Ordinal);
        Assert.Empty(_levels);
    }

    [Fact]
    public void An_administrator_changes_what_is_logged()
    {
        _connection = Connect(Role.Administrator);
        Run("sshlog", "log-level", "--level", "debug");
        Assert.Equal(["The daemon logs from debug on."], Read().Lines);
        Assert.Equal(["debug"], _levels);
        Run("sshlog", "log-level", "-l", "loud");
        Assert.Contains("debug, info, warning or error", Assert.Single(Read().Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Actions_are_listed()
    {
        Run("sshlog", "actions");
        Assert.Equal(["There are no actions."], Read().Lines);
    }

    [Fact]
    public void Reading_when_nothing_runs_is_an_error()
    {
        _connection.Tell(GatewayProtocol.ReadPalette.Instance, TestActor);
        Assert.Equal(GatewayProtocol.FailureCode.BadRequest, ExpectMsg<GatewayProtocol.Failure>().Code);
    }

    Role IRoles.Of(PeerIdentity peer) => Role.Observer;

    public string GroupOf(Role role) => "sshlog-" + role;

    PeerIdentity? IPeerDirectory.Find(string ticket) => null;

    string ICatalogue.Journal => string.Empty;

    long ICatalogue.Cursor => 0;

    void ICatalogue.Apply(FeedPage page) => throw new NotSupportedException();

    IReadOnlyList<SessionSummary> ICatalogue.Find(SessionQuery query) => [];

    IReadOnlyList<CommandSummary> ICatalogue.Commands(SessionId session, long afterSequenceNr, int limit, int limitBytes) => [];

    IDisposable IPeerDirectory.WhenLeft(string ticket, Action left) => new MemoryStream();

    FeedPage IEventFeed.Read(long cursor, int limit, int limitBytes, bool withOutput)
    {
        var page = _events.FindAll(e => e.Ordering > cursor);
        return new FeedPage(page, page.Count > 0 ? page[^1].Ordering : cursor);
    }

    private IActorRef Connect(Role role) => Sys.ActorOf(ConnectionActor.Props(_services, ClientIdentity.Of(null), role, Ticket));

    private GatewayProtocol.PaletteOutput Run(string palette, params string[] words)
    {
        _connection.Tell(new GatewayProtocol.RunPalette(palette, words), TestActor);
        return ExpectMsg<GatewayProtocol.PaletteOutput>();
    }

    private GatewayProtocol.PaletteOutput Read()
    {
        _connection.Tell(GatewayProtocol.ReadPalette.Instance, TestActor);
        return ExpectMsg<GatewayProtocol.PaletteOutput>();
    }

    private static SessionSummary Summary(int session) => new(
        Id(session), "user" + session, 1000, "host", session, new IPEndPoint(IPAddress.Loopback, 1),
        new IPEndPoint(IPAddress.Loopback, 22), DateTimeOffset.UnixEpoch, null, null, DateTimeOffset.UnixEpoch,
        string.Empty, [32 + session], 0, 0, 0);
}
