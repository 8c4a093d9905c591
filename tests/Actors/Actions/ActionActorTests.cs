using System.Net;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using SshLog.Actors.Actions;
using SshLog.Actors.Feed;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Rules;
using SshLog.Persistence.Actions;
using SshLog.Plugins;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests.Actions;

/// <summary>How events reach an action: what goes at once, what moves the cursor, what a restart and a reload keep.</summary>
public sealed partial class ActionActorTests : TestKit, IEventFeed, ISessionArchive, ICatalogue
{
    private static readonly DateTimeOffset Time = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-actions-");
    private readonly Akka.TestKit.TestProbe _feed;
    private readonly Akka.TestKit.TestProbe _router;
    private readonly ActionStore _store;
    private readonly FailableStore _marks;
    private readonly ScriptedAction _action = new();
    private readonly List<JournalledEvent> _journal = [];
    private Action _making = () => { };
    private Action _reading = () => { };
    private IActorRef _supervisor = ActorRefs.Nobody;

    public ActionActorTests()
        : base("akka.loglevel = OFF")
    {
        (_feed, _router) = (CreateTestProbe(), CreateTestProbe());
        _store = new ActionStore(Path.Combine(_directory.FullName, "actions.db"));
        _marks = new FailableStore(_store);
        _store.Advance("act", 0);
        Append(new SessionOpened(
            Time, "host", Guid.Empty, 42, BootTime.Zero, new IPEndPoint(IPAddress.Loopback, 5000), new IPEndPoint(IPAddress.Loopback, 22), false));
        Append(new SignedIn(Time, "billy", 1000));
    }

    long ICatalogue.Cursor => 0;

    string ICatalogue.Journal => string.Empty;

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void Events_that_wait_go_out_at_once_where_the_action_takes_them_and_the_cursor_moves_when_they_are_accepted()
    {
        _action.MostEvents = 4;
        _action.Answer = _ => _store.Cursor("act") == 0 ? ActionOutcome.Done : ActionOutcome.GiveUp("the cursor moved too early");
        Commands(6);
        Start(Rules());
        AwaitAssert(() => Assert.Equal(8, _store.Cursor("act")));
        Assert.Equal([[3, 4, 5, 6]], _action.Calls.Take(1));
        Assert.Equal([3L, 4, 5, 6, 7, 8], _action.Calls.SelectMany(c => c).Distinct());
    }

    [Fact]
    public void Of_a_batch_that_is_given_up_only_the_one_that_is_to_blame_becomes_a_dead_letter()
    {
        _action.MostEvents = 100;
        _action.Answer = events => events.Any(e => e.Ordering == 4) ? ActionOutcome.GiveUp("not this one") : ActionOutcome.Done;
        Commands(3);
        Start(Rules());
        AwaitAssert(() => Assert.Equal(5, _store.Cursor("act")));
        Assert.Equal([[3, 4, 5], [3], [4], [5]], _action.Calls);
        Assert.Equal(4, Assert.Single(_store.DeadLetters("act", 10)).Ordering);

        _action.Answer = _ => ActionOutcome.Done;
        _supervisor.Tell(new ActionProtocol.Retry("act"), TestActor);
        Assert.Equal(1, ExpectMsg<ActionProtocol.Done>().Events);
        AwaitAssert(() => Assert.Empty(_store.DeadLetters("act", 10)));
        Assert.Equal([4], _action.Calls[^1]);
    }

    [Fact]
    public void What_was_not_accepted_comes_again_after_a_restart()
    {
        _action.MostEvents = 100;
        _action.Answer = _ => ActionOutcome.TryAgain("down");
        Commands(3);
        Start(Rules());
        AwaitAssert(() => Assert.NotEmpty(_action.Calls));
        Assert.Equal(0, _store.Cursor("act"));
        Stop();

        _action.Answer = _ => ActionOutcome.Done;
        Start(Rules());
        AwaitAssert(() => Assert.Equal(5, _store.Cursor("act")));
        Assert.Equal([3, 4, 5], _action.Calls[^1]);
        Assert.Empty(_store.DeadLetters("act", 10));
    }

    [Fact]
    public void New_rules_keep_what_waits_for_an_action_and_a_wrong_one_changes_nothing()
    {
        _action.Answer = _ => ActionOutcome.TryAgain("down");
        Commands(3);
        Start(Rules());
        AwaitAssert(() => Assert.NotEmpty(_action.Calls));

        var wrong = new RuleSet(Rules().Rules, [new ActionDefinition("act", "broken", new Dictionary<string, SettingValue>(), SourcePosition.None)]);
        _supervisor.Tell(new ActionProtocol.Apply(wrong, Plugins()), TestActor);
        Assert.Contains("cannot be made", Assert.Single(ExpectMsg<ActionProtocol.Applied>().Problems), StringComparison.Ordinal);

        _action.Answer = _ => ActionOutcome.Done;
        _supervisor.Tell(new ActionProtocol.Apply(Rules("command_start", "command_finish"), Plugins()), TestActor);
        Assert.Empty(ExpectMsg<ActionProtocol.Applied>().Problems);
        AwaitAssert(() => Assert.Equal(5, _store.Cursor("act")));
        Assert.Equal([[3], [4], [5]], _action.Calls.TakeLast(3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rules_that_nobody_waits_for_any_more_change_nothing(bool whileTheyAreMade)
    {
        Start(Rules());
        AwaitAssert(() => Assert.Equal(0, Behind()));
        using var limit = new CancellationTokenSource();
        if (!whileTheyAreMade)
            limit.Cancel();
        _making = limit.Cancel;
        _supervisor.Tell(new ActionProtocol.Apply(Rules(plugin: "slow"), Plugins()) { GivenUp = limit.Token }, TestActor);
        Assert.Single(ExpectMsg<ActionProtocol.Applied>().Problems);
        _supervisor.Tell(ActionProtocol.GetActions.Instance, TestActor);
        Assert.Equal("act", Assert.Single(ExpectMsg<ActionProtocol.Actions>().All).Plugin);
    }

    [Fact]
    public void Rules_take_their_place_though_the_marks_of_actions_before_cannot_be_deleted()
    {
        Start(Rules());
        AwaitAssert(() => Assert.Equal(0, Behind()));
        _store.Advance("gone", 1);
        using var other = new SqliteConnection($"Data Source={Path.Combine(_directory.FullName, "actions.db")};Pooling=False");
        other.Open();
        using var writes = other.BeginTransaction();
        _supervisor.Tell(new ActionProtocol.Apply(Rules("command_start", "command_finish"), Plugins()), TestActor);
        Assert.Empty(ExpectMsg<ActionProtocol.Applied>(TimeSpan.FromSeconds(20)).Problems);
    }

    [Fact]
    public void A_filter_that_counts_goes_on_counting_after_a_restart()
    {
        Commands(2);
        Start(Rules(filter: "third"));
        // Three of them make one; the first two have passed when the daemon ends.
        AwaitAssert(() => Assert.Equal(0, Behind()));
        Stop();
        _store.Advance("act", 4);
        Commands(1);
        Start(Rules(filter: "third"));
        AwaitAssert(() => Assert.Equal([[5]], _action.Calls));
    }

    [Fact]
    public void Who_ends_a_session_is_recorded_before_it_is_ended()
    {
        Commands(1);
        Start(Rules(plugin: "end"));
        var note = _router.ExpectMsg<SessionProtocol.Note>();
        Assert.Empty(_action.Calls);
        var killed = Assert.IsType<KillRequested>(note.Fact(Time, null!));
        Assert.Equal((Id(1), "rule watched", "action act"), (note.Session, killed.User, killed.Reason));
        Assert.Null(killed.Uid);
        _router.Reply(new SessionProtocol.Noted(null));
        AwaitAssert(() => Assert.Equal([[3]], _action.Calls));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_established_connection_is_told_with_its_terminal_or_when_it_has_had_time_for_one(bool hasTerminal)
    {
        var ttys = new List<int?>();
        _action.Answer = events =>
        {
            ttys.AddRange(events.Select(e => e.Tty));
            return ActionOutcome.Done;
        };
        Append(new SignedIn(DateTimeOffset.UtcNow, "billy", 1000));
        Start(Rules(triggers: ["connection_established"]));
        AwaitAssert(() => Assert.Equal([[2]], _action.Calls));
        if (hasTerminal)
        {
            Append(new ChannelOpened(DateTimeOffset.UtcNow, 0, Core.Probe.ChannelKind.Pty, 7, BootTime.Zero, 24, 80, false));
            _feed.FishForMessage<FeedProtocol.NotifyGrown>(_ => true);
            _feed.Reply(FeedProtocol.Grown.Instance);
        }

        AwaitAssert(() => Assert.Equal([[2], [3]], _action.Calls), TimeSpan.FromSeconds(10));
        Assert.Equal([null, hasTerminal ? 7 : null], ttys);
    }

    [Theory]
    [InlineData("command_start", false)]
    [InlineData("terminal_update", true)]
    public void Writes_of_output_alone_wake_only_actions_that_read_output(string trigger, bool byOutput)
    {
        Start(Rules(triggers: [trigger]));
        Assert.Equal(byOutput, _feed.ExpectMsg<FeedProtocol.NotifyGrown>().ByOutput);

        var feed = Sys.ActorOf(FeedActor.Props(this, this, new NoCare()));
        feed.Tell(byOutput ? FeedProtocol.NotifyGrown.Instance : FeedProtocol.NotifyGrown.ButByOutput, TestActor);
        feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: true));
        if (byOutput)
            ExpectMsg<FeedProtocol.Grown>();
        feed.Tell(FeedProtocol.GetCursor.Instance, TestActor);
        ExpectMsg<FeedProtocol.Cursor>();
        feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
        if (!byOutput)
            ExpectMsg<FeedProtocol.Grown>();
    }

    FeedPage IEventFeed.Read(long cursor, int limit, int limitBytes, bool withOutput)
    {
        _reading();
        lock (_journal)
        {
            var page = _journal.Where(e => e.Ordering > cursor).Take(limit).ToList();
            return new FeedPage(page, page is [.., var last] ? last.Ordering : cursor);
        }
    }

    IReadOnlyList<JournalledEvent> ISessionArchive.Read(SessionId session, long afterSequenceNr, int limit, int limitBytes)
    {
        lock (_journal)
            return [.. _journal.Where(e => e.Session == session && e.SequenceNr > afterSequenceNr).Take(limit)];
    }

    void ICatalogue.Apply(FeedPage page)
    {
    }

    IReadOnlyList<SessionSummary> ICatalogue.Find(SessionQuery query) =>
    [
        new SessionSummary(
            Id(1), "billy", 1000, "host", 42, new IPEndPoint(IPAddress.Loopback, 5000), new IPEndPoint(IPAddress.Loopback, 22), Time, null,
            null, Time, string.Empty, [], 0, 0, 0),
    ];

    IReadOnlyList<CommandSummary> ICatalogue.Commands(SessionId session, long afterSequenceNr, int limit, int limitBytes) => [];

    private void Append(SessionEvent fact)
    {
        lock (_journal)
            _journal.Add(new JournalledEvent(_journal.Count + 1, Id(1), _journal.Count + 1, fact));
    }

    private void Commands(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Append(new CommandStarted(
                Time, 100 + i, 1, ArgumentVector.FromStrings("ls"), "/usr/bin/ls", "/", 1000, 1000, null, null, null));
        }
    }

    private static RuleSet Rules(params string[] triggers) => Rules("none", triggers.Length == 0 ? ["command_start"] : triggers);

    private static RuleSet Rules(string filter = "none", string[]? triggers = null, string plugin = "act", string retryFor = "24 h") => new(
        [
            new Rule(
                "watched", triggers ?? ["command_start"],
                filter == "none" ? FilterExpression.Everything : new FilterExpression.Leaf(filter, new SettingValue.Flag(true)), ["act"], SourcePosition.None),
        ],
        [
            new ActionDefinition(
                "act", plugin, new Dictionary<string, SettingValue> { [DeliveryParameters.RetryFor] = new SettingValue.Text(retryFor) },
                SourcePosition.None),
        ]);

    private PluginCatalogue Plugins() => new(
        ["command_start", "command_finish", "terminal_update", "connection_established"], [new ThirdFactory()],
        [new Factory("act", () => _action), new Factory("end", () => new EndingAction(_action)), new Factory("slow", Slow), new Factory("broken", () => throw new ArgumentException("no"))]);

    private ScriptedAction Slow()
    {
        _making();
        return _action;
    }

    private void Start(RuleSet rules)
    {
        var ports = new ActionPorts(rules, Plugins(), _marks, NullLoggerFactory.Instance, Clock, TimeProvider.System);
        _supervisor = Sys.ActorOf(ActionSupervisor.Props(ports, this, this, this, _feed, _router));
    }

    private void Stop()
    {
        Watch(_supervisor);
        Sys.Stop(_supervisor);
        ExpectTerminated(_supervisor);
    }

    private long Behind()
    {
        _supervisor.Tell(ActionProtocol.GetActions.Instance, TestActor);
        return _journal.Count - Assert.Single(ExpectMsg<ActionProtocol.Actions>().All).Cursor;
    }

    private sealed class ScriptedAction : IBatchAction
    {
        private readonly List<long[]> _calls = [];

        public int MostEvents { get; set; } = 1;

        public Func<IReadOnlyList<PluginEvent>, ActionOutcome> Answer { get; set; } = _ => ActionOutcome.Done;

        public Func<Task> Working { get; set; } = () => Task.CompletedTask;

        public IReadOnlyList<long[]> Calls
        {
            get
            {
                lock (_calls)
                    return [.. _calls];
            }
        }

        public Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation) => ExecuteAsync([happened], cancellation);

        public async Task<ActionOutcome> ExecuteAsync(IReadOnlyList<PluginEvent> happened, CancellationToken cancellation)
        {
            lock (_calls)
                _calls.Add([.. happened.Select(e => e.Ordering)]);
            await Working();
            return Answer(happened);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class EndingAction(ScriptedAction action) : IEndsSession
    {
        public Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation) => action.ExecuteAsync(happened, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Factory(string name, Func<IAction> create) : IActionFactory
    {
        public PluginDescription Description { get; } = new(name, [], DeliveryParameters.All);

        public IAction Create(ActionContext context) => create();
    }

    private sealed class ThirdFactory : IFilterFactory
    {
        public FilterDescription Description { get; } = new("third", null, ValueShape.Flag);

        public IFilter Create(SettingValue argument) => new Third();
    }

    private sealed class Third : IRemembers
    {
        private int _seen;

        public bool Matches(PluginEvent happened) => ++_seen % 3 == 0;
    }

    private sealed class NoCare : IJournalCare
    {
        public string? Examine(Exception cause) => null;
    }
}
