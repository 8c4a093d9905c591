using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Pump;

/// <summary>
/// Which delivered batches are not recorded yet. Their records stay in the ring buffer, where a daemon that is started
/// after this one was killed finds them; room is made round by round. Safe from any thread.
/// </summary>
/// <param name="start">Where reading begins.</param>
internal sealed class HeldRecords(ulong start)
{
    private readonly Lock gate = new();
    private readonly Queue<Round> rounds = new();
    private readonly Dictionary<(SessionKey Session, ulong Number), Round> held = [];
    private Round current = new();
    private ulong free = start;

    /// <summary>A batch of this round is delivered.</summary>
    public void Hold(ProbeBatch batch)
    {
        lock (gate)
        {
            if (held.TryAdd((batch.Session, batch.Position.Number), current))
                current.Held++;
        }
    }

    /// <summary>A batch is recorded, or given up. A second time changes nothing.</summary>
    /// <returns>True if nothing is held any more.</returns>
    public bool Release(ProbeBatch batch)
    {
        lock (gate)
        {
            if (!held.Remove((batch.Session, batch.Position.Number), out var round))
                return false;
            round.Held--;
            return held.Count == 0;
        }
    }

    /// <summary>The round is over.</summary>
    /// <param name="position">What was read up to here belongs to it or to one before.</param>
    /// <returns>The position up to which nothing is held.</returns>
    public ulong EndRound(ulong position)
    {
        lock (gate)
        {
            current.End = position;
            rounds.Enqueue(current);
            current = new Round();
            while (rounds.TryPeek(out var oldest) && oldest.Held == 0)
                free = rounds.Dequeue().End;
            return free;
        }
    }

    private sealed class Round
    {
        public int Held { get; set; }

        public ulong End { get; set; }
    }
}
