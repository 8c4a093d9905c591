using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Actors.Live;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>
/// Serves one client's connection with that client's role; lives as long as the connection. Child of the
/// <see cref="GatewayActor"/>. What needs more than an observer is refused here, whatever the client is; a client without a role
/// gets no such actor.
/// </summary>
internal sealed class ConnectionActor : ReceiveActor, IWithTimers
{
    private const int PageEvents = 400;

    // With its last event (64 KiB at most) a page stays below half the frame limit.
    private const int PageBytes = 64 * 1024;
    private const int LargestFrame = 192 * 1024;
    private static readonly TimeSpan InternalAnswer = TimeSpan.FromSeconds(5);

    private readonly GatewayServices _services;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IDisposable? _leave;
    private readonly Refusals _refusals;
    private readonly Role _role;
    private readonly ClientIdentity _client;
    private PendingFeed? _pending;
    private IActorRef _palette = ActorRefs.Nobody;
    private IActorRef _viewer = ActorRefs.Nobody;
    private SessionId? _watched;

    public ConnectionActor(GatewayServices services, ClientIdentity client, Role role, string? ticket)
    {
        _services = services;
        _role = role;
        _client = client;
        _refusals = new Refusals(services, client, _log);
        var self = Self;
        _leave = ticket is null ? null : services.Peers.WhenLeft(ticket, () => self.Tell(PoisonPill.Instance, ActorRefs.NoSender));
        _log.Debug("Serving {0} as {1}", client.From, role);

        Serve<GatewayProtocol.FindSessions>(Role.Observer, find => AskOpenSessions(new Question(Sender, find.Query, null)));
        Serve<GatewayProtocol.ResolveSession>(Role.Observer, resolve => AskOpenSessions(new Question(Sender, new SessionQuery(Limit: int.MaxValue), resolve.Name)));
        Serve<GatewayProtocol.ListCommands>(
            Role.Observer, list => AnswerLater(Sender, ListCommandsAsync(list)));
        Serve<GatewayProtocol.ReadJournal>(Role.Observer, read => Sender.Tell(ReadJournal(read)));
        Serve<GatewayProtocol.ReadFeed>(Role.Observer, read => ReadFeed(new PendingFeed(Sender, read.Cursor)));
        Serve<GatewayProtocol.GetStatus>(Role.Observer, _ => AnswerLater(Sender, ReadStatusAsync()));
        Serve<GatewayProtocol.RunPalette>(Role.Observer, run => Sender.Tell(RunPalette(run)));
        Serve<GatewayProtocol.ReadPalette>(Role.Observer, ReadPalette);
        Serve<GatewayProtocol.GetFrame>(Role.Observer, get => Sender.Tell(ReadFrame(get)));
        Serve<GatewayProtocol.FindText>(Role.Observer, find => Sender.Tell(SearchRequests.Find(_services, find)));
        Serve<GatewayProtocol.OpenBundle>(Role.Observer, open => Sender.Tell(EvidenceRequests.Open(_services, open, _client)));
        Serve<GatewayProtocol.ReadSealed>(Role.Observer, read => Sender.Tell(EvidenceRequests.Read(_services, read)));
        Serve<GatewayProtocol.ListKeys>(Role.Observer, _ => Sender.Tell(EvidenceRequests.Keys(_services)));
        Serve<GatewayProtocol.RotateKey>(Role.Administrator, _ => AnswerLater(Sender, EvidenceRequests.RotateAsync(_services, _client)));
        Serve<GatewayProtocol.ListHolds>(Role.Observer, list => AnswerLater(Sender, RecordingRequests.HoldsAsync(_services, list.After)));
        Serve<GatewayProtocol.ReloadConfiguration>(
            Role.Administrator, _ => AnswerLater(Sender, ConfigurationRequests.ReloadAsync(_services.Configuration, role)));
        Serve<GatewayProtocol.ListActions>(Role.Observer, _ => AnswerLater(Sender, ActionRequests.ListAsync(_services)));
        Serve<GatewayProtocol.ChangeAction>(
            Role.Administrator, change => AnswerLater(Sender, ActionRequests.ChangeAsync(_services, change)));
        Serve<GatewayProtocol.KillSession>(
            Role.Operator, kill => AnswerLater(Sender, KillRequests.KillAsync(_services, kill, _client, _log)));
        Serve<GatewayProtocol.ChangeRecording>(
            Role.Administrator, change => AnswerLater(Sender, RecordingRequests.ChangeAsync(_services, change, _client)));
        Serve<ChangeLogLevel>(Role.Administrator, change => Sender.Tell(LogLevelRequests.Change(_services, Context.System, change)));
        Serve<GatewayProtocol.Attach>(Role.Observer, Attach);
        Serve<GatewayProtocol.ReadLive>(Role.Observer, AskViewer);
        Serve<GatewayProtocol.TypeKeys>(Role.Operator, AskViewer);
        Serve<GatewayProtocol.Detach>(Role.Observer, _ => Detach());

        Receive<Answer>(answer => answer.Client.Tell(answer.Reply));
        Receive<Terminated>(gone => _viewer = gone.ActorRef.Equals(_viewer) ? ActorRefs.Nobody : _viewer);
        Receive<FeedProtocol.Cursor>(Begin);
        Receive<FeedProtocol.Grown>(_ => Continue());
        Receive<FeedWaited>(_ => AnswerEmpty());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    /// <param name="services">See there.</param>
    /// <param name="client">Who is served.</param>
    /// <param name="role">What they may do.</param>
    /// <param name="ticket">The socket connection that it ends with; null for none.</param>
    public static Props Props(GatewayServices services, ClientIdentity client, Role role, string? ticket = null) =>
        Akka.Actor.Props.Create(() => new ConnectionActor(services, client, role, ticket));

    protected override void PostStop()
    {
        _leave?.Dispose();
        _services.Feed.Tell(FeedProtocol.ForgetMe.Instance);
    }

    private void Serve<TRequest>(Role needed, Action<TRequest> serve)
        where TRequest : GatewayProtocol.IRequest =>
        Receive<TRequest>(request =>
        {
            try
            {
                if (_role >= needed)
                    serve(request);
                else
                    Sender.Tell(Refuse(needed, request));
            }
            catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
            {
                Sender.Tell(new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, e.Message));
            }
        });

    private GatewayProtocol.Failure Refuse(Role needed, GatewayProtocol.IRequest request)
    {
        var why = _services.WhyNot("This", needed, _role);
        _refusals.Add(request, _viewer.IsNobody() ? null : _watched, why);
        return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Denied, why);
    }

    private void AskOpenSessions(Question question) =>
        OpenSessionsAsync().PipeTo(
            Self,
            success: open => new Answer(question.Client, SessionFinder.Reply(question, open, _services.Catalogue)),
            failure: e => new Answer(question.Client, Unavailable(e)));

    private async Task<IReadOnlyList<SessionSummary>> OpenSessionsAsync()
    {
        var open = await _services.Router.Ask<SessionProtocol.OpenSessions>(SessionProtocol.GetOpenSessions.Instance, InternalAnswer)
            .ConfigureAwait(false);
        await CatchUpAsync().ConfigureAwait(false);
        if (_services.Live is not { } live)
            return open.Sessions;
        var counts = await live.Ask<LiveProtocol.ViewerCounts>(LiveProtocol.GetViewers.Instance, InternalAnswer).ConfigureAwait(false);
        return [.. open.Sessions.Select(s => s with { Viewers = counts.Viewers.GetValueOrDefault(s.Id) })];
    }

    private async Task<GatewayProtocol.IReply> ListCommandsAsync(GatewayProtocol.ListCommands list)
    {
        await CatchUpAsync().ConfigureAwait(false);
        return new GatewayProtocol.CommandList(_services.Catalogue.Commands(list.Session, list.AfterSequenceNr, PageEvents, PageBytes));
    }

    // Who has seen an event must find its consequences in the catalogue.
    private Task<FeedProtocol.Cursor> CatchUpAsync() => _services.Feed.Ask<FeedProtocol.Cursor>(FeedProtocol.GetCursor.Instance, InternalAnswer);

    private void Attach(GatewayProtocol.Attach attach)
    {
        Context.Stop(_viewer);
        _watched = attach.Session;
        _viewer = _services.Live is null
            ? ActorRefs.Nobody
            : Context.Watch(Context.ActorOf(ViewerActor.Props(_services, _client, _role, attach, Sender)));
        if (_viewer.IsNobody())
            Sender.Tell(new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, "This daemon shows no live sessions."));
    }

    private void AskViewer(GatewayProtocol.IRequest request)
    {
        if (_viewer.IsNobody())
            Sender.Tell(new GatewayProtocol.Failure(GatewayProtocol.FailureCode.BadRequest, "Nothing is being watched: attach first."));
        else
            _viewer.Forward(request);
    }

    private void Detach()
    {
        Context.Stop(_viewer);
        _viewer = ActorRefs.Nobody;
        Sender.Tell(GatewayProtocol.Detached.Instance);
    }

    private void AnswerLater(IActorRef client, Task<GatewayProtocol.IReply> reply) =>
        reply.PipeTo(Self, success: r => new Answer(client, r), failure: e => new Answer(client, Unavailable(e)));

    private async Task<GatewayProtocol.IReply> ReadStatusAsync() => await StatusReader.ReadAsync(_services).ConfigureAwait(false);

    private GatewayProtocol.EventPage ReadJournal(GatewayProtocol.ReadJournal read)
    {
        var events = _services.Archive.Read(read.Session, read.AfterSequenceNr, PageEvents, PageBytes);
        var cursor = events.Count > 0 ? events[^1].SequenceNr : read.AfterSequenceNr;
        return new GatewayProtocol.EventPage(events, cursor, Ended: events.Count == 0);
    }

    private GatewayProtocol.Frame ReadFrame(GatewayProtocol.GetFrame get)
    {
        var found = get.UpTo is { } time
            ? _services.Screens?.LatestAt(get.Session, get.Channel, time)
            : _services.Screens?.Latest(get.Session, get.Channel, get.UpToSequenceNr);
        // What does not fit a frame of the socket (a huge window full of colours) is done without.
        return new GatewayProtocol.Frame(found?.State.Length <= LargestFrame ? found : null);
    }

    private void ReadFeed(PendingFeed request)
    {
        // One question at a time: a client that asks again has given up the first one.
        AnswerEmpty();
        _pending = request;
        Timers.StartSingleTimer(nameof(FeedWaited), FeedWaited.Instance, GatewayProtocol.ReadFeed.LongestWait);
        if (request.Cursor == GatewayProtocol.ReadFeed.FromNow)
            _services.Feed.Tell(FeedProtocol.GetCursor.Instance);
        else
            AnswerOrWait(request);
    }

    private void Begin(FeedProtocol.Cursor now)
    {
        if (_pending is not { Cursor: GatewayProtocol.ReadFeed.FromNow } pending)
            return;
        _pending = pending with { Cursor = now.Ordering };
        AnswerOrWait(_pending);
    }

    private void Continue()
    {
        if (_pending is { Cursor: not GatewayProtocol.ReadFeed.FromNow } pending)
            AnswerOrWait(pending);
    }

    private void AnswerOrWait(PendingFeed pending)
    {
        // Whatever is written from here on is told.
        _services.Feed.Tell(FeedProtocol.NotifyGrown.ButByOutput);
        try
        {
            var page = _services.Journal.Read(pending.Cursor, PageEvents, PageBytes, withOutput: false);
            if (page.Events.Count > 0)
                AnswerPending(new GatewayProtocol.EventPage(page.Events, page.Cursor, Ended: false));
            else
                _pending = pending with { Cursor = page.Cursor };
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
        {
            AnswerPending(Unavailable(e));
        }
    }

    private GatewayProtocol.IReply RunPalette(GatewayProtocol.RunPalette request)
    {
        if (_services.Palettes is not { } palettes)
        {
            return new GatewayProtocol.Failure(
                GatewayProtocol.FailureCode.Unavailable, "This daemon serves no palettes here.");
        }

        var answer = palettes.Find(request, out var run);
        if (!_palette.IsNobody())
            Context.Stop(_palette);
        _palette = run is null ? ActorRefs.Nobody : Context.ActorOf(run);
        return run is null ? answer : answer with { Ended = false };
    }

    private void ReadPalette(GatewayProtocol.ReadPalette request)
    {
        if (_palette.IsNobody())
            Sender.Tell(new GatewayProtocol.Failure(GatewayProtocol.FailureCode.BadRequest, "No command is running."));
        else
            _palette.Forward(request);
    }

    private void AnswerEmpty()
    {
        if (_pending is { } pending)
            AnswerPending(new GatewayProtocol.EventPage([], pending.Cursor, Ended: false));
    }

    private void AnswerPending(GatewayProtocol.IReply reply)
    {
        Timers.Cancel(nameof(FeedWaited));
        _pending?.Client.Tell(reply);
        _pending = null;
    }

    private static GatewayProtocol.Failure Unavailable(Exception e) =>
        new(GatewayProtocol.FailureCode.Unavailable, $"The daemon cannot answer now: {e.Message}");

    private sealed record PendingFeed(IActorRef Client, long Cursor);

    private sealed record Answer(IActorRef Client, GatewayProtocol.IReply Reply);

    private sealed record FeedWaited
    {
        public static readonly FeedWaited Instance = new();
    }
}
