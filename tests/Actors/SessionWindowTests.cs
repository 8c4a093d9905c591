using SshLog.Actors.Sessions;
using SshLog.Core.Probe;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests;

public sealed class SessionWindowTests
{
    [Fact]
    public void Batches_stay_until_they_are_acknowledged()
    {
        var window = new SessionWindow(1000);
        var batches = Enumerable.Range(1, 3).Select(n => Batch(1, (ulong)n, Output(0, "x"))).ToArray();
        Assert.All(batches, b => Assert.True(window.Add(b, isBounded: true)));
        Assert.Equal(batches, TakeAll(window));
        Assert.Equal(batches[..2], window.Acknowledge(batches[1].Position));
        window.Rewind();
        Assert.Equal(batches[2..], TakeAll(window));
    }

    [Fact]
    public void Only_a_few_batches_are_out_at_a_time()
    {
        var window = new SessionWindow(1 << 20);
        for (var n = 1; n <= 100; n++)
            window.Add(Batch(1, (ulong)n, Output(0, "x")), isBounded: true);
        var taken = TakeAll(window);
        Assert.InRange(taken.Count, 2, 32);
        window.Acknowledge(taken[0].Position);
        Assert.Equal(taken[^1].Position.Number + 1, Assert.Single(TakeAll(window)).Position.Number);
    }

    [Fact]
    public void A_full_window_leaves_out_output_and_says_exactly_how_much()
    {
        var window = new SessionWindow(150);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: true);
        Assert.False(window.Add(Batch(1, 2, Output(5, "123"), Output(8, "45"), Program(7), Output(10, "6")), isBounded: true));
        var kept = TakeAll(window)[^1];
        Assert.Equal(0, kept.Cost);
        Assert.Collection(
            kept.Events,
            e => Assert.Equal((LossCause.RouterFull, 5UL, 3L, 6L), Sizes(Assert.IsType<RecordsLost>(e))),
            e => Assert.IsType<ProgramExecuted>(e));
    }

    [Fact]
    public void A_flood_that_nobody_records_does_not_grow_and_is_counted_to_the_byte()
    {
        var window = new SessionWindow(1000);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: true);
        for (var n = 0; n < 100_000; n++)
            window.Add(Batch(1, (ulong)n + 2, Output(5 + (ulong)n, "x"), Program(n + 1)) with { Cost = 2000 }, isBounded: true);
        Assert.Equal(2, window.Count);
        var kept = TakeAll(window)[^1];
        Assert.Equal(100_001UL, kept.Position.Number);
        Assert.True(kept.Events.Count < 20, $"{kept.Events.Count} events");
        Assert.Equal(100_000L, kept.Events.OfType<RecordsLost>().Single(e => e.Channel is not null).Bytes);
        var commands = kept.Events.OfType<RecordsLost>().Single(e => e.Channel is null);
        Assert.Equal(100_000L, commands.Events + kept.Events.OfType<ProgramExecuted>().Count());
    }

    [Fact]
    public void Channels_and_the_end_are_kept_whatever_is_left_out()
    {
        var window = new SessionWindow(10);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: true);
        for (var n = 2UL; n < 100; n++)
            window.Add(Batch(1, n, Program((int)n)), isBounded: true);
        window.Add(Batch(1, 100, Channel(), Program(7), new ConnectionClosed(At(3000), 0, 0)), isBounded: true);
        var kept = TakeAll(window)[^1].Events;
        Assert.Contains(kept, e => e is ChannelSeen);
        Assert.Contains(kept, e => e is ConnectionClosed);
        Assert.Equal(LossCause.RouterFull, Assert.Single(kept.OfType<RecordsLost>()).Cause);
    }

    [Fact]
    public void What_is_out_already_does_not_change_any_more()
    {
        var window = new SessionWindow(150);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: true);
        window.Add(Batch(1, 2, Output(5, "123")), isBounded: true);
        Assert.Equal([1UL, 2UL], TakeAll(window).Select(b => b.Position.Number));
        window.Add(Batch(1, 3, Output(8, "45")), isBounded: true);
        var mark = Assert.IsType<RecordsLost>(Assert.Single(Assert.Single(TakeAll(window)).Events));
        Assert.Equal((8UL, 2L), (mark.Offset, mark.Bytes));
    }

    [Fact]
    public void A_session_that_is_only_slow_is_left_to_the_probes_credit()
    {
        var window = new SessionWindow(150);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: false);
        var batch = Batch(1, 2, Output(5, "123"));
        Assert.True(window.Add(batch, isBounded: false));
        Assert.Same(batch, TakeAll(window)[^1]);
    }

    [Fact]
    public void A_batch_left_out_has_given_its_credit_back_already()
    {
        var window = new SessionWindow(150);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: true);
        window.Add(Batch(1, 2, Output(5, "123")), isBounded: true);
        var kept = TakeAll(window)[^1];
        Assert.Equal(1UL, Assert.Single(window.Acknowledge(kept.Position)).Position.Number);
        Assert.Equal(0, window.Count);
    }

    private static List<ProbeBatch> TakeAll(SessionWindow window)
    {
        var taken = new List<ProbeBatch>();
        while (window.Take() is { } batch)
            taken.Add(batch);
        return taken;
    }

    private static (LossCause Cause, ulong? Offset, long? Events, long? Bytes) Sizes(RecordsLost e) =>
        (e.Cause, e.Offset, e.Events, e.Bytes);
}
