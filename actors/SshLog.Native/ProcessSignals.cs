using System.Globalization;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>Signals to processes of others, through a handle that a reused pid cannot take over (pidfd_open(2)).</summary>
public static partial class ProcessSignals
{
    /// <summary>SIGHUP.</summary>
    public const int HangUp = 1;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    // The numbers of generic unistd.h, the same on x86-64 and arm64.
    private const int PidfdSendSignal = 424;
    private const int PidfdOpen = 434;

    /// <summary>Kills every process of a group; nothing when there is none.</summary>
    /// <param name="group">Number of the group: the pid of its leader.</param>
    public static void KillGroup(int group)
    {
        if (group > 1)
            _ = SendSignal(-group, Kill);
    }

    /// <summary>Opens a process.</summary>
    /// <returns>A descriptor, or null when there is no such process.</returns>
    public static SafeFileDescriptor? Open(int pid)
    {
        var descriptor = (int)SystemCall(PidfdOpen, pid, 0, 0, 0);
        return descriptor < 0 ? null : new SafeFileDescriptor(descriptor);
    }

    /// <summary>Sends a signal to an open process.</summary>
    /// <returns>False when it has ended.</returns>
    public static bool Send(SafeFileDescriptor process, int signal)
    {
        ArgumentNullException.ThrowIfNull(process);
        return SystemCall(PidfdSendSignal, (int)process.DangerousGetHandle(), signal, 0, 0) == 0;
    }

    /// <summary>
    /// When a process began, nanoseconds since boot in steps of a clock tick (10 ms), as field 22 of /proc/PID/stat has it
    /// (proc_pid_stat(5)); null when it has ended.
    /// </summary>
    public static ulong? StartedAt(int pid)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The name may hold spaces and parentheses: fields are counted from its end.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return ulong.Parse(fields[19], CultureInfo.InvariantCulture) * 10_000_000;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(long number, long first, long second, long third, long fourth);
}

/// <summary>An open file descriptor, closed when disposed.</summary>
public sealed class SafeFileDescriptor : Microsoft.Win32.SafeHandles.SafeHandleZeroOrMinusOneIsInvalid
{
    /// <param name="descriptor">Its number.</param>
    public SafeFileDescriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc />
    protected override bool ReleaseHandle() => Descriptors.Close((int)handle) == 0;
}

internal static partial class Descriptors
{
    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);
}
