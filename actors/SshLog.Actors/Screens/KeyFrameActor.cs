using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Actors.Screens;

/// <summary>
/// Makes key frames behind the recording, on a thread of its own at idle priority. Learns from the journal which
/// sessions have grown and takes one after the other in, so its memory does not grow with them; what is not behind by
/// much is left for later.
/// </summary>
public sealed class KeyFrameActor : ReceiveActor, IWithTimers
{
    /// <summary>Configuration of its thread.</summary>
    public const string Dispatcher = "sshlog.key-frame-dispatcher";

    /// <summary>After so many MiB of a session another message gets its turn.</summary>
    private const int PagesAtOnce = 8;

    private static readonly TimeSpan _retryDelay = TimeSpan.FromSeconds(10);

    private readonly IJournalGrowth _journal;
    private readonly IScreenFrameStore _store;
    private readonly IActorRef _feed;
    private readonly KeyFrameSettings _settings;
    private readonly KeyFrameBuilder _builder;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<SessionId, SessionGrowth> _grown = [];
    private long _cursor;

    /// <param name="journal">Says what has grown.</param>
    /// <param name="archive">The sessions' journals.</param>
    /// <param name="store">Where frames go.</param>
    /// <param name="feed">Says when something was written.</param>
    /// <param name="settings">How.</param>
    public KeyFrameActor(
        IJournalGrowth journal, ISessionArchive archive, IScreenFrameStore store, IActorRef feed, KeyFrameSettings settings)
    {
        (_journal, _store, _feed, _settings) = (journal, store, feed, settings);
        _builder = new KeyFrameBuilder(archive, store, settings.Every);
        _cursor = store.Cursor;
        Receive<FeedProtocol.Grown>(_ => Timers.StartSingleTimer(nameof(Look), Look.Instance, settings.Pause));
        Receive<Look>(_ => Guarded(Measure));
        Receive<BuildNext>(_ => Guarded(Build));
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
        _settings.LowerPriority();
        Self.Tell(Look.Instance);
    }

    private void Measure()
    {
        // Whatever is written from here on is told.
        _feed.Tell(FeedProtocol.NotifyGrown.Instance);
        var page = _journal.Grown(_cursor);
        if (page.Journal != _store.Journal)
        {
            _grown.Clear();
            _store.Advance(page.Journal, 0);
            page = _journal.Grown(0);
        }

        _cursor = page.Cursor;
        foreach (var growth in page.Sessions)
        {
            _grown[growth.Session] = _grown.TryGetValue(growth.Session, out var before)
                ? before with
                {
                    StoredBytes = before.StoredBytes + growth.StoredBytes, IsClosed = before.IsClosed || growth.IsClosed,
                }
                : growth;
        }

        // A session that has ended with little output needs no frame.
        foreach (var small in _grown.Values.Where(g => g.IsClosed && g.StoredBytes < _settings.BehindAtEnd).ToList())
            _grown.Remove(small.Session);
        Build();
    }

    private void Build()
    {
        var next = _grown.Values.FirstOrDefault(
            g => g.StoredBytes >= (g.IsClosed ? _settings.BehindAtEnd : _settings.Behind));
        if (next is null)
        {
            // What waits is looked at again after a restart.
            var waiting = _grown.Count == 0 ? _cursor : _grown.Values.Min(g => g.FirstOrdering) - 1;
            _store.Advance(_store.Journal, waiting);
            return;
        }

        try
        {
            if (_builder.Build(next.Session, PagesAtOnce))
                _grown.Remove(next.Session);
        }
        catch (EventFormatException e)
        {
            _log.Warning("Session {0} gets no more key frames: {1}", next.Session.Text, e.Message);
            _grown.Remove(next.Session);
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

    private sealed record Look
    {
        public static readonly Look Instance = new();
    }

    private sealed record BuildNext
    {
        public static readonly BuildNext Instance = new();
    }
}
