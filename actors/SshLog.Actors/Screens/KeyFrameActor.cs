using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Core.Journal;
using SshLog.Formatting.ReadModels;

namespace SshLog.Actors.Screens;

/// <summary>
/// Makes key frames behind the recording, on a thread of its own, while the machine has time to spare. Learns from the journal which
/// sessions have grown and takes one after the other in, so its memory does not grow with them; what is not behind by
/// much is left for later.
/// </summary>
public sealed class KeyFrameActor : ReceiveActor, IWithTimers
{
    /// <summary>Configuration of its thread.</summary>
    public const string Dispatcher = "sshlog.key-frame-dispatcher";

    /// <summary>After so many MiB of a session another message gets its turn.</summary>
    private const int PagesAtOnce = 2;

    private static readonly TimeSpan _retryDelay = TimeSpan.FromSeconds(10);

    private readonly IScreenFrameStore _store;
    private readonly ISessionArchive _archive;
    private readonly IActorRef _feed;
    private readonly KeyFrameSettings _settings;
    private readonly KeyFrameBuilder _builder;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly GrowingSessions _grown;
    private readonly SpareTime _spare;

    /// <param name="journal">Says what has grown.</param>
    /// <param name="archive">The sessions' journals.</param>
    /// <param name="store">Where frames go.</param>
    /// <param name="feed">Says when something was written.</param>
    /// <param name="settings">How.</param>
    public KeyFrameActor(
        IJournalGrowth journal, ISessionArchive archive, IScreenFrameStore store, IActorRef feed, KeyFrameSettings settings)
    {
        (_store, _archive, _feed, _settings) = (store, archive, feed, settings);
        _builder = new KeyFrameBuilder(archive, store, settings.Every);
        _grown = new GrowingSessions(journal, store.Cursor);
        _spare = new SpareTime(settings.IsBusy);
        Receive<FeedProtocol.Grown>(_ => Timers.StartSingleTimer(nameof(Look), Look.Instance, settings.Pause));
        Receive<Look>(_ => Guarded(Measure));
        Receive<BuildNext>(_ => Guarded(Build));
        Receive<Start>(_ => Guarded(ForgetDeleted));
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(
        IJournalGrowth journal, ISessionArchive archive, IScreenFrameStore store, IActorRef feed, KeyFrameSettings settings) =>
        Akka.Actor.Props.Create(() => new KeyFrameActor(journal, archive, store, feed, settings)).WithDispatcher(Dispatcher);

    /// <inheritdoc />
    protected override void PreStart()
    {
        Self.Tell(Start.Instance);
        Self.Tell(Look.Instance);
    }

    // A power failure may have brought back what was deleted: the frames do not wait for the disk.
    private void ForgetDeleted()
    {
        foreach (var session in _store.Sessions().Where(s => _archive.Newest(s) == 0))
            _store.Forget(session);
    }

    private void Measure()
    {
        // Whatever is written from here on is told.
        _feed.Tell(FeedProtocol.NotifyGrown.Instance);
        if (_grown.Look() != _store.Journal)
            _store.Advance(_grown.Begin(), 0);
        foreach (var session in _store.TakeForgotten().Where(s => _archive.Newest(s) > 0))
            _grown.Add(session, _settings.BehindAtEnd);
        // A session that has ended with little output needs no frame.
        _grown.Drop(g => g.IsClosed && g.StoredBytes < _settings.BehindAtEnd);
        Build();
    }

    private void Build()
    {
        if (_grown.Next(g => g.StoredBytes >= (g.IsClosed ? _settings.BehindAtEnd : _settings.Behind)) is not { } next)
        {
            // What waits is looked at again after a restart.
            _store.Advance(_store.Journal, _grown.Settled);
            return;
        }

        if (!_spare.IsNow())
        {
            Timers.StartSingleTimer(nameof(BuildNext), BuildNext.Instance, SpareTime.Pause);
            return;
        }

        try
        {
            if (_builder.Build(next, PagesAtOnce))
                _grown.Remove(next);
            else
                _grown.Defer(next);
        }
        catch (EventFormatException e)
        {
            _log.Warning("Session {0} gets no more key frames: {1}", next.Text, e.Message);
            _grown.Remove(next);
        }

        Self.Tell(BuildNext.Instance);
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("No key frames now, next attempt in {0} s: {1}", _retryDelay.TotalSeconds, e.Message);
            Timers.StartSingleTimer(nameof(Look), Look.Instance, _retryDelay);
        }
    }

    private sealed record Start
    {
        public static readonly Start Instance = new();
    }

    private sealed record Look
    {
        public static readonly Look Instance = new();
    }

    private sealed record BuildNext
    {
        public static readonly BuildNext Instance = new();
    }
}
