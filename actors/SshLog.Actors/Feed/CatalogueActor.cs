using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using SshLog.Core.Journal;

namespace SshLog.Actors.Feed;

/// <summary>
/// Pulls the journal into the catalogue behind the catalogue's own cursor. Writes only wake it; what it missed it finds in the journal.
/// A child of the <see cref="FeedActor"/>, so that who waits for events does not wait for the catalogue.
/// </summary>
internal sealed class CatalogueActor : ReceiveActor, IWithTimers
{
    private const int PageEvents = 500;
    private const int PageBytes = 1024 * 1024;

    // Output moves the cursor without telling the catalogue anything; storing that each time would be a write for nothing.
    private const long StoreCursorEvery = 1000;

    // A pull costs two transactions whether it finds one event or a hundred: of a burst the first is pulled at once, the others together.
    private static readonly TimeSpan PullInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly IEventFeed _feed;
    private readonly ICatalogue _catalogue;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _cursor;
    private long _pulledAt;
    private bool _pullPending;

    public CatalogueActor(IEventFeed feed, ICatalogue catalogue)
    {
        _feed = feed;
        _catalogue = catalogue;
        _cursor = catalogue.Cursor;
        Receive<FeedProtocol.JournalAdvanced>(_ => SchedulePull());
        Receive<FeedProtocol.JournalReplaced>(_ => SchedulePull());
        Receive<Pull>(_ => PullAll());
        Receive<FeedProtocol.GetOpenInJournal>(AnswerOpen);
        Receive<FeedProtocol.GetCursor>(_ =>
        {
            PullAll();
            Sender.Tell(new FeedProtocol.Cursor(_cursor));
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IEventFeed feed, ICatalogue catalogue) => Akka.Actor.Props.Create(() => new CatalogueActor(feed, catalogue));

    protected override void PreStart() => SchedulePull();

    // Writes that come before it are served by it.
    private void SchedulePull()
    {
        if (_pullPending)
            return;
        _pullPending = true;
        var rest = PullInterval - Stopwatch.GetElapsedTime(_pulledAt);
        if (rest > TimeSpan.Zero)
            Timers.StartSingleTimer(nameof(Pull), Pull.Instance, rest);
        else
            Self.Tell(Pull.Instance);
    }

    private void PullAll()
    {
        _pullPending = false;
        try
        {
            FeedPage page;
            do
            {
                page = ReadPage();
                if (page.Events.Count > 0 || page.Journal != _catalogue.Journal || page.Cursor - _catalogue.Cursor >= StoreCursorEvery)
                    _catalogue.Apply(page);
                _cursor = page.Cursor;
            }
            while (page.Events.Count > 0);
            _pulledAt = Stopwatch.GetTimestamp();
        }
        catch (Exception e) when (e is JournalUnavailableException or EventFormatException)
        {
            _log.Error("The catalogue is behind the journal, next attempt in {0} s: {1}", RetryDelay.TotalSeconds, e.Message);
            Context.Parent.Tell(new FeedProtocol.Examine(e));
            Timers.StartSingleTimer(nameof(Pull), Pull.Instance, RetryDelay);
        }
    }

    private FeedPage ReadPage()
    {
        var page = _feed.Read(_cursor, PageEvents, PageBytes, withOutput: false);
        if (page.Journal == _catalogue.Journal || _cursor == 0)
            return page;
        // The cursor belongs to another journal.
        _cursor = 0;
        return _feed.Read(_cursor, PageEvents, PageBytes, withOutput: false);
    }

    private void AnswerOpen(FeedProtocol.GetOpenInJournal question)
    {
        PullAll();
        var open = _catalogue.Find(new SessionQuery(OnlyOpen: true, Limit: int.MaxValue));
        Sender.Tell(new FeedProtocol.OpenInJournal([.. open.Select(s => s.Id)], question.Live));
    }

    private sealed record Pull
    {
        public static readonly Pull Instance = new();
    }
}
