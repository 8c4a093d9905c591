using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Feed;
using SshLog.Actors.Gateway;
using SshLog.Actors.Live;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Core.Sessions;
using SshLog.Formatting;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests.Live;

/// <summary>
/// Viewers and the screen they share; the test stands for the router (which records what it is told), for the journal and
/// for the operating system.
/// </summary>
public sealed class ViewerTests : TestKit, ISessionArchive, ISessionControl, IRoles
{
    private static readonly DateTimeOffset Time = DateTimeOffset.UnixEpoch;

    private readonly ConcurrentQueue<JournalledEvent> _events = new();
    private readonly ConcurrentQueue<string> _happened = new();
    private readonly Akka.TestKit.TestProbe _feed;
    private readonly GatewayServices _services;
    private SessionState _state;
    private bool _inside;
    private bool _canRecord = true;

    public ViewerTests()
        : base("akka.loglevel = OFF")
    {
        _feed = CreateTestProbe();
        _state = Facts().Aggregate(SessionState.Empty(Id(1)), (state, fact) => state.Apply(fact, default));
        foreach (var fact in Facts())
            Append(fact);
        var router = Sys.ActorOf(Akka.Actor.Props.Create(() => new RecordingRouter(this)));
        _services = new GatewayServices(
            router, ActorRefs.Nobody, _feed, null!, null!, this, null!, this,
            new GatewayProtocol.DaemonStatus("1.0", 1, Time, string.Empty, 0, 0, 0, "/state"))
        {
            Control = this,
            Typing = true,
        };
        _services = _services with { Live = Sys.ActorOf(LiveScreens.Props(_services)) };
    }

    [Fact]
    public void Late_viewer_gets_the_screen_and_then_what_follows_and_nothing_twice()
    {
        Print("before ");
        var viewer = Attach(Role.Observer, out var attached);
        Assert.Equal((0, ChannelKind.Pty, false), (attached.Channel, attached.Kind, attached.MayType));
        var screen = ScreenOf(Read(viewer));
        Assert.Equal((80, 24, "before"), (screen.Columns, screen.Rows, screen.TextAt(0)));

        Print("after");
        Grow();
        Assert.Equal("after", OutputOf(Read(viewer)));
        Append(new TerminalResized(Time, 0, 43, 132));
        Append(new LossRecorded(Time, LossCause.RingFull, null, 0, ChannelStream.Output, 0, 1, 7));
        Append(new SessionClosed(Time, SessionEnd.Exited, 0, null, 0, 0, 0));
        Grow();
        Assert.Equal([new LiveUpdate.Resized(132, 43), new LiveUpdate.Missing(7)], Read(viewer));
        Assert.IsType<LiveUpdate.Ended>(Assert.Single(Read(viewer)));
    }

    [Fact]
    public void What_comes_between_two_questions_is_for_the_next_one()
    {
        var viewer = Attach(Role.Observer, out _);
        ScreenOf(Read(viewer));
        viewer.Tell(new GatewayProtocol.ReadLive(), TestActor);
        viewer.Tell(ViewerActor.Waited.Instance);
        Assert.Empty(ExpectMsg<GatewayProtocol.LivePage>().Updates);
        Print("meanwhile");
        Grow();
        AwaitAssert(() => Assert.True(_read >= _events.Count));
        Assert.Equal("meanwhile", OutputOf(Read(viewer)));
        Print(", then");
        Grow();
        Assert.Equal(", then", OutputOf(Read(viewer)));
    }

    [Fact]
    public void A_viewer_that_does_not_keep_up_gets_the_screen_as_it_is_then()
    {
        var viewer = Attach(Role.Observer, out _);
        ScreenOf(Read(viewer));
        for (var i = 0; i < 100; i++)
            Print(new string('x', 10_000) + "\r\n");
        Print("the newest line");
        Grow();
        // It has not asked meanwhile; what comes first is a whole screen.
        AwaitAssert(() => Assert.True(_read >= _events.Count));
        var page = Read(viewer);
        Assert.IsType<LiveUpdate.ScreenPart>(page[0]);
        Assert.Contains("the newest line", Lines(ScreenOf(page)));
        Print("and on");
        Grow();
        Assert.Equal("and on", OutputOf(Read(viewer)));
    }

    [Fact]
    public void Watching_and_typing_are_recorded_before_they_happen()
    {
        var viewer = Attach(Role.Operator, out var attached);
        Assert.True(attached.MayType);
        Assert.IsType<GatewayProtocol.Typed>(Ask(viewer, new GatewayProtocol.TypeKeys("ls\r"u8.ToArray())));
        Assert.IsType<GatewayProtocol.Typed>(Ask(viewer, new GatewayProtocol.TypeKeys("id\r"u8.ToArray())));
        Sys.Stop(viewer);
        AwaitAssert(() => Assert.Equal(
            [
                "ViewerJoined user1000 pid 4711 True", "InputInjected 3", "typed 1:33 ls\r", "typed 1:33 id\r", "InputInjected 3",
                "ViewerLeft user1000 pid 4711",
            ],
            _happened));
    }

    [Fact]
    public void The_user_is_told_of_it_when_it_is_recorded_and_before_it_happens()
    {
        var viewer = Attach(Role.Operator, out _, notice: ViewerNotice.Watching);
        Ask(viewer, new GatewayProtocol.TypeKeys("ls"u8.ToArray()));
        Ask(viewer, new GatewayProtocol.TypeKeys("\r"u8.ToArray()));
        Assert.Equal(
            [
                "ViewerJoined user1000 pid 4711 True", "shown 1:33 user1000 (pid 4711) watches this session and may type into it.",
                "InputInjected 2", "shown 1:33 user1000 (pid 4711) types into this session.", "typed 1:33 ls", "typed 1:33 \r",
            ],
            _happened);
        _happened.Clear();
        Sys.Stop(viewer);
        AwaitAssert(() => Assert.Equal(
            ["InputInjected 1", "ViewerLeft user1000 pid 4711", "shown 1:33 user1000 (pid 4711) has left this session."], _happened.Order()));
    }

    [Fact]
    public void Of_several_terminals_one_is_named_or_they_are_said()
    {
        _state = _state.Apply(new ChannelOpened(Time, 1, ChannelKind.Pty, 34, At(2719), 24, 80, false), default)
            .Apply(new ChannelOpened(Time, 2, ChannelKind.Pipes, 5, At(2719), 0, 0, false), default);
        Append(new ChannelOpened(Time, 1, ChannelKind.Pty, 34, At(2719), 24, 80, false));
        Assert.Equal(1, Channel(new GatewayProtocol.Attach(Id(1), 1, false)));
        Assert.Equal(1, Channel(new GatewayProtocol.Attach(Id(1), null, false) { Tty = 34 }));
        Assert.Equal(0, Channel(new GatewayProtocol.Attach(Id(1), null, false) { First = true }));
        Refused(new GatewayProtocol.Attach(Id(1), null, false), GatewayProtocol.FailureCode.Ambiguous, "0 (tty 33), 1 (tty 34). ");
        Refused(new GatewayProtocol.Attach(Id(1), 7, false), GatewayProtocol.FailureCode.NotFound, "0 (tty 33), 1 (tty 34), 2 (no tty)");
        Refused(new GatewayProtocol.Attach(Id(1), null, false) { Tty = 9 }, GatewayProtocol.FailureCode.NotFound, "no terminal 9");

        int Channel(GatewayProtocol.Attach attach) => Assert.IsType<GatewayProtocol.Attached>(AttachReply(attach)).Channel;

        void Refused(GatewayProtocol.Attach attach, GatewayProtocol.FailureCode code, string why)
        {
            var failure = Assert.IsType<GatewayProtocol.Failure>(AttachReply(attach));
            Assert.Equal(code, failure.Code);
            Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Role.Observer, true, false, "operator")]
    [InlineData(Role.Operator, false, false, "sshlog.typing")]
    [InlineData(Role.Administrator, true, true, "without typing")]
    public void Keys_of_who_may_not_type_are_refused_whatever_the_client_claims(Role role, bool typing, bool readOnly, string why)
    {
        var viewer = Attach(role, out var attached, typing, readOnly);
        Assert.False(attached.MayType);
        var refused = Assert.IsType<GatewayProtocol.Failure>(Ask(viewer, new GatewayProtocol.TypeKeys("x"u8.ToArray())));
        Assert.Equal(GatewayProtocol.FailureCode.Denied, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_happened, h => h.StartsWith("typed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_session_is_not_shown_inside_itself()
    {
        _inside = true;
        var refused = Assert.IsType<GatewayProtocol.Failure>(AttachReply(Role.Operator, out var viewer));
        Assert.Contains("session you are in", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_happened);
        ExpectTerminated(viewer);
    }

    [Fact]
    public void A_session_that_is_over_is_not_shown()
    {
        _state = _state with { Closed = new SessionClosed(Time, SessionEnd.Exited, 0, null, 0, 0, 0) };
        var refused = Assert.IsType<GatewayProtocol.Failure>(AttachReply(Role.Observer, out var viewer));
        Assert.Equal(GatewayProtocol.FailureCode.NotFound, refused.Code);
        ExpectTerminated(viewer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_is_ended_even_where_that_cannot_be_recorded_which_is_said(bool canRecord)
    {
        _canRecord = canRecord;
        var killed = Assert.IsType<GatewayProtocol.SessionKilled>(await KillRequests.KillAsync(
            _services, new GatewayProtocol.KillSession(Id(1), "noon"), new ClientIdentity(1000, null, "pid 4711", 4711), Sys.Log));
        Assert.Equal(canRecord, !killed.How.Contains("could not be recorded", StringComparison.Ordinal));
        Assert.Equal(["KillRequested", "ended 1:33 noon"], _happened);
        _state = _state with { Closed = new SessionClosed(Time, SessionEnd.Exited, 0, null, 0, 0, 0) };
        Assert.IsType<GatewayProtocol.Failure>(await KillRequests.KillAsync(
            _services, new GatewayProtocol.KillSession(Id(1), "noon"), new ClientIdentity(1000, null, "pid 4711", 4711), Sys.Log));
    }

    [Fact]
    public void Viewers_share_a_screen_which_goes_with_the_last_of_them()
    {
        var first = Attach(Role.Observer, out _);
        var second = Attach(Role.Observer, out _);
        Assert.Equal(2, Count());
        Sys.Stop(first);
        AwaitAssert(() => Assert.Equal(1, Count()));
        Sys.Stop(second);
        AwaitAssert(() => Assert.Equal(0, Count()));
        Print("again");
        Assert.Equal("again", ScreenOf(Read(Attach(Role.Observer, out _))).TextAt(0));
    }

    IReadOnlyList<JournalledEvent> ISessionArchive.Read(SessionId session, long afterSequenceNr, int limit, int limitBytes)
    {
        Interlocked.Exchange(ref _read, Math.Max(_read, afterSequenceNr));
        return [.. _events.Where(e => e.SequenceNr > afterSequenceNr).Take(50)];
    }

    Task<string> ISessionControl.EndAsync(SessionKey process, IReadOnlyList<int> terminals, string reason)
    {
        _happened.Enqueue($"ended {process.Pid}:{string.Join(',', terminals)} {reason}");
        return Task.FromResult("The session has hung up.");
    }

    Task<string?> ISessionControl.TypeAsync(SessionKey process, int terminal, ReadOnlyMemory<byte> bytes)
    {
        _happened.Enqueue($"typed {process.Pid}:{terminal} {Encoding.UTF8.GetString(bytes.Span)}");
        return Task.FromResult<string?>(null);
    }

    Task<bool> ISessionControl.ShowAsync(SessionKey process, int terminal, Func<IAccounts, string> text)
    {
        _happened.Enqueue($"shown {process.Pid}:{terminal} {text(Settings().Context.Accounts)}");
        return Task.FromResult(true);
    }

    bool ISessionControl.IsInside(int pid, SessionKey process, IPEndPoint client) => _inside;

    Role IRoles.Of(PeerIdentity peer) => throw new NotSupportedException();

    public string GroupOf(Role role) => "sshlog-" + role;

    private long _read;

    private static SessionEvent[] Facts() =>
    [
        new SessionOpened(
            Time, "host", Guid.Empty, 1, At(2717), new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 22), false),
        new SignedIn(Time, "user1000", 1000),
        new ChannelOpened(Time, 0, ChannelKind.Pty, 33, At(2718), 24, 80, false),
    ];

    private static string OutputOf(IReadOnlyList<LiveUpdate> updates) => string.Concat(
        updates.Cast<LiveUpdate.Output>().Select(o => Encoding.UTF8.GetString(o.Bytes.Span)));

    private static Terminal.HeadlessTerminal ScreenOf(IReadOnlyList<LiveUpdate> updates) => ChannelScreen.LoadTerminal(
        updates.Cast<LiveUpdate.ScreenPart>().SelectMany(part => part.State.ToArray()).ToArray());

    private static IEnumerable<string> Lines(Terminal.HeadlessTerminal screen) => Enumerable.Range(0, screen.Rows).Select(screen.TextAt);

    private void Append(SessionEvent fact) => _events.Enqueue(new JournalledEvent(_events.Count + 1, Id(1), _events.Count + 1, fact));

    private void Print(string text) =>
        Append(new OutputRecorded(Time, 0, ChannelStream.Output, 0, Encoding.UTF8.GetBytes(text)));

    private void Grow()
    {
        var asked = _feed.FishForMessage<FeedProtocol.NotifyGrown>(_ => true);
        Assert.NotNull(asked);
        _feed.Reply(FeedProtocol.Grown.Instance);
    }

    private int Count()
    {
        _services.Live!.Tell(LiveProtocol.GetViewers.Instance, TestActor);
        return ExpectMsg<LiveProtocol.ViewerCounts>().Viewers.GetValueOrDefault(Id(1));
    }

    private GatewayProtocol.IReply AttachReply(GatewayProtocol.Attach attach) => AttachReply(_services, Role.Operator, attach, out _);

    private GatewayProtocol.IReply AttachReply(Role role, out IActorRef viewer) =>
        AttachReply(_services, role, new GatewayProtocol.Attach(Id(1), null, false), out viewer);

    private GatewayProtocol.IReply AttachReply(
        GatewayServices services, Role role, GatewayProtocol.Attach attach, out IActorRef viewer)
    {
        viewer = Sys.ActorOf(ViewerActor.Props(services, new ClientIdentity(1000, null, "pid 4711", 4711), role, attach, TestActor));
        Watch(viewer);
        return FishForMessage<GatewayProtocol.IReply>(_ => true);
    }

    private IActorRef Attach(
        Role role,
        out GatewayProtocol.Attached attached,
        bool typing = true,
        bool readOnly = false,
        ViewerNotice notice = ViewerNotice.Off)
    {
        attached = Assert.IsType<GatewayProtocol.Attached>(AttachReply(
            _services with { Typing = typing, Notice = notice }, role, new GatewayProtocol.Attach(Id(1), null, readOnly), out var viewer));
        Unwatch(viewer);
        return viewer;
    }

    private GatewayProtocol.IReply Ask(IActorRef viewer, GatewayProtocol.IRequest request)
    {
        viewer.Tell(request, TestActor);
        return ExpectMsg<GatewayProtocol.IReply>();
    }

    private IReadOnlyList<LiveUpdate> Read(IActorRef viewer) =>
        Assert.IsType<GatewayProtocol.LivePage>(Ask(viewer, GatewayProtocol.ReadLive.Instance)).Updates;

    private sealed class RecordingRouter : ReceiveActor
    {
        public RecordingRouter(ViewerTests test)
        {
            Receive<SessionProtocol.GetState>(_ => Sender.Tell(
                new SessionProtocol.CurrentState(test._state.Closed is null ? test._state : null)));
            Receive<SessionProtocol.Note>(note =>
            {
                test._happened.Enqueue(note.Fact(Time, Settings().Context.Accounts) switch
                {
                    ViewerJoined e => $"ViewerJoined {e.User} {e.From} {e.MayType}",
                    ViewerLeft e => $"ViewerLeft {e.User} {e.From}",
                    InputInjected e => $"InputInjected {e.Bytes}",
                    var other => other.GetType().Name,
                });
                Sender.Tell(new SessionProtocol.Noted(test._canRecord ? test._state : null));
            });
        }
    }
}
