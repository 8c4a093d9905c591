namespace SshLog.Bpf.Pump;

/// <summary>The first output of commands that still run. Bounded: the oldest is forgotten.</summary>
internal sealed class FirstOutputs
{
    private const int MostCommands = 1024;
    private readonly OrderedDictionary<uint, byte[]> outputs = [];

    /// <summary>True if nothing is there.</summary>
    public bool IsEmpty => outputs.Count == 0;

    /// <summary>Adds what a command wrote; a piece behind one that was lost is not kept.</summary>
    public void Add(uint pid, int offset, ReadOnlySpan<byte> bytes)
    {
        var before = outputs.GetValueOrDefault(pid) ?? [];
        if (offset == 0)
            before = [];
        if (offset != before.Length)
            return;
        outputs[pid] = [.. before, .. bytes];
        if (outputs.Count > MostCommands)
            outputs.RemoveAt(0);
    }

    /// <summary>What is there; it is forgotten.</summary>
    public ReadOnlyMemory<byte> Take(uint pid) => outputs.Remove(pid, out var bytes) ? bytes : default;
}
