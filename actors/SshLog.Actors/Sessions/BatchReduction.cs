using SshLog.Core.Probe;

namespace SshLog.Actors.Sessions;

/// <summary>What is left of a batch that does not fit a session's window: an exact account in place of its content.</summary>
internal static class BatchReduction
{
    private const int EventBytes = 200;

    /// <summary>
    /// The batch without its output, behind what is left of the batches <paramref name="before"/>. Without commands too,
    /// channels and the connection's end remain: what follows makes no sense without them.
    /// </summary>
    public static ProbeBatch Reduce(ProbeBatch? before, ProbeBatch batch, bool keepCommands)
    {
        List<ProbeEvent> events = before is null ? [] : [.. before.Events];
        foreach (var seen in batch.Events)
        {
            if (seen is OutputRead output)
                LeaveOut(events, output);
            else if (keepCommands || seen is not (ProgramExecuted or ProcessExited or WindowChanged))
                events.Add(seen);
            else
                LeaveOut(events, seen);
        }

        return batch with { Events = events, Cost = 0 };
    }

    /// <summary>About the bytes of memory that a batch takes.</summary>
    public static int Weigh(ProbeBatch batch) => batch.Events.Sum(
        seen => EventBytes + (seen is ProgramExecuted program ? program.Arguments.Block.Length : 0));

    private static void LeaveOut(List<ProbeEvent> events, OutputRead output)
    {
        var at = events.FindLastIndex(
            e => e is RecordsLost { Cause: LossCause.RouterFull } lost && lost.Channel == output.Channel && lost.Stream == output.Stream);
        if (at >= 0 && events[at] is RecordsLost mark && mark.Offset + (ulong?)mark.Bytes == output.Offset)
        {
            events[at] = mark with { Events = mark.Events + 1, Bytes = mark.Bytes + output.Bytes.Length };
            return;
        }

        events.Add(new RecordsLost(
            output.At, LossCause.RouterFull, output.Channel, output.Stream, output.Offset, 1, output.Bytes.Length));
    }

    private static void LeaveOut(List<ProbeEvent> events, ProbeEvent seen)
    {
        var at = events.FindLastIndex(e => e is RecordsLost { Cause: LossCause.RouterFull, Channel: null });
        if (at >= 0 && events[at] is RecordsLost mark)
            events[at] = mark with { Events = mark.Events + 1 };
        else
            events.Add(new RecordsLost(seen.At, LossCause.RouterFull, null, null, null, 1, 0));
    }
}
