namespace SshLog.Core.Identity;

/// <summary>
/// Turns boot time into wall time. The offset is measured once per boot and stored, so that a clock stepped later
/// moves no event of that boot.
/// </summary>
/// <param name="BootId">The kernel's id of this boot (/proc/sys/kernel/random/boot_id).</param>
/// <param name="BootedAt">UTC wall time of boot as it was believed when the offset was stored.</param>
public sealed record BootClock(Guid BootId, DateTimeOffset BootedAt)
{
    /// <summary>UTC wall time of <paramref name="time"/>; resolution 100 ns.</summary>
    public DateTimeOffset ToWallTime(BootTime time) => BootedAt + time.SinceBoot;

    /// <summary>The moment of this boot that has the UTC wall time <paramref name="time"/>; null before it.</summary>
    public BootTime? ToBootTime(DateTimeOffset time) =>
        time < BootedAt ? null : new BootTime((ulong)(time - BootedAt).Ticks * 100);
}
