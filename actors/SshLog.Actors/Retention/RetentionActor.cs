using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Core.Recording;
using SshLog.Formatting;

namespace SshLog.Actors.Retention;

/// <summary>
/// Keeps and deletes recordings, by itself as the policy says and when an administrator asks, and watches the room that is
/// left. On a thread of its own, because a deletion takes as long as it takes; one at a time.
/// </summary>
public sealed class RetentionActor : ReceiveActor, IWithTimers
{
    /// <summary>Configuration of its thread.</summary>
    public const string Dispatcher = "sshlog.retention-dispatcher";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _again = TimeSpan.FromMilliseconds(200);
    private const int MostTries = 50;
    private const long SettledBytes = 1 << 20;

    /// <summary>Fits a frame also where reasons are long.</summary>
    private const int HoldsAtOnce = 20;

    private readonly RetentionPorts _ports;
    private readonly ICatalogue _catalogue;
    private readonly IActorRef _router;
    private readonly IActorRef _feed;
    private readonly RetentionCleaner _cleaner;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private StorageLevel _level = StorageLevel.Enough;
    private StorageLevel _told = StorageLevel.Enough;

    /// <param name="ports">See there.</param>
    /// <param name="catalogue">The recordings.</param>
    /// <param name="router">Knows which are being written.</param>
    /// <param name="feed">Told after every write that there is something to read.</param>
    public RetentionActor(RetentionPorts ports, ICatalogue catalogue, IActorRef router, IActorRef feed)
    {
        (_ports, _catalogue, _router, _feed) = (ports, catalogue, router, feed);
        _cleaner = new RetentionCleaner(ports, catalogue);
        Receive<RetentionProtocol.Change>(change => Change(new Pending(Sender, change, MostTries)));
        Receive<RetentionProtocol.ListHolds>(list => Guarded(Sender, () => Sender.Tell(HoldsAfter(list.After))));
        Receive<RetentionProtocol.KeyChanged>(key => Guarded(Sender, () =>
        {
            Record(new SigningKeyChanged(Now, _ports.Daemon, Actor(key.By), key.OldKey, key.NewKey));
            Sender.Tell(RetentionProtocol.KeyChangeRecorded.Instance);
        }));
        Receive<RetentionProtocol.Clean>(_ => Clean(Sender));
        Receive<RetentionProtocol.Measure>(_ => MeasureNow(Sender));
        Receive<CleanTick>(_ => Clean(ActorRefs.Nobody));
        Receive<MeasureTick>(_ =>
        {
            MeasureNow(ActorRefs.Nobody);
            AwaitNext();
        });
        Receive<FeedProtocol.Grown>(_ => Timers.StartSingleTimer(nameof(MeasureTick), MeasureTick.Instance, _ports.MeasureEvery));
        Receive<Status.Failure>(failed => Sender.Tell(
            new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, $"The daemon cannot do that now: {failed.Cause.Message}")));
        Receive<CleanKnowing>(clean => CleanNow(clean.Asked, clean.Recorders));
        Receive<DeleteKnowing>(delete => Guarded(delete.Pending.Asked, () => DeleteNow(delete.Pending, delete.Recorders)));
        Receive<Pending>(Change);
        Receive<Start>(_ => FinishNow());
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(RetentionPorts ports, ICatalogue catalogue, IActorRef router, IActorRef feed) =>
        Akka.Actor.Props.Create(() => new RetentionActor(ports, catalogue, router, feed)).WithDispatcher(Dispatcher);

    /// <inheritdoc />
    protected override void PreStart()
    {
        Self.Tell(Start.Instance);
        Timers.StartPeriodicTimer(nameof(CleanTick), CleanTick.Instance, _ports.CleanEvery, _ports.CleanEvery);
        AwaitNext();
    }

    // While nothing is written and there is room, only others can fill the disk: looking seldom costs an idle daemon nothing.
    private void AwaitNext()
    {
        var isQuiet = _level == StorageLevel.Enough;
        Timers.StartSingleTimer(
            nameof(MeasureTick), MeasureTick.Instance, isQuiet ? _ports.MeasureEveryIdle : _ports.MeasureEvery);
        if (isQuiet)
            _feed.Tell(FeedProtocol.NotifyGrown.Instance);
    }

    private void FinishNow()
    {
        try
        {
            _ports.Store.Finish();
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("Deletions that were interrupted wait: {0}", e.Message);
        }
    }

    private void Change(Pending pending)
    {
        var request = pending.Change.Request;
        if (request.Change is GatewayProtocol.RecordingChange.Delete or GatewayProtocol.RecordingChange.Redact)
            AskRecorders(pending.Asked, request.Session, recorders => new DeleteKnowing(pending, recorders));
        else
            Guarded(pending.Asked, () => HoldOrRelease(pending));
    }

    private void HoldOrRelease(Pending pending)
    {
        var (request, by) = (pending.Change.Request, Actor(pending.Change.By));
        if (Find(request.Session) is not { } subject)
        {
            pending.Asked.Tell(NotFound(request.Session));
            return;
        }

        var held = _ports.Store.Holds.ContainsKey(request.Session);
        var holds = request.Change == GatewayProtocol.RecordingChange.Hold;
        if (held == holds)
        {
            pending.Asked.Tell(new GatewayProtocol.RecordingChanged(holds ? "It is on hold already." : "It is not on hold."));
            return;
        }

        Record(holds
            ? new SessionHeld(Now, subject, by, request.Reason)
            : new SessionReleased(Now, subject, by, request.Reason));
        pending.Asked.Tell(new GatewayProtocol.RecordingChanged(holds
            ? "It is kept until it is released."
            : "It is kept no longer than the configuration says."));
    }

    private void DeleteNow(Pending pending, IReadOnlySet<SessionId> recorders)
    {
        var request = pending.Change.Request;
        if (recorders.Contains(request.Session) && pending.Tries > 0)
        {
            // Its recorder is on its way out, if the session is over.
            Timers.StartSingleTimer(pending, pending with { Tries = pending.Tries - 1 }, _again);
            return;
        }

        if (recorders.Contains(request.Session))
            pending.Asked.Tell(Refusal("That session is being recorded: end it first, or wait for its programs to end."));
        else if (_cleaner.Summary(request.Session) is not { } summary)
            pending.Asked.Tell(NotFound(request.Session));
        else if (request.Change == GatewayProtocol.RecordingChange.Redact)
            Redact(pending, summary);
        else if (_cleaner.WhyKept(summary, Now) is { } why)
            pending.Asked.Tell(Refusal(why));
        else
        {
            var result = _cleaner.Delete(summary, Actor(pending.Change.By), request.Reason, DeletionCause.Asked, Now);
            _feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
            _log.Info("Recording {0} was deleted for {1}", request.Session, pending.Change.By.From);
            pending.Asked.Tell(new GatewayProtocol.RecordingChanged(
                $"Deleted: {Quantities.Count(result.Events, "event")}, {Quantities.Count(result.Bytes, "byte")}. The audit journal says so, and sshlog verify explains it."));
        }
    }

    private void Redact(Pending pending, SessionSummary summary)
    {
        var request = pending.Change.Request;
        if (request.From < 1 || request.UpTo < request.From || request.UpTo - request.From >= RedactionTarget.MostEvents)
        {
            pending.Asked.Tell(new GatewayProtocol.Failure(
                GatewayProtocol.FailureCode.BadRequest, $"Name a range of at most {RedactionTarget.MostEvents} events."));
            return;
        }

        if (_cleaner.WhyUntouched(summary) is { } why)
        {
            pending.Asked.Tell(Refusal(why));
            return;
        }

        var result = _ports.Store.Redact(
            new RedactionTarget(summary.Id.PersistenceId, RetentionCleaner.Subject(summary), request.From, request.UpTo),
            Actor(pending.Change.By), request.Reason, Now);
        _feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
        _log.Info("The content of {0} events of recording {1} was taken out for {2}", result.Events, request.Session, pending.Change.By.From);
        pending.Asked.Tell(new GatewayProtocol.RecordingChanged(
            $"Taken out: the content of {Quantities.Count(result.Events, "event")}, {Quantities.Count(result.Bytes, "byte")}. The audit journal says so, and sshlog verify explains it."));
    }

    private void CleanNow(IActorRef asked, IReadOnlySet<SessionId> recorders)
    {
        var deleted = 0;
        try
        {
            deleted = _cleaner.Clean(recorders, Now, MakesRoom);
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("Recordings that are due are not deleted now: {0}", e.Message);
        }

        if (deleted > 0)
        {
            _log.Info("{0} recordings were deleted as the configuration says", deleted);
            _feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
        }

        if (_ports.Store.IsLogWaiting)
            WipeLog();
        asked.Tell(new RetentionProtocol.Cleaned(deleted));
        if (MakesRoom)
            Go(Next(), deleted == 0);
    }

    private void MeasureNow(IActorRef asked)
    {
        var next = Next();
        if (next != StorageLevel.Enough && _ports.Store.PendingBytes > SettledBytes)
        {
            Settle();
            next = Next();
        }

        Go(next, nothingToDelete: false);
        if (MakesRoom)
            Clean(ActorRefs.Nobody);
        asked.Tell(new RetentionProtocol.Measured(_level));
    }

    // Where nothing is left to delete, output stops all the same: it is the last means.
    private void Go(StorageLevel level, bool nothingToDelete)
    {
        _level = level == StorageLevel.DeletingOldest && nothingToDelete ? StorageLevel.OutputStopped : level;
        _ports.Context.Recording.OutputStopped = _level == StorageLevel.OutputStopped;
        // The alert comes first, also where room went at one go.
        if (_level is (StorageLevel.OutputStopped or StorageLevel.DeletingOldest) && _told == StorageLevel.Enough)
            Tell(StorageLevel.Low);
        if (_level != _told)
            Tell(_level);
    }

    private void Tell(StorageLevel level)
    {
        var figures = Figures();
        if (level == StorageLevel.Enough)
            _log.Info("There is room for recordings again: {0} bytes are free", figures.FreeBytes);
        else
            _log.Error("Room for recordings: {0}; {1} of {2} bytes are free", level, figures.FreeBytes, figures.TotalBytes);
        try
        {
            _ports.Store.Record(new StorageChanged(
                Now, _ports.Daemon, RetentionCleaner.Itself("storage"), level, figures.FreeBytes, figures.TotalBytes, figures.JournalBytes));
            _told = level;
            _feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
        }
        catch (JournalUnavailableException e)
        {
            // The next measurement tells it.
            _log.Error("That cannot be recorded: {0}", e.Message);
        }
    }

    private void Clean(IActorRef asked) => AskRecorders(asked, null, recorders => new CleanKnowing(asked, recorders));

    private void AskRecorders(IActorRef asked, SessionId? letGo, Func<IReadOnlySet<SessionId>, object> next) =>
        _router.Ask<SessionProtocol.Recorders>(new SessionProtocol.GetRecorders(letGo), _patience).PipeTo(
            Self, asked, recorders => next(recorders.Sessions), e => new Status.Failure(e));

    private static void Guarded(IActorRef asked, Action work)
    {
        try
        {
            work();
        }
        catch (JournalUnavailableException e)
        {
            asked.Tell(new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, e.Message));
        }
    }

    // Also while output is stopped: what could not be deleted a moment ago may be over now.
    private bool MakesRoom =>
        _ports.Policy.DeletesWhenFull && _level is (StorageLevel.DeletingOldest or StorageLevel.OutputStopped);

    private DateTimeOffset Now => _ports.Time.GetUtcNow();

    private StorageLevel Next()
    {
        var room = Figures();
        return StorageWatch.Next(_level, room.FreeBytes, room.TotalBytes, _ports.Policy);
    }

    // What waits in the write-ahead log takes its place in the journal too before the log is used again.
    private GatewayProtocol.StorageFigures Figures()
    {
        var room = _ports.Storage();
        return room with { FreeBytes = Math.Max(0, room.FreeBytes - _ports.Store.PendingBytes) };
    }

    private void Settle()
    {
        try
        {
            _ports.Store.Settle();
        }
        catch (JournalUnavailableException e)
        {
            _log.Warning("{0}", e.Message);
        }
    }

    private void WipeLog()
    {
        Settle();
        if (_ports.Store.IsLogWaiting)
        {
            _log.Warning("What was deleted or redacted stands in the journal's write-ahead log for as long as somebody reads the journal "
                + "as it was before (sshlog verify, a backup); the next cleaning tries again");
        }
    }

    private void Record(SessionEvent fact)
    {
        _ports.Store.Record(fact);
        _feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
    }

    private GatewayProtocol.EventPage HoldsAfter(long after)
    {
        var held = _ports.Store.Holds.Values.OrderBy(h => h.At).ThenBy(h => h.Subject.Session.Text, StringComparer.Ordinal).ToList();
        var page = held.Skip((int)Math.Clamp(after, 0, held.Count)).Take(HoldsAtOnce)
            .Select((h, i) => new JournalledEvent(after + i + 1, h.Subject.Session, 0, h)).ToList();
        return new GatewayProtocol.EventPage(page, after + page.Count, after + page.Count >= held.Count);
    }

    private RecordingSubject? Find(SessionId session) => _cleaner.Summary(session) is { } s ? RetentionCleaner.Subject(s) : null;

    private AuditActor Actor(ClientIdentity client) => new(client.Uid, client.NameBy(_ports.Context.Accounts), client.From);

    private static GatewayProtocol.Failure Refusal(string why) => new(GatewayProtocol.FailureCode.Denied, why);

    private static GatewayProtocol.Failure NotFound(SessionId session) =>
        new(GatewayProtocol.FailureCode.NotFound, $"There is no recording {session.Text}.");

    private sealed record Pending(IActorRef Asked, RetentionProtocol.Change Change, int Tries);

    private sealed record DeleteKnowing(Pending Pending, IReadOnlySet<SessionId> Recorders);

    private sealed record CleanKnowing(IActorRef Asked, IReadOnlySet<SessionId> Recorders);

    private sealed record CleanTick
    {
        public static readonly CleanTick Instance = new();
    }

    private sealed record MeasureTick
    {
        public static readonly MeasureTick Instance = new();
    }

    private sealed record Start
    {
        public static readonly Start Instance = new();
    }
}
