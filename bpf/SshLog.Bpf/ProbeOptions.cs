using System.Numerics;

namespace SshLog.Bpf;

/// <summary>Sizes of the probe's buffers.</summary>
public sealed record ProbeOptions
{
    /// <summary>Bytes of the kernel's ring buffer, a power of two of at least 64 KiB; 16 MiB.</summary>
    public int RingBufferBytes
    {
        get;
        init
        {
            if (value < 64 * 1024 || !BitOperations.IsPow2(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "A power of two of at least 65536.");
            field = value;
        }
    } = 16 << 20;

    /// <summary>
    /// Directory in a BPF file system (bpffs) in which the probe is pinned, so that it goes on when this process dies;
    /// null not to.
    /// </summary>
    public string? PinDirectory { get; init; }

    /// <summary>Whose pins: the state directory, of which one daemon has the lock. Needed with a pin directory.</summary>
    public string Instance { get; init; } = string.Empty;

    /// <summary>Bytes recorded of a standard output that is a file transfer's protocol.</summary>
    public const long TransferStreamBytes = 64 << 10;

    /// <summary>
    /// Bytes recorded of each stream of a channel without a pty; what is beyond is counted. 0 or more; 64 MiB.
    /// </summary>
    public long ChannelBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 64 << 20;

    /// <summary>True to report what is typed into a terminal, while it echoes; false.</summary>
    public bool RecordInput { get; init; }

    /// <summary>
    /// Channels that one session may have open at once; of further ones its recording says that they are missing. More than
    /// any client opens, and far less than the kernel's table has entries for all sessions together. 1,024.
    /// </summary>
    public int ChannelsPerSession
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 1024;

    /// <summary>Entries of the kernel's table of channels; null: as the program has it. Tests make it small.</summary>
    internal int? ChannelEntries { get; init; }

    /// <summary>Entries of the kernel's table of processes; null: as the program has it. Tests make it small.</summary>
    internal int? ProcessEntries { get; init; }

    /// <summary>Files of a session that are reported one by one; further ones are summed up. 1,000.</summary>
    public int TransfersInFull
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1000;

    /// <summary>Bytes of batches delivered and not yet released, above which reading stops; 64 MiB.</summary>
    public long OutstandingBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 64 << 20;
}
