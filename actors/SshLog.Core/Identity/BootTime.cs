namespace SshLog.Core.Identity;

/// <summary>
/// A moment on the kernel's CLOCK_BOOTTIME: nanoseconds since boot, suspend included, never stepped
/// (clock_gettime(2)). Becomes wall time only through a stored <see cref="BootClock"/>.
/// </summary>
/// <param name="Nanoseconds">Nanoseconds since boot.</param>
public readonly record struct BootTime(ulong Nanoseconds) : IComparable<BootTime>
{
    /// <summary>The moment of boot.</summary>
    public static readonly BootTime Zero;

    /// <summary>Time since boot; resolution 100 ns.</summary>
    public TimeSpan SinceBoot => TimeSpan.FromTicks((long)(Nanoseconds / 100));

    /// <inheritdoc />
    public int CompareTo(BootTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Time from <paramref name="earlier"/> to this; negative if this came first; resolution 100 ns.</summary>
    public TimeSpan Since(BootTime earlier) => SinceBoot - earlier.SinceBoot;

    /// <inheritdoc />
    public override string ToString() => $"boot+{SinceBoot:c}";

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator <(BootTime left, BootTime right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator >(BootTime left, BootTime right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator <=(BootTime left, BootTime right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Order as of CompareTo.</summary>
    public static bool operator >=(BootTime left, BootTime right) => left.Nanoseconds >= right.Nanoseconds;
}
