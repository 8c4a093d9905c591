using Akka.Actor;
using SshLog.Actors.Actions;
using SshLog.Core.Journal;
using SshLog.Core.Rules;
using SshLog.Persistence.Actions;
using SshLog.Plugins;

namespace SshLog.Actors.Tests.Actions;

/// <content>What goes on while marks cannot be read or written, and what a failed actor leaves behind.</content>
public sealed partial class ActionActorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public void An_action_whose_mark_cannot_be_read_waits_for_it_and_says_so()
    {
        _marks.IsReadable = _marks.IsWritable = false;
        Commands(2);
        Start(Rules());
        AwaitAssert(() => Assert.Equal("waiting", Health().State), Limit);
        Assert.Contains("disk", Health().LastError, StringComparison.Ordinal);
        // Without its mark it does not know where to begin.
        _supervisor.Tell(new ActionProtocol.Retry("act"), TestActor);
        Assert.Contains("disk", ExpectMsg<Status.Failure>().Cause.Message, StringComparison.Ordinal);
        Assert.Empty(_action.Calls);

        _marks.IsReadable = _marks.IsWritable = true;
        AwaitAssert(() => Assert.Equal(4, _store.Cursor("act")), Limit);
        Assert.Equal([[3], [4]], _action.Calls);
        Assert.Equal("ok", Health().State);
    }

    [Fact]
    public void Actions_go_on_while_marks_cannot_be_written()
    {
        _marks.IsWritable = false;
        Commands(1100);
        Start(Rules(triggers: ["command_start"], plugin: "act"));
        AwaitAssert(() => Assert.Equal(1100, _action.Calls.Count), Limit);
        Assert.Equal(0, _store.Cursor("act"));
        Assert.Equal(_action.Calls.Count, _action.Calls.Select(c => c[0]).Distinct().Count());
        _supervisor.Tell(new ActionProtocol.Drop("act"), TestActor);
        Assert.Equal(0, ExpectMsg<ActionProtocol.Done>().Events);

        _marks.IsWritable = true;
        Commands(1);
        _feed.FishForMessage(message => message is Feed.FeedProtocol.NotifyGrown);
        _feed.Reply(Feed.FeedProtocol.Grown.Instance);
        AwaitAssert(() => Assert.Equal(1103, _store.Cursor("act")), Limit);
    }

    [Fact]
    public void An_action_that_is_new_begins_with_what_happens_from_now_on_though_its_mark_cannot_be_written()
    {
        _store.Keep(new HashSet<string>());
        _marks.IsWritable = false;
        Start(Rules());
        _feed.ExpectMsg<Feed.FeedProtocol.GetCursor>();
        Commands(2);
        _feed.Reply(new Feed.FeedProtocol.Cursor(3));
        AwaitAssert(() => Assert.Equal([[4]], _action.Calls), Limit);
        // One that asked twice, since it was restarted, is where it is.
        _marks.IsWritable = true;
        Commands(2);
        _feed.ExpectMsg<Feed.FeedProtocol.NotifyGrown>();
        _feed.Reply(new Feed.FeedProtocol.Cursor(6));
        _feed.Reply(Feed.FeedProtocol.Grown.Instance);
        AwaitAssert(() => Assert.Equal(6, _store.Cursor("act")), Limit);
        Assert.Equal([[4], [5], [6]], _action.Calls);
    }

    [Fact]
    public void An_action_that_cannot_be_made_again_and_again_is_off_and_the_others_go_on()
    {
        var makings = 0;
        _making = () =>
        {
            if (++makings > 1)
                throw new InvalidOperationException("made once");
        };
        Start(Rules(plugin: "slow"));
        AwaitAssert(() => Assert.Equal(("failed", "slow"), (Health().State, Health().Plugin)), Limit);
        // Once when the rules were made, once at first, ten times more.
        Assert.Equal(12, makings);
    }

    [Fact]
    public void A_supervisor_that_is_restarted_keeps_the_newest_rules()
    {
        Start(Rules());
        _supervisor.Tell(new ActionProtocol.Apply(Rules(plugin: "slow"), Plugins()), TestActor);
        Assert.Empty(ExpectMsg<ActionProtocol.Applied>().Problems);
        _supervisor.Tell(new ActionProtocol.Apply(null!, Plugins()));
        Commands(1);
        AwaitAssert(() => Assert.Equal(3, _store.Cursor("act")), Limit);
        Assert.Equal("slow", Health().Plugin);
    }

    [Fact]
    public void What_an_incarnation_before_began_says_nothing_about_what_is_carried_out_now()
    {
        using var first = new Holding();
        using var second = new Holding();
        _action.Working = () => first.Task;
        Commands(1);
        _store.Bury(new DeadLetter("act", 2, Some.Id(1).Text, "x", Time, 1, "no"));
        Start(Rules());
        AwaitAssert(() => Assert.Equal([[3]], _action.Calls), Limit);
        _action.Working = () => second.Task;
        _reading = () =>
        {
            _reading = () => { };
            throw new InvalidOperationException("a defect");
        };
        _supervisor.Tell(new ActionProtocol.Retry("act"), ActorRefs.NoSender);
        AwaitAssert(() => Assert.Equal([[3], [3]], _action.Calls), Limit);
        first.End();
        ExpectNoMsg(200);
        Assert.Equal(2, _store.Cursor("act"));
        Assert.Equal(0, Health().Delivered);
        second.End();
        AwaitAssert(() => Assert.Equal(3, _store.Cursor("act")), Limit);
    }

    [Fact]
    public void An_event_that_cannot_be_read_keeps_no_other_from_being_tried_again()
    {
        Commands(2);
        _store.Bury(new DeadLetter("act", 3, Some.Id(1).Text, "command_start", Time, 1, "no"));
        _store.Bury(new DeadLetter("act", 4, Some.Id(1).Text, "command_start", Time, 1, "no"));
        Start(Rules());
        AwaitAssert(() => Assert.Equal(2, Health().DeadLetters), Limit);
        _feed.ExpectMsg<Feed.FeedProtocol.NotifyGrown>();
        _reading = () =>
        {
            _reading = () => { };
            throw new EventFormatException("scrambled");
        };
        _supervisor.Tell(new ActionProtocol.Retry("act"), TestActor);
        Assert.Equal(1, ExpectMsg<ActionProtocol.Done>().Events);
        AwaitAssert(() => Assert.Equal(3, Assert.Single(_store.DeadLetters("act", 10)).Ordering), Limit);
        Assert.Equal([[4]], _action.Calls);
    }

    [Fact]
    public void A_receiver_that_wants_to_be_asked_next_year_does_not_keep_an_event_beyond_its_time()
    {
        _action.Answer = _ => ActionOutcome.TryAgain("later", TimeSpan.FromDays(365));
        Commands(1);
        Start(Rules(retryFor: "1 s"));
        AwaitAssert(() => Assert.Equal("later", Assert.Single(_store.DeadLetters("act", 10)).Reason), Limit);
        Assert.Equal(2, _action.Calls.Count);
    }

    private ActionHealth Health()
    {
        _supervisor.Tell(ActionProtocol.GetActions.Instance, TestActor);
        return Assert.Single(ExpectMsg<ActionProtocol.Actions>().All);
    }

    private sealed class Holding : IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _ended.Task;

        public void End() => _ended.TrySetResult();

        public void Dispose() => End();
    }

    private sealed class FailableStore(ActionStore inner) : IActionStore
    {
        public bool IsReadable { get; set; } = true;

        public bool IsWritable { get; set; } = true;

        public long? Oldest() => Read().Oldest();

        public long? Cursor(string action) => Read().Cursor(action);

        public IReadOnlyList<DeadLetter> DeadLetters(string action, int limit) => Read().DeadLetters(action, limit);

        public long CountDeadLetters(string action) => Read().CountDeadLetters(action);

        public void Advance(string action, long ordering) => Write().Advance(action, ordering);

        public void Bury(DeadLetter letter) => Write().Bury(letter);

        public void Forget(string action, long ordering) => Write().Forget(action, ordering);

        public void Keep(IReadOnlySet<string> actions) => Write().Keep(actions);

        private ActionStore Read() => IsReadable ? inner : throw new JournalUnavailableException("The disk is gone.");

        private ActionStore Write() => IsWritable ? inner : throw new JournalUnavailableException("The disk is full.");
    }
}
