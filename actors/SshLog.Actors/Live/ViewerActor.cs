using Akka.Actor;
using SshLog.Actors.Gateway;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Live;

/// <summary>
/// One viewer of one channel, from attaching to leaving: both stand in the session's recording, and so does typing before
/// the first key. Child of the <see cref="ConnectionActor"/>, which answers for it what it is told to.
/// <code>
/// Attaching --state, not inside, joined recorded, screen ready--> Watching --stopped, session over--> gone
/// </code>
/// </summary>
internal sealed class ViewerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Keys typed in so short a time make one event.</summary>
    private static readonly TimeSpan TypingWindow = TimeSpan.FromSeconds(5);

    private readonly GatewayServices _services;
    private readonly ClientIdentity _client;
    private readonly GatewayProtocol.Attach _request;
    private readonly string _whyNot;
    private readonly IActorRef _asker;
    private readonly ViewerNotes _notes;
    private IActorRef _screen = ActorRefs.Nobody;
    private IActorRef _reading = ActorRefs.Nobody;
    private IActorRef _typing = ActorRefs.Nobody;
    private SessionKey _process;
    private ChannelState? _channel;
    private bool _hasJoined;
    private bool _typingIsRecorded;
    private bool _typingIsAnnounced;
    private bool _refusalIsRecorded;
    private ReadOnlyMemory<byte> _keys;
    private long _unrecorded;
    private IReadOnlyList<LiveUpdate>? _unread;
    private string? _over;

    public ViewerActor(GatewayServices services, ClientIdentity client, Role role, GatewayProtocol.Attach request, IActorRef asker)
    {
        (_services, _client, _request, _asker) = (services, client, request, asker);
        _whyNot = WhyNotType(services, role, request);
        _notes = new ViewerNotes(services.Router, request.Session, client);
        Attaching();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool MayType => _whyNot.Length == 0 && !_request.ReadOnly;

    public static Props Props(
        GatewayServices services, ClientIdentity client, Role role, GatewayProtocol.Attach request, IActorRef asker) =>
        Akka.Actor.Props.Create(() => new ViewerActor(services, client, role, request, asker));

    protected override void PreStart() => _services.Router
        .Ask<SessionProtocol.CurrentState>(new SessionProtocol.GetState(_request.Session), Patience)
        .PipeTo(Self, failure: e => new Failed(GatewayProtocol.FailureCode.Unavailable, e.Message));

    protected override void PostStop()
    {
        RecordTyping();
        if (!_hasJoined)
            return;
        _notes.Left(_channel!.Number);
        if (_screen.IsNobody())
            return;
        // Nobody waits for it; the terminal may be gone.
        _ = AnnounceAsync(ViewerNotice.Watching, "has left this session");
    }

    private static string WhyNotType(GatewayServices services, Role role, GatewayProtocol.Attach request) => true switch
    {
        _ when request.ReadOnly => string.Empty,
        _ when !services.Typing || services.Control is null =>
            "Typing into sessions is off (setting sshlog.typing).",
        _ when role < Role.Operator =>
            services.WhyNot("Typing", Role.Operator, role),
        _ => string.Empty,
    };

    private void Attaching()
    {
        Receive<SessionProtocol.CurrentState>(current => Join(current.State));
        Receive<SessionProtocol.Noted>(noted => Show(noted.State is not null));
        Receive<LiveProtocol.Watching>(_ => BeginWatching());
        Receive<LiveProtocol.NotShown>(not => Refuse(GatewayProtocol.FailureCode.NotFound, not.Why));
        Receive<Failed>(failed => Refuse(failed.Code, failed.Message));
        Receive<GatewayProtocol.IRequest>(_ => Tell(
            Sender, new GatewayProtocol.Failure(GatewayProtocol.FailureCode.BadRequest, "Wait for the answer to attaching.")));
    }

    private void Watching()
    {
        Receive<GatewayProtocol.ReadLive>(_ => Read());
        Receive<GatewayProtocol.TypeKeys>(TypeKeys);
        Receive<LiveProtocol.Page>(page => PassOn(page.Updates));
        Receive<Waited>(_ => AnswerReading(new GatewayProtocol.LivePage([])));
        Receive<SessionProtocol.Noted>(noted => TypeRecorded(noted.State is not null));
        Receive<TypingDone>(done => AnswerTyping(done.Problem is null
            ? GatewayProtocol.Typed.Instance
            : new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, done.Problem)));
        Receive<TypingWindowOver>(_ => RecordTyping());
        Receive<Terminated>(_ => End());
        Receive<Failed>(failed => AnswerTyping(new GatewayProtocol.Failure(failed.Code, failed.Message)));
    }

    private void Join(SessionState? state)
    {
        if (state?.Opened is not { } opened)
        {
            Refuse(GatewayProtocol.FailureCode.NotFound, "That session is not open; sshlog replay shows what was recorded.");
            return;
        }

        _channel = WatchedChannel.Find(_request, state, out var failure);
        _process = new SessionKey(opened.MonitorStartedAt, opened.MonitorPid);
        if (_channel is null)
            Refuse(failure!.Code, failure.Message);
        else if (_client.Pid is { } pid && _services.Control?.IsInside(pid, _process, opened.Client) == true)
            Refuse(GatewayProtocol.FailureCode.BadRequest, "That is the session you are in: it would show itself for ever.");
        else
            PipeNoted(_notes.JoinedAsync(_channel.Number, MayTypeHere()));
    }

    private bool MayTypeHere() => MayType && _channel!.Kind == ChannelKind.Pty;

    private void Show(bool isRecorded)
    {
        if (!isRecorded)
        {
            Refuse(
                GatewayProtocol.FailureCode.Unavailable,
                "That session has just ended, or cannot be recorded now; nobody watches unrecorded.");
            return;
        }

        _hasJoined = true;
        _services.Live!.Tell(new LiveProtocol.Watch(_request.Session, _channel!.Number));
    }

    private void BeginWatching()
    {
        _screen = Context.Watch(Sender);
        _ = AnnounceAsync(ViewerNotice.Watching, MayTypeHere() ? "watches this session and may type into it" : "watches this session");
        var whyNot = MayType && !MayTypeHere() ? "This channel has no terminal to type into." : _whyNot;
        Tell(_asker, new GatewayProtocol.Attached(_channel!.Number, _channel.Kind, MayTypeHere(), whyNot));
        Become(Watching);
    }

    private void Read()
    {
        AnswerReading(new GatewayProtocol.LivePage([]));
        _reading = Sender;
        if (_unread is { } unread)
        {
            _unread = null;
            AnswerReading(new GatewayProtocol.LivePage(unread));
            return;
        }

        if (_over is not null)
        {
            AnswerReading(new GatewayProtocol.LivePage([new LiveUpdate.Ended(_over)]));
            return;
        }

        Timers.StartSingleTimer(nameof(Waited), Waited.Instance, GatewayProtocol.ReadFeed.LongestWait);
        _screen.Tell(LiveProtocol.Read.Instance);
    }

    // What comes between the answer that nothing came and the next question is for that one.
    private void PassOn(IReadOnlyList<LiveUpdate> updates)
    {
        if (_reading.IsNobody())
            _unread = updates;
        else
            AnswerReading(new GatewayProtocol.LivePage(updates));
    }

    private void TypeKeys(GatewayProtocol.TypeKeys keys)
    {
        if (!MayTypeHere())
            RefuseKeys();
        else if (!_typing.IsNobody() || keys.Bytes.Length is 0 or > GatewayProtocol.TypeKeys.MostBytes)
            Tell(Sender, new GatewayProtocol.Failure(GatewayProtocol.FailureCode.BadRequest, "Ask again after the answer, with 1 to 16,384 bytes."));
        else
            BeginTyping(keys.Bytes);
    }

    /// <summary>No honest client asks for it, having been told that it may not.</summary>
    private void RefuseKeys()
    {
        var why = _whyNot.Length > 0 ? _whyNot : "You watch without typing.";
        Tell(Sender, new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Denied, why));
        if (!_refusalIsRecorded)
            _notes.Refused("type", why);
        _refusalIsRecorded = true;
    }

    private void BeginTyping(ReadOnlyMemory<byte> bytes)
    {
        _typing = Sender;
        _keys = bytes;
        if (_typingIsRecorded)
        {
            _unrecorded += bytes.Length;
            Write();
        }
        else
        {
            PipeNoted(_notes.TypedAsync(_channel!.Number, bytes.Length));
        }
    }

    private void TypeRecorded(bool isRecorded)
    {
        if (!isRecorded)
        {
            AnswerTyping(new GatewayProtocol.Failure(
                GatewayProtocol.FailureCode.Unavailable, "It cannot be recorded now; nobody types unrecorded."));
            return;
        }

        _typingIsRecorded = true;
        Timers.StartSingleTimer(nameof(TypingWindowOver), TypingWindowOver.Instance, TypingWindow);
        Write();
    }

    private void Write() => TypeAsync(_keys)
        .PipeTo(Self, success: problem => new TypingDone(problem), failure: e => new TypingDone(e.Message));

    private async Task<string?> TypeAsync(ReadOnlyMemory<byte> keys)
    {
        if (!_typingIsAnnounced)
        {
            _typingIsAnnounced = true;
            await AnnounceAsync(ViewerNotice.Typing, "types into this session").ConfigureAwait(false);
        }

        return await _services.Control!.TypeAsync(_process, (int)_channel!.Index, keys).ConfigureAwait(false);
    }

    /// <summary>Tells the watched user, if that is set and there is a terminal.</summary>
    private Task AnnounceAsync(ViewerNotice least, string does)
    {
        var client = _client;
        return _services.Notice < least || _services.Control is not { } control || _channel is not { Kind: ChannelKind.Pty } channel
            ? Task.CompletedTask
            : control.ShowAsync(_process, (int)channel.Index, accounts => $"{client.NameBy(accounts)} ({client.From}) {does}.");
    }

    private void RecordTyping()
    {
        _typingIsRecorded = false;
        var bytes = _unrecorded;
        _unrecorded = 0;
        if (bytes > 0)
            _notes.Typed(_channel!.Number, bytes);
    }

    private void End()
    {
        _over = "The daemon shows it no more; attach again.";
        if (!_reading.IsNobody())
            AnswerReading(new GatewayProtocol.LivePage([new LiveUpdate.Ended(_over)]));
    }

    private void Refuse(GatewayProtocol.FailureCode code, string why)
    {
        Tell(_asker, new GatewayProtocol.Failure(code, why));
        Context.Stop(Self);
    }

    private void AnswerReading(GatewayProtocol.IReply reply)
    {
        if (_reading.IsNobody())
            return;
        Timers.Cancel(nameof(Waited));
        Tell(_reading, reply);
        _reading = ActorRefs.Nobody;
    }

    private void AnswerTyping(GatewayProtocol.IReply reply)
    {
        if (!_typing.IsNobody())
            Tell(_typing, reply);
        _typing = ActorRefs.Nobody;
    }

    // Replies come from the connection's own actor: it is the one a client may be answered by.
    private static void Tell(IActorRef client, GatewayProtocol.IReply reply) => client.Tell(reply, Context.Parent);

    private void PipeNoted(Task<SessionProtocol.Noted> noted) => noted
        .PipeTo(Self, failure: e => new Failed(GatewayProtocol.FailureCode.Unavailable, $"It cannot be recorded: {e.Message}"));

    private sealed record Failed(GatewayProtocol.FailureCode Code, string Message);

    private sealed record TypingDone(string? Problem);

    /// <summary>Nothing came for as long as one waits; a test says so sooner.</summary>
    internal sealed record Waited
    {
        public static readonly Waited Instance = new();
    }

    private sealed record TypingWindowOver
    {
        public static readonly TypingWindowOver Instance = new();
    }
}
