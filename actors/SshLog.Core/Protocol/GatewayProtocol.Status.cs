using SshLog.Core.Probe;

namespace SshLog.Core.Protocol;

/// <content>How the daemon is.</content>
public static partial class GatewayProtocol
{
    /// <summary>
    /// How the daemon is. One snapshot, from which <c>sshlog status</c>, the metrics and every other view are written.
    /// </summary>
    /// <param name="DaemonVersion">Program version.</param>
    /// <param name="Pid">Its process id.</param>
    /// <param name="StartedAt">Since when it runs.</param>
    /// <param name="Probe">How the probe is attached, or why it is not.</param>
    /// <param name="OpenSessions">Sessions open now.</param>
    /// <param name="LostRecords">Records lost since the attachment.</param>
    /// <param name="LostBytes">Output bytes lost since the attachment.</param>
    /// <param name="StateDirectory">Where it keeps its state.</param>
    public sealed record DaemonStatus(
        string DaemonVersion,
        int Pid,
        DateTimeOffset StartedAt,
        string Probe,
        int OpenSessions,
        long LostRecords,
        long LostBytes,
        string StateDirectory) : IReply
    {
        /// <summary>The rest; null from a daemon that does not tell it.</summary>
        public StatusDetails? Details { get; init; }

        /// <summary>The probe is attached and knows every session that there is, as far as the daemon tells.</summary>
        public bool RecordsEverySession => Details is null or { Attached: true, UnknownSessions: 0 };
    }

    /// <summary>What a status says beyond its first lines.</summary>
    public sealed record StatusDetails
    {
        /// <summary>The actor engine: its assembly's name and version.</summary>
        public string Engine { get; init; } = string.Empty;

        /// <summary>The probe is attached.</summary>
        public bool Attached { get; init; }

        /// <summary>The probe stays attached when the daemon is killed.</summary>
        public bool Pinned { get; init; }

        /// <summary>Sessions that exist and that the probe does not know, at the canary's last look.</summary>
        public int UnknownSessions { get; init; }

        /// <summary>
        /// How far the time of recordings is ahead of the machine's clock now: that was set since the first daemon of this boot.
        /// </summary>
        public TimeSpan ClockAhead { get; init; }

        /// <summary>True if that is more than clocks drift apart by themselves: two seconds.</summary>
        public bool IsClockOff => ClockAhead.Duration() > TimeSpan.FromSeconds(2);

        /// <summary>Records that the probe delivered since the attachment.</summary>
        public long Records { get; init; }

        /// <summary>Bytes of output that the probe delivered since the attachment.</summary>
        public long OutputBytes { get; init; }

        /// <summary>Size of the kernel's ring buffer in bytes.</summary>
        public long RingBytes { get; init; }

        /// <summary>Bytes that were read from the kernel and are not yet in the journal.</summary>
        public long WaitingBytes { get; init; }

        /// <summary>What was lost since the attachment, by cause.</summary>
        public IReadOnlyList<LossCount> Losses { get; init; } = [];

        /// <summary>The kernel programs, when the kernel counts their runs (sysctl kernel.bpf_stats_enabled).</summary>
        public IReadOnlyList<ProgramRuns> Programs { get; init; } = [];

        /// <summary>Ordering of the last event that the catalogue has taken in.</summary>
        public long JournalPosition { get; init; }

        /// <summary>Sizes of the journal's file, with its write-ahead log, and of the file system it is on.</summary>
        public StorageFigures Storage { get; init; } = StorageFigures.Unknown;

        /// <summary>How the actions do.</summary>
        public IReadOnlyList<ActionStatus> Actions { get; init; } = [];
    }

    /// <summary>How much room there is.</summary>
    /// <param name="JournalBytes">The journal's file with its write-ahead log.</param>
    /// <param name="FreeBytes">Free on the state directory's file system.</param>
    /// <param name="TotalBytes">Size of that file system; 0 when not known.</param>
    public sealed record StorageFigures(long JournalBytes, long FreeBytes, long TotalBytes)
    {
        /// <summary>Nothing is known.</summary>
        public static readonly StorageFigures Unknown = new(0, 0, 0);
    }
}
