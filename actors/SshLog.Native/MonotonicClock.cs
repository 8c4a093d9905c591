using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>The kernel's clock that counts from boot.</summary>
public static partial class MonotonicClock
{
    private const int Boottime = 7;

    /// <summary>Nanoseconds since boot, suspend included (clock_gettime(2) CLOCK_BOOTTIME).</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static unsafe ulong NanosecondsSinceBoot()
    {
        Timespec time;
        if (GetTime(Boottime, &time) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return ((ulong)time.Seconds * 1_000_000_000) + (ulong)time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static unsafe partial int GetTime(int clock, Timespec* time);

    /// <summary>struct timespec of time.h on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
