using SshLog.Core.Identity;

namespace SshLog.Core.Probe;

/// <summary>Where a batch stands in what the probe delivered; events up to it are recorded or are not.</summary>
/// <param name="Epoch">The attachment: its boot time in nanoseconds, so later attachments of a boot are larger.</param>
/// <param name="Number">Number of the batch within the attachment, from 1, over all sessions.</param>
public readonly record struct ProbePosition(ulong Epoch, ulong Number) : IComparable<ProbePosition>
{
    /// <summary>Before everything.</summary>
    public static readonly ProbePosition Start;

    /// <inheritdoc />
    public int CompareTo(ProbePosition other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Number.CompareTo(other.Number);

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator <(ProbePosition left, ProbePosition right) => left.CompareTo(right) < 0;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator >(ProbePosition left, ProbePosition right) => left.CompareTo(right) > 0;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator <=(ProbePosition left, ProbePosition right) => left.CompareTo(right) <= 0;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator >=(ProbePosition left, ProbePosition right) => left.CompareTo(right) >= 0;
}

/// <summary>Events of one session, in the order they happened, delivered and credited as one.</summary>
/// <param name="Position">Its place.</param>
/// <param name="Session">Whose.</param>
/// <param name="Events">At least one.</param>
/// <param name="Cost">Bytes of the pump's credit that it holds until released.</param>
public sealed record ProbeBatch(
    ProbePosition Position, SessionKey Session, IReadOnlyList<ProbeEvent> Events, int Cost)
{
    /// <summary>
    /// How many lost records of the session have been told in all, if this batch tells of some: remembered beyond the daemon's death once
    /// the batch is recorded, so that no loss is taken for told that is recorded nowhere.
    /// </summary>
    public long? LossesTold { get; init; }

    /// <summary>True if the connection's end is among the events.</summary>
    public bool EndsConnection => Events.Any(happened => happened is ConnectionClosed);
}
