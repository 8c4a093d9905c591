namespace SshLog.Bpf.Pump;

/// <summary>Notices missing records by the numbers that each processor gives them (record_header.number).</summary>
internal sealed class SequenceCheck
{
    private readonly Dictionary<uint, ulong> last = [];

    /// <summary>True if records are missing between this one and the one before it of the same processor.</summary>
    /// <param name="cpu">The processor.</param>
    /// <param name="number">The record's number, from 1; a number that does not grow is not counted.</param>
    public bool HasGap(uint cpu, ulong number)
    {
        var before = last.GetValueOrDefault(cpu);
        if (number <= before)
            return false;
        last[cpu] = number;
        return number > before + 1;
    }
}
