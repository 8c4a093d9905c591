using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>Keeps what the process holds from other users' eyes.</summary>
public static partial class ProcessGuard
{
    private const int SetDumpable = 4;
    private const int CoreLimit = 4;
    private const uint OwnerOnly = 0x3f;

    /// <summary>
    /// No core dumps (setrlimit(2) RLIMIT_CORE, prctl(2) PR_SET_DUMPABLE, which also closes /proc/PID to other users)
    /// and new files for the owner alone (umask(2) 0077).
    /// </summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static unsafe void KeepSecrets()
    {
        _ = SetUmask(OwnerOnly);
        var none = default(Limit);
        Check(SetLimit(CoreLimit, &none));
        Check(Control(SetDumpable, 0, 0, 0, 0));
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetUmask(uint mask);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static unsafe partial int SetLimit(int resource, Limit* limit);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    /// <summary>struct rlimit of sys/resource.h on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Maximum;
    }
}
