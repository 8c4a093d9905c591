using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>Waits until a descriptor can be read or written without blocking (poll(2)).</summary>
public static partial class DescriptorReady
{
    private const short PollIn = 1;
    private const short PollOut = 4;
    private const int Interrupted = 4;

    /// <summary>Waits until there is something to read, or the other end is closed.</summary>
    /// <returns>False when the time has passed.</returns>
    public static bool ToRead(SafeHandle descriptor, TimeSpan limit) => Wait(descriptor, PollIn, limit);

    /// <summary>Waits until a pipe takes PIPE_BUF (4,096) bytes at once, or the other end is closed.</summary>
    /// <returns>False when the time has passed.</returns>
    public static bool ToWrite(SafeHandle descriptor, TimeSpan limit) => Wait(descriptor, PollOut, limit);

    private static unsafe bool Wait(SafeHandle descriptor, short events, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var end = Environment.TickCount64 + (long)Math.Ceiling(limit.TotalMilliseconds);
        var held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            while (true)
            {
                var asked = new PollEntry { Descriptor = (int)descriptor.DangerousGetHandle(), Events = events };
                var left = Math.Clamp(end - Environment.TickCount64, 0, int.MaxValue);
                var result = Poll(&asked, 1, (int)left);
                if (result >= 0)
                    return result > 0;
                if (Marshal.GetLastPInvokeError() != Interrupted)
                    throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            if (held)
                descriptor.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    /// <summary>struct pollfd of poll.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
