using Akka.Actor;
using SshLog.Actors.Feed;
using SshLog.Actors.Gateway;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Actors.Live;

/// <summary>
/// One channel as it is now, for all who watch it. Reads the journal behind the recorder, once for all of them, so that
/// what they see is recorded and the recorder knows nothing of them. Each asks for its next page; for one that does not
/// keep up the updates are dropped, and its next page is the screen as it is then. Child of <see cref="LiveScreens"/>.
/// </summary>
internal sealed class LiveScreen : ReceiveActor, IWithTimers
{
    private const int PageEvents = 500;
    private const int PageBytes = 1024 * 1024;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly GatewayServices _services;
    private readonly SessionId _session;
    private readonly int _channel;
    private readonly Dictionary<IActorRef, LiveViewer> _viewers = [];
    private ChannelScreen? _screen;
    private SavedScreen? _saved;
    private bool _goesOn;
    private long _position;
    private int _sent;
    private bool _isCurrent;
    private string? _ended;

    public LiveScreen(GatewayServices services, SessionId session, int channel)
    {
        (_services, _session, _channel) = (services, session, channel);
        Receive<LiveProtocol.Watch>(_ => Join(Sender));
        Receive<LiveProtocol.Read>(_ => Read(Sender));
        Receive<FeedProtocol.Grown>(_ => Follow());
        Receive<GoOn>(_ => Follow());
        // The new journal counts from the beginning; viewers are told to attach again.
        Receive<FeedProtocol.JournalReplaced>(_ => Context.Stop(Self));
        Receive<Terminated>(gone => Leave(gone.ActorRef));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(GatewayServices services, SessionId session, int channel) =>
        Akka.Actor.Props.Create(() => new LiveScreen(services, session, channel));

    protected override void PreStart()
    {
        if (LatestFrame() is { } frame)
            (_screen, _position) = (frame.Screen, frame.SequenceNr);
        _services.Feed.Tell(FeedProtocol.NotifyReplaced.Instance);
        Self.Tell(GoOn.Instance);
    }

    protected override void PostStop() => _services.Feed.Tell(FeedProtocol.ForgetMe.Instance);

    private (ChannelScreen Screen, long SequenceNr)? LatestFrame()
    {
        try
        {
            return _services.Screens?.Latest(_session, _channel, long.MaxValue) is { } frame
                ? (ChannelScreen.Load(frame), frame.SequenceNr)
                : null;
        }
        catch (Exception e) when (e is FormatException or JournalUnavailableException)
        {
            // From the beginning then.
            return null;
        }
    }

    private void Join(IActorRef viewer)
    {
        _sent++;
        _viewers[Context.Watch(viewer)] = new LiveViewer(viewer);
        Context.Parent.Tell(new LiveProtocol.Audience(_viewers.Count, _sent));
        if (_isCurrent)
            Welcome(viewer);
    }

    private void Welcome(IActorRef viewer) => viewer.Tell(
        _screen is null ? new LiveProtocol.NotShown("Nothing of that channel is recorded.") : LiveProtocol.Watching.Instance);

    private void Leave(IActorRef viewer)
    {
        if (_viewers.Remove(viewer))
            Context.Parent.Tell(new LiveProtocol.Audience(_viewers.Count, _sent));
    }

    private void Read(IActorRef sender)
    {
        if (!_viewers.TryGetValue(sender, out var viewer))
            return;
        viewer.IsAsking = true;
        if (_isCurrent)
            Answer(viewer);
    }

    private void Answer(LiveViewer viewer)
    {
        if (_screen is not null)
            _saved ??= new SavedScreen(_screen);
        viewer.Answer(_saved, Context.System.Scheduler.MonotonicClock, _goesOn);
    }

    private void Follow()
    {
        if (_ended is not null)
            return;
        try
        {
            // Whatever is written from here on is told.
            _services.Feed.Tell(FeedProtocol.NotifyGrown.Instance);
            var events = _services.Archive.Read(_session, _position, PageEvents, PageBytes);
            foreach (var entry in events)
                Take(entry);
            _goesOn = events.Count > 0 && _ended is null;
            if (_goesOn)
                Self.Tell(GoOn.Instance);
            else
                BecomeCurrent();
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
        {
            _goesOn = false;
            Timers.StartSingleTimer(nameof(GoOn), GoOn.Instance, RetryDelay);
        }

        if (!_isCurrent)
            return;
        foreach (var viewer in _viewers.Values.Where(v => v.IsAsking))
            Answer(viewer);
    }

    private void BecomeCurrent()
    {
        if (_isCurrent)
            return;
        _isCurrent = true;
        foreach (var viewer in _viewers.Keys)
            Welcome(viewer);
    }

    private void Take(JournalledEvent entry)
    {
        _position = entry.SequenceNr;
        _saved = null;
        if (entry.Event is ChannelOpened opened && opened.Channel == _channel && _screen is null)
            _screen = ChannelScreen.Open(opened);
        else
            _screen?.Apply(entry.Event);
        _ended ??= entry.Event switch
        {
            ChannelClosed closed when closed.Channel == _channel => "The channel has been closed.",
            SessionClosed { How: SessionEnd.Killed } => "The session was killed.",
            SessionClosed => "The session has ended.",
            _ => null,
        };
        if (Update(entry.Event) is not { } update)
            return;
        foreach (var viewer in _viewers.Values)
            viewer.Take(update);
    }

    private LiveUpdate? Update(SessionEvent fact) => fact switch
    {
        OutputRecorded output when output.Channel == _channel => new LiveUpdate.Output(output.Bytes),
        TerminalResized size when size.Channel == _channel => new LiveUpdate.Resized(size.Columns, size.Rows),
        LossRecorded loss when loss.Channel == _channel => new LiveUpdate.Missing(loss.Bytes),
        OutputLeftOut { NoRoom: true } left when left.Channel == _channel => new LiveUpdate.Missing(left.Bytes),
        ChannelClosed or SessionClosed when _ended is not null => new LiveUpdate.Ended(_ended),
        _ => null,
    };

    private sealed record GoOn
    {
        public static readonly GoOn Instance = new();
    }
}
