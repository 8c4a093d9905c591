using SshLog.Core.Probe;

namespace SshLog.Actors.Sessions;

/// <summary>
/// The batches of one session that are not yet known to be recorded, oldest first; a few of them are with the session's
/// actor, the others wait here. While that actor works they are bounded by the probe's credit: a slow disk makes the
/// probe stop reading. While it is failing they are bounded here, so that one session does not take the others' credit:
/// when the window is full the output of a new batch is replaced by an exact account of what is left out while commands
/// and the rest stay; when these have filled it once more they are only counted.
/// </summary>
internal sealed class SessionWindow(int limitBytes)
{
    private const int MostInFlight = 16;

    private readonly Queue<Entry> _inFlight = new();
    private readonly LinkedList<Entry> _waiting = new();
    private long _whole;
    private long _reduced;

    public int Count => _inFlight.Count + _waiting.Count;

    /// <summary>Takes a batch in.</summary>
    /// <param name="batch">The newest.</param>
    /// <param name="isBounded">True while the session's actor is failing.</param>
    /// <returns>False if something of it had to be left out; its credit is free then.</returns>
    public bool Add(ProbeBatch batch, bool isBounded)
    {
        if (!isBounded || _whole + batch.Cost <= limitBytes || Count == 0)
        {
            _waiting.AddLast(new Entry(batch, IsReduced: false, batch.Cost));
            _whole += batch.Cost;
            return true;
        }

        // Marks that nobody has seen yet grow instead of becoming more.
        var before = _waiting.Last?.Value is { IsReduced: true } last ? last : null;
        if (before is not null)
            _waiting.RemoveLast();
        var reduced = BatchReduction.Reduce(before?.Batch, batch, keepCommands: _reduced < limitBytes);
        var entry = new Entry(reduced, IsReduced: true, BatchReduction.Weigh(reduced));
        _waiting.AddLast(entry);
        _reduced += entry.Weight - (before?.Weight ?? 0);
        return false;
    }

    /// <summary>The next batch for the session's actor; null when it has enough to do or there is none.</summary>
    public ProbeBatch? Take()
    {
        if (_inFlight.Count >= MostInFlight || _waiting.First is not { Value: var next })
            return null;
        _waiting.RemoveFirst();
        _inFlight.Enqueue(next);
        return next.Batch;
    }

    /// <summary>What was taken is to be taken again: there is a new actor.</summary>
    public void Rewind()
    {
        foreach (var entry in _inFlight.Reverse())
            _waiting.AddFirst(entry);
        _inFlight.Clear();
    }

    /// <summary>Removes what is recorded.</summary>
    /// <returns>The batches whose credit is free now.</returns>
    public IReadOnlyList<ProbeBatch> Acknowledge(ProbePosition position)
    {
        var done = new List<ProbeBatch>();
        while (_inFlight.TryPeek(out var oldest) && oldest.Batch.Position <= position)
        {
            _inFlight.Dequeue();
            if (oldest.IsReduced)
            {
                _reduced -= oldest.Weight;
                continue;
            }

            _whole -= oldest.Weight;
            if (oldest.Weight > 0)
                done.Add(oldest.Batch);
        }

        return done;
    }

    /// <param name="Batch">What is to be recorded.</param>
    /// <param name="IsReduced">True if something was left out of it and its credit is free.</param>
    /// <param name="Weight">Its credit; for a reduced one about the bytes of memory it takes.</param>
    private sealed record Entry(ProbeBatch Batch, bool IsReduced, int Weight);
}
