using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>A journal that is slow, fails, refuses, or has been written by two at a time.</summary>
public sealed class ScriptedJournalTests : PersistenceFixture
{
    private readonly JournalScript _script = new();

    protected override string Settings => _script.Settings;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _script.Dispose();
    }

    [Fact]
    public async Task Persist_holds_commands_back_while_the_journal_is_slow_and_PersistAsync_does_not()
    {
        var gate = new TaskCompletionSource();
        _script.BeforeWrite = () => gate.Task;
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.WriteAsync("a")));
        actor.Tell("not held back");
        actor.Tell(new Do(a =>
        {
            a.Write("b");
            a.Note("asked for b");
        }));
        actor.Tell("held back");
        await Notes.ExpectAsync("not held back", "asked for b");
        gate.SetResult();
        await Notes.ExpectAsync("wrote a", "wrote b", "held back");
    }

    [Fact]
    public async Task Failed_write_stops_the_actor_after_it_was_told()
    {
        _script.BeforeWrite = () => Task.FromException(new IOException("disk full"));
        var actor = await StartFreshAsync();
        WatchEnd(actor);
        actor.Tell(new Do(a => a.Write("a")));
        await Notes.ExpectAsync("failed to write 1", "stopped");
        _script.BeforeWrite = () => Task.CompletedTask;
        Start();
        await Notes.ExpectAsync("recovered at 0");
    }

    [Fact]
    public async Task Refused_event_does_not_stop_the_actor()
    {
        _script.Refuse = writes => writes
            .Select(write => write.LowestSequenceNr == 2 ? new ArgumentException("no") : null!)
            .ToImmutableList<Exception>();
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.Write("a")));
        actor.Tell(new Do(a => a.Write("b")));
        actor.Tell(new Do(a => a.Write("c")));
        await Notes.ExpectAsync("wrote a", "refused 2", "wrote c");
        await StopAsync(actor);
        Start();
        await Notes.ExpectAsync("replayed a", "replayed c", "recovered at 3");
    }

    [Fact]
    public async Task Failed_replay_stops_the_actor()
    {
        var first = await StartFreshAsync();
        first.Tell(new Do(a => a.Write("a")));
        await Notes.ExpectAsync("wrote a");
        await StopAsync(first);
        _script.BeforeReplay = () => Task.FromException(new IOException("unreadable"));
        WatchEnd(Start());
        Assert.StartsWith("recovery failed", await Notes.NextAsync(), StringComparison.Ordinal);
        await Notes.ExpectAsync("stopped");
    }

    [Fact]
    public async Task Replay_that_never_comes_times_out()
    {
        var first = await StartFreshAsync();
        first.Tell(new Do(a => a.Write("a")));
        await Notes.ExpectAsync("wrote a");
        await StopAsync(first);
        var gate = new TaskCompletionSource();
        _script.BeforeReplay = () => gate.Task;
        WatchEnd(Start());
        await Notes.ExpectAsync($"recovery failed: {nameof(RecoveryTimedOutException)}", "stopped");
        gate.SetResult();
    }

    [Fact]
    public async Task Answer_that_comes_after_a_restart_is_ignored()
    {
        var gate = new TaskCompletionSource();
        _script.BeforeWrite = () => gate.Task;
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.PersistAsync(new Written("a"), _ => a.Note("never"))));
        actor.Tell(new Do(_ => throw new InvalidOperationException("on purpose")));
        await Notes.ExpectAsync("restarted", "recovered at 0");
        gate.SetResult();
        actor.Tell("goes on");
        await Notes.ExpectAsync("goes on");
        await StopAsync(actor);
        Start();
        await Notes.ExpectAsync("replayed a", "recovered at 1");
    }

    [Fact]
    public async Task Events_of_a_writer_that_had_been_replaced_are_discarded()
    {
        _script.Replayed =
        [
            Event(1, "a1", "old"), Event(2, "a2", "old"), Event(3, "late", "old"), Event(3, "b3", "new"),
            Event(4, "later", "old"), Event(4, "b4", "new"),
        ];
        Start();
        await Notes.ExpectAsync("replayed a1", "replayed a2", "replayed b3", "replayed b4", "recovered at 4");
    }

    [Fact]
    public async Task Handler_of_a_replayed_event_that_throws_stops_the_actor()
    {
        var first = await StartFreshAsync();
        first.Tell(new Do(a => a.Write("a")));
        await Notes.ExpectAsync("wrote a");
        await StopAsync(first);
        WatchEnd(Sys.ActorOf(Props.Create(() => new Forgetful("p1", Notes))));
        await Notes.ExpectAsync($"failed: {nameof(NotSupportedException)}", "stopped");
    }

    [Fact]
    public async Task Number_of_recoveries_at_a_time_is_limited_and_permits_come_back()
    {
        var gates = new Dictionary<string, TaskCompletionSource> { ["a"] = new(), ["b"] = new(), ["c"] = new() };
        _script.BeforeReadingHighest = id =>
        {
            Notes.Add($"reading {id}");
            return gates[id].Task;
        };
        Start("a");
        await Notes.ExpectAsync("reading a");
        var second = Start("b");
        await Notes.ExpectAsync("reading b");
        Start("c");
        await StopAsync(second);
        await Notes.ExpectAsync("reading c");
        gates["c"].SetResult();
        await Notes.ExpectAsync("recovered at 0");
        gates["a"].SetResult();
        await Notes.ExpectAsync("recovered at 0");
    }

    private static Persistent Event(long sequenceNr, string text, string writer) =>
        new(new Written(text), sequenceNr, "p1", writerGuid: writer);

    private sealed class Forgetful : ReceivePersistentActor
    {
        private readonly Notebook _notes;

        public Forgetful(string persistenceId, Notebook notes)
        {
            PersistenceId = persistenceId;
            _notes = notes;
            Recover<Written>(_ => throw new NotSupportedException("on purpose"));
        }

        public override string PersistenceId { get; }

        protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
            _notes.Add($"failed: {reason.GetType().Name}");
    }
}
