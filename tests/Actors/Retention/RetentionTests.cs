using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Feed;
using SshLog.Actors.Retention;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Core.Recording;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests.Retention;

/// <summary>What is deleted, what is kept, and what is told when there is no room; the test stands for the disk.</summary>
public sealed class RetentionTests : TestKit, ICatalogue, IRetentionStore
{
    private static readonly DateTimeOffset Today = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly ClientIdentity Root = new(0, null, "pid 7", 7);

    private readonly Akka.TestKit.TestProbe _router;
    private readonly Akka.TestKit.TestProbe _feed;
    private readonly List<SessionSummary> _sessions = [];
    private readonly Dictionary<SessionId, SessionHeld> _holds = [];
    private readonly List<SessionEvent> _recorded = [];
    private readonly List<RedactionTarget> _redacted = [];
    private readonly SessionRouterSettings _settings = Settings();
    private GatewayProtocol.StorageFigures _room = new(0, 1000, 1000);
    private bool _diskIsFull;
    private long _used;
    private int _logWaits;
    private long? _cursor;

    public RetentionTests()
        : base($"akka.loglevel = OFF\n{RetentionActor.Dispatcher} {{ type = PinnedDispatcher }}")
    {
        (_router, _feed) = (CreateTestProbe(), CreateTestProbe());
        for (var days = 1; days <= 5; days++)
            _sessions.Add(Ended(days));
    }

    long ICatalogue.Cursor => 0;

    string ICatalogue.Journal => string.Empty;

    string IRetentionStore.Journal => "journal";

    IReadOnlyDictionary<SessionId, SessionHeld> IRetentionStore.Holds => _holds;

    private List<(int Days, DeletionCause Cause)> Deleted { get; } = [];

    [Fact]
    public void What_is_older_than_it_may_be_is_deleted_but_not_what_is_on_hold_or_still_to_be_looked_at()
    {
        _holds[Id(5)] = Held(5);
        _cursor = 3500;
        Assert.Equal(2, Clean(Start(new RetentionPolicy { MaxAge = TimeSpan.FromDays(1.5) })));
        // Of the one that ended two days ago an action has not seen the end, which has ordering 3999.
        Assert.Equal([(4, DeletionCause.Age), (3, DeletionCause.Age)], Deleted);
    }

    [Fact]
    public void However_many_of_the_oldest_have_to_stay_those_behind_them_are_deleted()
    {
        for (var days = 6; days <= 255; days++)
        {
            _sessions.Add(Ended(days));
            _holds[Id(days)] = Held(days);
        }

        Assert.Equal(2, Clean(Start(new RetentionPolicy { MaxAge = TimeSpan.FromDays(3.5) })));
        Assert.Equal([(5, DeletionCause.Age), (4, DeletionCause.Age)], Deleted);
    }

    [Fact]
    public void Oldest_recordings_go_until_the_rest_is_small_enough()
    {
        _used = 500;
        Assert.Equal(3, Clean(Start(new RetentionPolicy { MaxBytes = 250 })));
        Assert.Equal([(5, DeletionCause.Size), (4, DeletionCause.Size), (3, DeletionCause.Size)], Deleted);
    }

    [Fact]
    public void No_limit_reaches_what_must_be_kept()
    {
        _used = 500;
        Assert.Equal(1, Clean(Start(new RetentionPolicy { MaxBytes = 1, KeepAtLeast = TimeSpan.FromDays(4.5) })));
        Assert.Equal([(5, DeletionCause.Size)], Deleted);
    }

    [Fact]
    public void A_recording_that_is_still_written_to_stays()
    {
        Assert.Equal(1, Clean(Start(new RetentionPolicy { MaxAge = TimeSpan.FromDays(3.5) }), Id(4)));
        Assert.Equal([(5, DeletionCause.Age)], Deleted);
    }

    [Fact]
    public void A_recording_on_hold_is_deleted_only_after_its_release()
    {
        var actor = Start(RetentionPolicy.KeepEverything);
        Assert.IsType<GatewayProtocol.RecordingChanged>(Ask(actor, 3, GatewayProtocol.RecordingChange.Hold, "case 17"));
        _feed.FishForMessage<FeedProtocol.JournalAdvanced>(_ => true);
        var held = Assert.IsType<SessionHeld>(Assert.Single(_recorded));
        Assert.Equal(("user0", "pid 7", "case 17"), (held.By.User, held.By.From, held.Reason));

        var refused = Assert.IsType<GatewayProtocol.Failure>(Ask(actor, 3, GatewayProtocol.RecordingChange.Delete, "no room"));
        Assert.Contains("case 17", refused.Message, StringComparison.Ordinal);
        Assert.IsType<GatewayProtocol.RecordingChanged>(Ask(actor, 3, GatewayProtocol.RecordingChange.Release, "closed"));
        Assert.IsType<GatewayProtocol.RecordingChanged>(Ask(actor, 3, GatewayProtocol.RecordingChange.Delete, "no room"));
        Assert.Equal([(3, DeletionCause.Asked)], Deleted);
    }

    [Fact]
    public void What_is_on_hold_is_listed_oldest_first_page_by_page()
    {
        for (var i = 100; i < 145; i++)
            _holds[Id(i)] = Held(i) with { At = Today.AddMinutes(-i) };
        var actor = Start(RetentionPolicy.KeepEverything);
        var (listed, page) = (new List<SessionId>(), default(GatewayProtocol.EventPage));
        do
        {
            actor.Tell(new RetentionProtocol.ListHolds(listed.Count), TestActor);
            page = ExpectMsg<GatewayProtocol.EventPage>();
            listed.AddRange(page.Events.Select(e => e.Session));
        }
        while (!page.Ended);
        Assert.Equal(Enumerable.Range(100, 45).Reverse().Select(Id), listed);
    }

    [Fact]
    public void A_change_of_the_signing_key_is_recorded_with_who_asked_for_it()
    {
        var actor = Start(RetentionPolicy.KeepEverything);
        actor.Tell(new RetentionProtocol.KeyChanged("old", "new", Root), TestActor);
        ExpectMsg<RetentionProtocol.KeyChangeRecorded>();
        _feed.FishForMessage<FeedProtocol.JournalAdvanced>(_ => true);
        var changed = Assert.IsType<SigningKeyChanged>(Assert.Single(_recorded));
        Assert.Equal(("old", "new", "user0", "pid 7"), (changed.OldKey, changed.NewKey, changed.By.User, changed.By.From));
        _diskIsFull = true;
        actor.Tell(new RetentionProtocol.KeyChanged("new", "newer", Root), TestActor);
        Assert.Equal("The disk is full.", ExpectMsg<GatewayProtocol.Failure>().Message);
    }

    [Fact]
    public void A_recording_that_must_be_kept_is_not_deleted_on_request_either()
    {
        var actor = Start(new RetentionPolicy { KeepAtLeast = TimeSpan.FromDays(10) });
        var refused = Assert.IsType<GatewayProtocol.Failure>(Ask(actor, 3, GatewayProtocol.RecordingChange.Delete, "x"));
        Assert.Contains("keep-at-least", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Deleted);
    }

    [Theory]
    [InlineData(3, 9, null)]
    [InlineData(0, 9, "at most 1000 events")]
    [InlineData(9, 3, "at most 1000 events")]
    [InlineData(1, 1001, "at most 1000 events")]
    public void A_range_of_events_is_redacted(long from, long upTo, string? refusal)
    {
        var answer = Redact(Start(RetentionPolicy.KeepEverything), from, upTo);
        if (refusal is null)
            Assert.Contains("7 events", Assert.IsType<GatewayProtocol.RecordingChanged>(answer).How, StringComparison.Ordinal);
        else
            Assert.Contains(refusal, Assert.IsType<GatewayProtocol.Failure>(answer).Message, StringComparison.Ordinal);
        Assert.Equal(refusal is null ? [(3L, 9L)] : [], _redacted.Select(r => (r.From, r.UpTo)));
    }

    [Fact]
    public void A_recording_on_hold_is_not_redacted()
    {
        var actor = Start(RetentionPolicy.KeepEverything);
        Ask(actor, 3, GatewayProtocol.RecordingChange.Hold, "case 17");
        Assert.Contains("on hold", Assert.IsType<GatewayProtocol.Failure>(Redact(actor, 3, 9)).Message, StringComparison.Ordinal);
        Assert.Empty(_redacted);
    }

    [Fact]
    public void An_unknown_recording_is_not_found()
    {
        var refused = Assert.IsType<GatewayProtocol.Failure>(Ask(
            Start(RetentionPolicy.KeepEverything), 77, GatewayProtocol.RecordingChange.Hold, "x"));
        Assert.Equal(GatewayProtocol.FailureCode.NotFound, refused.Code);
    }

    [Fact]
    public void A_full_disk_is_told_before_and_stops_output_until_there_is_room()
    {
        var actor = Start(new RetentionPolicy { AlertFree = 100, Reserve = 50 });
        Measure(actor, 500, StorageLevel.Enough);
        Measure(actor, 99, StorageLevel.Low);
        Assert.False(_settings.Context.Recording.OutputStopped);
        Measure(actor, 49, StorageLevel.OutputStopped);
        Assert.True(_settings.Context.Recording.OutputStopped);
        Measure(actor, 60, StorageLevel.OutputStopped);
        Measure(actor, 90, StorageLevel.Low);
        Assert.False(_settings.Context.Recording.OutputStopped);
        Measure(actor, 105, StorageLevel.Low);
        Measure(actor, 200, StorageLevel.Enough);
        Assert.Equal(
            [StorageLevel.Low, StorageLevel.OutputStopped, StorageLevel.Low, StorageLevel.Enough],
            _recorded.Cast<StorageChanged>().Select(s => s.Level));
        Assert.Empty(Deleted);
    }

    [Fact]
    public void What_could_not_be_told_is_told_when_it_can_be_written()
    {
        var actor = Start(new RetentionPolicy { AlertFree = 100, Reserve = 50 });
        _diskIsFull = true;
        Measure(actor, 10, StorageLevel.OutputStopped);
        Assert.True(_settings.Context.Recording.OutputStopped);
        Assert.Empty(_recorded);
        _diskIsFull = false;
        Measure(actor, 10, StorageLevel.OutputStopped);
        // The alert comes first, also where room went at one go.
        Assert.Equal([StorageLevel.Low, StorageLevel.OutputStopped], _recorded.Cast<StorageChanged>().Select(s => s.Level));
    }

    [Fact]
    public void A_full_disk_loses_its_oldest_recordings_when_that_is_the_policy_and_output_only_when_none_is_left()
    {
        var actor = Start(new RetentionPolicy { AlertFree = 100, Reserve = 50, DeletesWhenFull = true });
        _holds[Id(2)] = Held(2);
        _room = new GatewayProtocol.StorageFigures(0, 10, 1000);
        actor.Tell(RetentionProtocol.Measure.Instance, TestActor);
        Assert.Equal(StorageLevel.DeletingOldest, ExpectMsg<RetentionProtocol.Measured>().Level);
        AnswerRouter();
        AwaitAssert(() => Assert.Equal([5, 4, 3, 1], Deleted.Select(d => d.Days)));
        // Each gave 20 bytes back, which is not enough to go on.
        Assert.All(Deleted, d => Assert.Equal(DeletionCause.DiskFull, d.Cause));
        _room = _room with { FreeBytes = 10 };
        actor.Tell(RetentionProtocol.Measure.Instance, TestActor);
        ExpectMsg<RetentionProtocol.Measured>();
        AnswerRouter();
        AwaitAssert(() => Assert.True(_settings.Context.Recording.OutputStopped));
    }

    [Fact]
    public void What_could_not_be_wiped_because_somebody_was_reading_is_wiped_by_a_later_cleaning()
    {
        _logWaits = 2;
        var actor = Start(new RetentionPolicy());
        Clean(actor);
        Assert.Equal(1, _logWaits);
        Clean(actor);
        Clean(actor);
        Assert.Equal(0, _logWaits);
    }

    void IRetentionStore.Record(SessionEvent fact)
    {
        if (_diskIsFull)
            throw new JournalUnavailableException("The disk is full.");
        _recorded.Add(fact);
        if (fact is SessionHeld held)
            _holds[held.Subject.Session] = held;
        else if (fact is SessionReleased released)
            _holds.Remove(released.Subject.Session);
    }

    DeletionResult IRetentionStore.Delete(
        DeletionTarget target, AuditActor by, string reason, DeletionCause cause, DateTimeOffset at)
    {
        var gone = _sessions.FirstOrDefault(s => s.Id.PersistenceId == target.PersistenceId);
        if (gone is null)
            return new DeletionResult(0, 0);
        _sessions.Remove(gone);
        Deleted.Add((gone.MonitorPid, cause));
        _used -= 100;
        _room = _room with { FreeBytes = _room.FreeBytes + 20 };
        return new DeletionResult(1, 100);
    }

    DeletionResult IRetentionStore.Redact(RedactionTarget target, AuditActor by, string reason, DateTimeOffset at)
    {
        _redacted.Add(target);
        return new DeletionResult(target.UpTo - target.From + 1, 100);
    }

    long IRetentionStore.PendingBytes => 0;

    bool IRetentionStore.IsLogWaiting => _logWaits > 0;

    void IRetentionStore.Settle() => _logWaits--;

    void IRetentionStore.Finish()
    {
    }

    long IRetentionStore.UsedBytes() => _used;

    // The older, the smaller.
    long IRetentionStore.NewestOrdering(string persistenceId) =>
        5000 - (1000 * _sessions.Single(s => s.Id.PersistenceId == persistenceId).MonitorPid) + 999;

    IReadOnlyList<DayJournal> IRetentionStore.Days() => [];

    void ICatalogue.Apply(FeedPage page) => throw new NotSupportedException();

    IReadOnlyList<SessionSummary> ICatalogue.Find(SessionQuery query) => _sessions.FindAll(query.Matches);

    IReadOnlyList<CommandSummary> ICatalogue.Commands(SessionId session, long afterSequenceNr, int limit, int limitBytes) => [];

    [Fact]
    public void The_room_is_measured_after_a_write_and_again_and_again_while_it_is_short()
    {
        var actor = Start(new RetentionPolicy { AlertFree = 100, Reserve = 50 }, TimeSpan.FromMilliseconds(20));
        _feed.ExpectMsg<FeedProtocol.NotifyGrown>();
        _room = _room with { FreeBytes = 99 };
        _feed.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        actor.Tell(FeedProtocol.Grown.Instance, _feed);
        _feed.ExpectMsg<FeedProtocol.JournalAdvanced>();
        _room = _room with { FreeBytes = 200 };
        _feed.ExpectMsg<FeedProtocol.JournalAdvanced>();
        _feed.ExpectMsg<FeedProtocol.NotifyGrown>();
        Assert.Equal([StorageLevel.Low, StorageLevel.Enough], _recorded.Cast<StorageChanged>().Select(s => s.Level));
    }

    private static SessionSummary Ended(int days) => new(
        Id(days), "user1000", 1000, "host", days, new(System.Net.IPAddress.Loopback, 1), new(System.Net.IPAddress.Loopback, 22),
        Today.AddDays(-days).AddHours(-1), Today.AddDays(-days), 0, Today.AddDays(-days), string.Empty, [], 0, 0, 0);

    private static SessionHeld Held(int days) =>
        new(Today, RetentionCleaner.Subject(Ended(days)), new AuditActor(0, "root", "pid 7"), "case 16");

    private IActorRef Start(RetentionPolicy policy, TimeSpan? measureEvery = null) => Sys.ActorOf(RetentionActor.Props(
        new RetentionPorts(
            this, policy, () => _room, () => _cursor, RetentionCleaner.Subject(Ended(9)), _settings.Context, new StandingTime(Today))
        {
            CleanEvery = TimeSpan.FromHours(1),
            MeasureEvery = measureEvery ?? TimeSpan.FromHours(1),
            MeasureEveryIdle = TimeSpan.FromHours(1),
        },
        this, _router, _feed));

    private int Clean(IActorRef actor, params SessionId[] recorders)
    {
        actor.Tell(RetentionProtocol.Clean.Instance, TestActor);
        AnswerRouter(recorders);
        return ExpectMsg<RetentionProtocol.Cleaned>().Deleted;
    }

    private void AnswerRouter(params SessionId[] recorders)
    {
        _router.ExpectMsg<SessionProtocol.GetRecorders>();
        _router.Reply(new SessionProtocol.Recorders(recorders.ToHashSet()));
    }

    private object Redact(IActorRef actor, long from, long upTo)
    {
        var request = new GatewayProtocol.ChangeRecording(Id(3), GatewayProtocol.RecordingChange.Redact, "a password") { From = from, UpTo = upTo };
        actor.Tell(new RetentionProtocol.Change(request, Root), TestActor);
        AnswerRouter();
        return ExpectMsg<GatewayProtocol.IReply>();
    }

    private object Ask(IActorRef actor, int session, GatewayProtocol.RecordingChange change, string reason)
    {
        actor.Tell(new RetentionProtocol.Change(new GatewayProtocol.ChangeRecording(Id(session), change, reason), Root), TestActor);
        if (change == GatewayProtocol.RecordingChange.Delete)
            AnswerRouter();
        return ExpectMsg<GatewayProtocol.IReply>();
    }

    private void Measure(IActorRef actor, long free, StorageLevel expected)
    {
        _room = _room with { FreeBytes = free };
        actor.Tell(RetentionProtocol.Measure.Instance, TestActor);
        Assert.Equal(expected, ExpectMsg<RetentionProtocol.Measured>().Level);
    }

    private sealed class StandingTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
