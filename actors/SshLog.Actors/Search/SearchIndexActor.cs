using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Core.Journal;
using SshLog.Formatting.ReadModels;

namespace SshLog.Actors.Search;

/// <summary>
/// Makes the search index behind the recording, on a thread of its own, while the machine has time to spare, within its share of
/// a core and its size. Learns from the journal which sessions have grown and takes one after the other in; sleeps while nothing
/// is written.
/// </summary>
public sealed class SearchIndexActor : ReceiveActor, IWithTimers
{
    /// <summary>Configuration of its thread.</summary>
    public const string Dispatcher = "sshlog.search-index-dispatcher";

    /// <summary>After so many MiB of a session another message gets its turn.</summary>
    private const int PagesAtOnce = 1;

    private static readonly TimeSpan _retryDelay = TimeSpan.FromSeconds(10);

    private readonly ISearchIndex _index;
    private readonly ISessionArchive _archive;
    private readonly IActorRef _feed;
    private readonly SearchIndexSettings _settings;
    private readonly CancellationToken _ending;
    private readonly SearchIndexBuilder _builder;
    private readonly GrowingSessions _grown;
    private readonly SpareTime _spare;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="ports">See there.</param>
    /// <param name="feed">Says when something was written.</param>
    /// <param name="ending">The daemon is about to end: what is not stored yet waits for its next start.</param>
    public SearchIndexActor(SearchPorts ports, IActorRef feed, CancellationToken ending)
    {
        ArgumentNullException.ThrowIfNull(ports);
        (_index, _archive, _feed, _settings, _ending) = (ports.Index, ports.Archive, feed, ports.Settings, ending);
        _builder = new SearchIndexBuilder(ports.Archive, ports.Index);
        _grown = new GrowingSessions(ports.Growth, ports.Index.Cursor);
        _spare = new SpareTime(ports.Settings.IsBusy);
        Receive<FeedProtocol.Grown>(_ => Timers.StartSingleTimer(nameof(Work), Work.Look, _settings.Pause));
        Receive<Work>(work => Guarded(work == Work.Look ? Measure : Build));
        Receive<Start>(_ => Guarded(ForgetDeleted));
    }

    private enum Work
    {
        Look,
        Build,
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(SearchPorts ports, IActorRef feed, CancellationToken ending = default) =>
        Akka.Actor.Props.Create(() => new SearchIndexActor(ports, feed, ending)).WithDispatcher(Dispatcher);

    /// <inheritdoc />
    protected override void PreStart()
    {
        Self.Tell(Start.Instance);
        Self.Tell(Work.Look);
    }

    // A power failure may have brought back what was deleted: the index does not wait for the disk.
    private void ForgetDeleted()
    {
        foreach (var session in _index.Sessions().Where(s => _archive.Newest(s) == 0))
            _index.Forget(session);
    }

    private void Measure()
    {
        // Whatever is written from here on is told.
        _feed.Tell(FeedProtocol.NotifyGrown.Instance);
        if (_grown.Look() != _index.Journal)
            _index.Advance(_grown.Begin(), 0);
        foreach (var session in _index.TakeForgotten())
            _grown.Add(session);
        Build();
    }

    private void Build()
    {
        if (_grown.Next(g => g.IsClosed || g.StoredBytes >= _settings.Behind) is not { } next)
        {
            // What waits is looked at again after a restart.
            _index.Advance(_index.Journal, _grown.Settled);
            return;
        }

        if (!_spare.IsNow())
        {
            Timers.StartSingleTimer(nameof(Build), Work.Build, SpareTime.Pause);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            if (_builder.Build(next, PagesAtOnce, _ending))
                _grown.Remove(next);
            else
                _grown.Defer(next);
        }
        catch (EventFormatException e)
        {
            _log.Warning("Session {0} cannot be indexed further: {1}", next.Text, e.Message);
            _grown.Remove(next);
        }

        while (_index.Bytes > _settings.LargestBytes && _index.RemoveOldest())
        {
        }

        Timers.StartSingleTimer(nameof(Build), Work.Build, Stopwatch.GetElapsedTime(started) * ((1 / _settings.Share) - 1));
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("Nothing is indexed now, next attempt in {0} s: {1}", _retryDelay.TotalSeconds, e.Message);
            Timers.StartSingleTimer(nameof(Work), Work.Look, _retryDelay);
        }
    }

    private sealed record Start
    {
        public static readonly Start Instance = new();
    }
}
