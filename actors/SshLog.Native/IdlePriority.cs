using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>Work that must not take the processor from anything else.</summary>
public static partial class IdlePriority
{
    private const int Idle = 5;

    /// <summary>From now on the calling thread runs when nothing else wants to (SCHED_IDLE, sched(7)).</summary>
    /// <returns>False if the kernel refused; the thread then runs as before.</returns>
    public static unsafe bool TryTake()
    {
        var priority = 0;
        return SetScheduler(0, Idle, &priority) == 0;
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static unsafe partial int SetScheduler(int thread, int policy, int* priority);
}
