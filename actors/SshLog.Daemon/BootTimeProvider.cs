using SshLog.Core.Identity;
using SshLog.Native;

namespace SshLog.Daemon;

/// <summary>
/// The wall time of this boot as its events carry it: the stored offset and the kernel's clock. A stepped clock changes
/// nothing, so that what the daemon notices by itself stands in one line with what the kernel saw.
/// </summary>
internal sealed class BootTimeProvider(BootClock clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() =>
        clock.ToWallTime(new BootTime(MonotonicClock.NanosecondsSinceBoot()));
}
