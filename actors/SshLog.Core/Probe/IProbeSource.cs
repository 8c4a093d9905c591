using SshLog.Core.Identity;

namespace SshLog.Core.Probe;

/// <summary>The probe as the actors see it: a source of batches with credit.</summary>
public interface IProbeSource : IDisposable
{
    /// <summary>Counters since the attachment; safe from any thread; never throws.</summary>
    ProbeHealth Health { get; }

    /// <summary>
    /// Loads and attaches the kernel program, reports what is already there and starts to deliver.
    /// Called once; a second attachment is a second source.
    /// </summary>
    /// <param name="sink">Receives everything from now on, on a thread of the source.</param>
    /// <exception cref="ProbeUnavailableException">The kernel program cannot run here.</exception>
    void Start(IProbeSink sink);

    /// <summary>Returns the credit of a batch that has been recorded or given up. Safe from any thread.</summary>
    void Release(ProbeBatch batch);

    /// <summary>
    /// Stops capturing, delivers what the kernel buffer still holds (credit is not waited for longer than
    /// <paramref name="patience"/>), and detaches.
    /// </summary>
    void Stop(TimeSpan patience);
}

/// <summary>Where a source delivers. Called on the source's own thread, one call at a time; must not block.</summary>
public interface IProbeSink
{
    /// <summary>A batch; its credit is held until <see cref="IProbeSource.Release"/>.</summary>
    void Deliver(ProbeBatch batch);

    /// <summary>
    /// Every session that was there at the attachment has been delivered (its <see cref="ConnectionOpened"/> is
    /// marked existing). Called once.
    /// </summary>
    /// <param name="epoch">The attachment's epoch.</param>
    /// <param name="live">The sessions that were there.</param>
    void Seeded(ulong epoch, IReadOnlyCollection<SessionKey> live);

    /// <summary>The source stopped by itself and delivers no more.</summary>
    void Failed(Exception cause);
}

/// <summary>The probe's counters.</summary>
/// <param name="Mode">How it is attached, for people: for example <c>tp_btf</c>.</param>
/// <param name="Records">Records delivered.</param>
/// <param name="LostRecords">Records the kernel could not deliver.</param>
/// <param name="LostBytes">Output bytes the kernel could not deliver.</param>
/// <param name="RingBytes">Size of the ring buffer in bytes.</param>
/// <param name="OutstandingBytes">Credit held by batches that are not yet recorded, in bytes.</param>
public sealed record ProbeHealth(
    string Mode, long Records, long LostRecords, long LostBytes, long RingBytes, long OutstandingBytes)
{
    /// <summary>It stays attached when the daemon is killed.</summary>
    public bool Pinned { get; init; }

    /// <summary>Output bytes delivered.</summary>
    public long OutputBytes { get; init; }

    /// <summary>What is in <see cref="LostRecords"/> and <see cref="LostBytes"/>, by cause.</summary>
    public IReadOnlyList<LossCount> Losses { get; init; } = [];

    /// <summary>The kernel programs; empty unless the kernel counts their runs.</summary>
    public IReadOnlyList<ProgramRuns> Programs { get; init; } = [];
}

/// <summary>What was lost for one reason.</summary>
/// <param name="Cause">One word: ring-full, unreadable, no-room (more sessions than the probe has room for), recursion (the
/// kernel skipped a program), not-understood.</param>
/// <param name="Records">Records.</param>
/// <param name="Bytes">Output bytes.</param>
public sealed record LossCount(string Cause, long Records, long Bytes);

/// <summary>How often a kernel program ran and how long, in all.</summary>
/// <param name="Name">The program.</param>
/// <param name="Runs">How often.</param>
/// <param name="Nanoseconds">How long.</param>
public sealed record ProgramRuns(string Name, long Runs, long Nanoseconds);

/// <summary>Why the probe cannot run.</summary>
public enum ProbeUnavailableReason
{
    /// <summary>The daemon is not root (or lacks CAP_BPF, CAP_PERFMON).</summary>
    NotRoot = 1,

    /// <summary>The kernel has no BTF (/sys/kernel/btf/vmlinux).</summary>
    NoBtf = 2,

    /// <summary>bpf(2) is refused to this root: a container without the capability, or a security module.</summary>
    NoPermission = 3,

    /// <summary>The kernel is older than 5.8.</summary>
    KernelTooOld = 4,

    /// <summary>libbpf.so.1 is not installed.</summary>
    LibbpfMissing = 5,

    /// <summary>The kernel refused the program for another reason.</summary>
    LoadFailed = 6,
}

/// <summary>The probe cannot run on this machine; the message is one sentence for the administrator.</summary>
public sealed class ProbeUnavailableException : Exception
{
    /// <param name="reason">Why.</param>
    /// <param name="message">One sentence that says what is wrong and what would help.</param>
    public ProbeUnavailableException(ProbeUnavailableReason reason, string message)
        : base(message) => Reason = reason;

    /// <summary>Why.</summary>
    public ProbeUnavailableReason Reason { get; }
}
