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
        Array.ForEach(batches, b => window.Add(b, isBounded: true));
        Assert.Equal(batches[..2], window.Acknowledge(batches[1].Position));
        Assert.Equal(batches[2..], window.Batches);
    }

    [Fact]
    public void A_full_window_leaves_out_output_and_says_exactly_how_much()
    {
        var window = new SessionWindow(150);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: true);
        var kept = window.Add(Batch(1, 2, Output(5, "123"), Output(8, "45"), Program(7), Output(10, "6")), isBounded: true);
        Assert.Equal(0, kept.Cost);
        Assert.Collection(
            kept.Events,
            e => Assert.Equal((LossCause.RouterFull, 5UL, 2L, 5L), Sizes(Assert.IsType<RecordsLost>(e))),
            e => Assert.IsType<ProgramExecuted>(e),
            e => Assert.Equal((LossCause.RouterFull, 10UL, 1L, 1L), Sizes(Assert.IsType<RecordsLost>(e))));

        static (LossCause Cause, ulong? Offset, long? Events, long? Bytes) Sizes(RecordsLost e) =>
            (e.Cause, e.Offset, e.Events, e.Bytes);
    }

    [Fact]
    public void A_session_that_is_only_slow_is_left_to_the_probes_credit()
    {
        var window = new SessionWindow(150);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: false);
        var batch = Batch(1, 2, Output(5, "123"));
        Assert.Same(batch, window.Add(batch, isBounded: false));
    }

    [Fact]
    public void A_batch_left_out_has_given_its_credit_back_already()
    {
        var window = new SessionWindow(150);
        window.Add(Batch(1, 1, Output(0, "12345")), isBounded: true);
        var kept = window.Add(Batch(1, 2, Output(5, "123")), isBounded: true);
        Assert.Equal(1UL, Assert.Single(window.Acknowledge(kept.Position)).Position.Number);
        Assert.Equal(0, window.Count);
    }
}
