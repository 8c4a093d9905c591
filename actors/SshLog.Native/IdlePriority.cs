using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>Work that must not take the processor from anything else.</summary>
public static partial class IdlePriority
{
    private const int Idle = 5;

    /// <summary>From now on the calling thread runs when nothing else wants to (SCHED_IDLE, sched(7)).</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static unsafe void Take()
    {
        var priority = 0;
        if (SetScheduler(0, Idle, &priority) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static unsafe partial int SetScheduler(int thread, int policy, int* priority);
}
