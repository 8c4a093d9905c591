using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Actors.Sessions;

/// <summary>
/// The batches of one session that are not yet known to be recorded, oldest first. While the session's actor works they
/// are bounded by the probe's credit: a slow disk makes the probe stop reading. While it is failing they are bounded here:
/// when the window is full the output of a new batch is replaced by an exact account of what is left out, so that one
/// session does not take the others' credit; commands and the rest stay.
/// </summary>
internal sealed class SessionWindow(int limitBytes)
{
    private readonly Queue<ProbeBatch> _batches = new();
    private long _cost;

    public int Count => _batches.Count;

    public IEnumerable<ProbeBatch> Batches => _batches;

    /// <summary>Takes a batch in.</summary>
    /// <param name="batch">The newest.</param>
    /// <param name="isBounded">True while the session's actor is failing.</param>
    /// <returns>What to record: the batch, or what is left of it when the window is full (its credit is free).</returns>
    public ProbeBatch Add(ProbeBatch batch, bool isBounded)
    {
        var kept = isBounded && _cost + batch.Cost > limitBytes && _batches.Count > 0 ? LeaveOutOutput(batch) : batch;
        _batches.Enqueue(kept);
        _cost += kept.Cost;
        return kept;
    }

    /// <summary>Removes what is recorded.</summary>
    /// <returns>The batches whose credit is free now.</returns>
    public IReadOnlyList<ProbeBatch> Acknowledge(ProbePosition position)
    {
        var done = new List<ProbeBatch>();
        while (_batches.TryPeek(out var oldest) && oldest.Position <= position)
        {
            _batches.Dequeue();
            _cost -= oldest.Cost;
            if (oldest.Cost > 0)
                done.Add(oldest);
        }

        return done;
    }

    private static ProbeBatch LeaveOutOutput(ProbeBatch batch)
    {
        var events = new List<ProbeEvent>(batch.Events.Count);
        foreach (var seen in batch.Events)
        {
            if (seen is not OutputRead output)
            {
                events.Add(seen);
            }
            else if (events is [.., RecordsLost { Cause: LossCause.RouterFull } last]
                && last.Channel == output.Channel && last.Stream == output.Stream
                && last.Offset + (ulong?)last.Bytes == output.Offset)
            {
                events[^1] = last with { Events = last.Events + 1, Bytes = last.Bytes + output.Bytes.Length };
            }
            else
            {
                events.Add(new RecordsLost(
                    output.At, LossCause.RouterFull, output.Channel, output.Stream, output.Offset, 1,
                    output.Bytes.Length));
            }
        }

        return batch with { Events = events, Cost = 0 };
    }
}
