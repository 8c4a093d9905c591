using Akka.Actor;
using Akka.Persistence;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>What holds with every journal.</summary>
public abstract class PersistentActorTests : PersistenceFixture
{
    [Fact]
    public async Task Commands_wait_until_recovery_is_over()
    {
        var first = await StartFreshAsync();
        first.Tell(new Do(a => a.WriteAll("a", "b")));
        await Notes.ExpectAsync("wrote a", "wrote b");
        await StopAsync(first);
        var second = Start();
        second.Tell("one");
        second.Tell("two");
        await Notes.ExpectAsync("replayed a", "replayed b", "recovered at 2", "one", "two");
    }

    [Fact]
    public async Task Commands_wait_between_persist_and_its_handler()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a =>
        {
            a.Write("a");
            a.Note("asked");
        }));
        actor.Tell("next");
        actor.Tell("last");
        await Notes.ExpectAsync("asked", "wrote a", "next", "last");
    }

    [Fact]
    public async Task Handlers_run_in_order_and_may_persist_more()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a =>
        {
            a.Persist(new Written("a"), _ =>
            {
                a.Note("wrote a");
                a.Write("inner");
            });
            a.Write("b");
        }));
        actor.Tell("next");
        await Notes.ExpectAsync("wrote a", "wrote b", "wrote inner", "next");
    }

    [Fact]
    public async Task Sender_of_the_command_is_the_sender_in_the_handler()
    {
        var actor = await StartFreshAsync();
        var answer = await actor.Ask<string>(
            new Do(a => a.Persist(new Written("a"), e => a.From.Tell(e.Text))), TimeSpan.FromSeconds(10));
        Assert.Equal("a", answer);
    }

    [Fact]
    public async Task Async_and_deferred_handlers_keep_their_order()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a =>
        {
            a.DeferAsync("x", _ => a.Note("deferred at once"));
            a.WriteAsync("a");
            a.DeferAsync("y", _ => a.Note("deferred"));
            a.PersistAllAsync([new Written("b"), new Written("c")], e => a.Note($"wrote {e.Text}"));
            a.DeferAsync("z", _ => a.Note("last"));
        }));
        await Notes.ExpectAsync("deferred at once", "wrote a", "deferred", "wrote b", "wrote c", "last");
    }

    [Fact]
    public async Task Events_can_be_persisted_when_recovery_completes_but_not_before()
    {
        var actor = Sys.ActorOf(Props.Create(() => new WritesAtOnce("p1", Notes)));
        actor.Tell("command");
        await Notes.ExpectAsync("recovered", "wrote first", "command");
        await StopAsync(actor);
        Start();
        await Notes.ExpectAsync("replayed first", "recovered at 1");
    }

    [Fact]
    public async Task Snapshot_comes_first_then_the_events_after_it_then_completion()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.WriteAll("a", "b")));
        actor.Tell(new Do(a => a.SaveSnapshot(new State("ab"))));
        await Notes.ExpectAsync("wrote a", "wrote b", "snapshot at 2");
        actor.Tell(new Do(a => a.Write("c")));
        await Notes.ExpectAsync("wrote c");
        await StopAsync(actor);
        Start();
        await Notes.ExpectAsync("offered ab at 2", "replayed c", "recovered at 3");
    }

    [Fact]
    public async Task A_snapshot_counts_for_the_events_before_it_though_nobody_takes_it()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.WriteAll("a", "b")));
        actor.Tell(new Do(a => a.SaveSnapshot(new State("ab"))));
        await Notes.ExpectAsync("wrote a", "wrote b", "snapshot at 2");
        await StopAsync(actor);
        var other = Sys.ActorOf(Props.Create(() => new TakesNoSnapshots("p1", Notes)));
        await Notes.ExpectAsync("recovered at 2");
        other.Tell("next");
        await Notes.ExpectAsync("wrote next at 3");
    }

    [Fact]
    public async Task Recovery_can_be_limited()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.Write("a")));
        actor.Tell(new Do(a => a.SaveSnapshot(new State("a"))));
        actor.Tell(new Do(a => a.WriteAll("b", "c", "d")));
        var notes = await Notes.UntilAsync("wrote d");
        if (!notes.Contains("snapshot at 1"))
            await Notes.ExpectAsync("snapshot at 1");
        await StopAsync(actor);
        var limited = Start("p1", new Recovery(SnapshotSelectionCriteria.None, 3));
        await Notes.ExpectAsync("replayed a", "replayed b", "replayed c", "recovered at 4");
        await StopAsync(limited);
        var counted = Start("p1", new Recovery(SnapshotSelectionCriteria.Latest, replayMax: 1));
        await Notes.ExpectAsync("offered a at 1", "replayed b", "recovered at 4");
        await StopAsync(counted);
        Start("p1", Recovery.None);
        await Notes.ExpectAsync("recovered at 4");
    }

    [Fact]
    public async Task Deletion_goes_up_to_a_sequence_number()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.WriteAll("a", "b", "c")));
        actor.Tell(new Do(a => a.DeleteMessages(2)));
        await Notes.ExpectAsync("wrote a", "wrote b", "wrote c", "deleted to 2");
        await StopAsync(actor);
        Start();
        await Notes.ExpectAsync("replayed c", "recovered at 3");
    }

    [Fact]
    public async Task Sequence_numbers_survive_the_deletion_of_all_events()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.WriteAll("a", "b", "c")));
        actor.Tell(new Do(a => a.DeleteMessages(long.MaxValue)));
        await Notes.ExpectAsync("wrote a", "wrote b", "wrote c", "deleted to 3");
        await StopAsync(actor);
        var second = Start();
        second.Tell(new Do(a => a.Persist(new Written("d"), _ => a.Note($"wrote {a.LastSequenceNr}"))));
        await Notes.ExpectAsync("recovered at 3", "wrote 4");
    }

    [Fact]
    public async Task Snapshots_are_deleted_by_number_and_by_criteria()
    {
        var actor = await StartFreshAsync();
        foreach (var text in new[] { "a", "b", "c" })
        {
            actor.Tell(new Do(a => a.Write(text)));
            actor.Tell(new Do(a => a.SaveSnapshot(new State(text))));
            await Notes.UntilAsync($"wrote {text}");
            await Notes.UntilAsync($"snapshot at {text[0] - 'a' + 1}");
        }

        actor.Tell(new Do(a => a.DeleteSnapshot(3)));
        await Notes.ExpectAsync("snapshot 3 deleted");
        await StopAsync(actor);
        var second = Start();
        await Notes.ExpectAsync("offered b at 2", "replayed c", "recovered at 3");
        second.Tell(new Do(a => a.DeleteSnapshots(new SnapshotSelectionCriteria(2))));
        await Notes.ExpectAsync("snapshots deleted");
        await StopAsync(second);
        Start();
        await Notes.ExpectAsync("replayed a", "replayed b", "replayed c", "recovered at 3");
    }

    [Fact]
    public async Task Restart_recovers_and_keeps_commands_that_waited()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a => a.Persist(new Written("a"), _ => throw new InvalidOperationException("on purpose"))));
        actor.Tell("one");
        actor.Tell("two");
        await Notes.ExpectAsync("restarted", "replayed a", "recovered at 1", "one", "two");
    }

    [Fact]
    public async Task Stash_of_the_author_is_separate_and_keeps_its_order()
    {
        var actor = await StartFreshAsync();
        var open = false;
        var stashing = new Action<string>(text => actor.Tell(new Do(a =>
        {
            if (open)
                a.Note(text);
            else
                a.Stash.Stash();
        })));
        stashing("first");
        stashing("second");
        actor.Tell(new Do(a => a.Persist(new Written("a"), _ =>
        {
            open = true;
            a.Note("open");
            a.Stash.UnstashAll();
        })));
        actor.Tell("third");
        await Notes.ExpectAsync("open", "first", "second", "third");
    }

    [Fact]
    public async Task Asynchronous_command_holds_others_back_until_its_events_are_written()
    {
        var actor = await StartFreshAsync();
        var gate = new TaskCompletionSource();
        actor.Tell(new DoAsync(async a =>
        {
            a.Note("waiting");
            await gate.Task;
            a.Write("a");
        }));
        actor.Tell("next");
        await Notes.ExpectAsync("waiting");
        gate.SetResult();
        await Notes.ExpectAsync("wrote a", "next");
    }

    [Fact]
    public async Task End_of_a_child_is_not_lost_while_persisting()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a =>
        {
            var child = a.Inside.Watch(a.Inside.ActorOf(Props.Create<Idle>()));
            a.Inside.Stop(child);
            for (var i = 0; i < 200; i++)
                a.Persist(new Written("x"), _ => { });
            a.Persist(new Written("y"), _ => a.Note("wrote all"));
        }));
        await Notes.ExpectAsync("wrote all", "child stopped");
    }

    [Fact]
    public async Task Many_actors_recover_within_the_permitted_number()
    {
        await StartFreshAsync();
        var actors = Enumerable.Range(0, 120).Select(i => Start($"many-{i}")).ToArray();
        foreach (var _ in actors)
            await Notes.ExpectAsync("recovered at 0");
        Assert.Equal(120, actors.Length);
    }

    [Fact]
    public async Task Large_flood_arrives_complete_and_in_order()
    {
        var actor = await StartFreshAsync();
        actor.Tell(new Do(a =>
        {
            for (var i = 1; i <= 2000; i++)
                a.PersistAsync(new Written(i.ToString(System.Globalization.CultureInfo.InvariantCulture)), _ => { });
            a.DeferAsync("", _ => a.Note("done"));
        }));
        await Notes.ExpectAsync("done");
        await StopAsync(actor);
        Start();
        var notes = await Notes.UntilAsync("recovered at 2000");
        Assert.Equal(Enumerable.Range(1, 2000).Select(i => $"replayed {i}"), notes.SkipLast(1));
    }

    private sealed class Idle : ReceiveActor;

    private sealed class WritesAtOnce : ReceivePersistentActor
    {
        public WritesAtOnce(string persistenceId, Notebook notes)
        {
            PersistenceId = persistenceId;
            Recover<RecoveryCompleted>(_ =>
            {
                notes.Add("recovered");
                Persist(new Written("first"), e => notes.Add($"wrote {e.Text}"));
            });
            Command<string>(notes.Add);
        }

        public override string PersistenceId { get; }
    }
}

public sealed class InMemoryPersistentActorTests : PersistentActorTests
{
    protected override string Settings => """
        akka.persistence {
          journal.plugin = "akka.persistence.journal.inmem"
          snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        }
        """;
}
