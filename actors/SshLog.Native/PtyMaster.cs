using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>
/// The master side of a pty that another process holds: a copy of its descriptor (pidfd_getfd(2), Linux 5.6; needs
/// PTRACE_MODE_ATTACH_REALCREDS). What is written to it is what the session's client would have sent.
/// </summary>
public sealed partial class PtyMaster : IDisposable
{
    // The numbers of generic unistd.h, poll.h and ioctls.h, the same on x86-64 and arm64.
    private const int PidfdGetfd = 438;
    private const uint GetPtyNumber = 0x80045430; // TIOCGPTN
    private const uint OpenSlave = 0x5441; // TIOCGPTPEER, Linux 4.13
    private const short PollOut = 4;
    private const int TryAgain = 11;
    private const int Interrupted = 4;
    private const int WaitMilliseconds = 100;

    private readonly SafeFileDescriptor _descriptor;

    private PtyMaster(SafeFileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Finds the master of a pty among the descriptors of a process and of its children.</summary>
    /// <param name="pid">The process: the sshd that serves a connection.</param>
    /// <param name="startedAt">When it started, nanoseconds since boot: another process of that number is left alone.</param>
    /// <param name="number">The N of /dev/pts/N.</param>
    /// <returns>Null if there is none, or the kernel does not let it be copied.</returns>
    public static PtyMaster? Find(int pid, ulong startedAt, int number)
    {
        using var server = ProcessSignals.Open(pid);
        // Looked at after it was opened: from here on the handle cannot become another's.
        if (server is null || !ProcessTree.IsStartOf(pid, startedAt))
            return null;
        foreach (var candidate in (IEnumerable<int>)[pid, .. ProcessTree.Children(pid)])
        {
            using var process = ProcessSignals.Open(candidate);
            // The same for a child: still one of that process, which is still there.
            if (process is null || (candidate != pid && ProcessTree.ParentOf(candidate) != pid) || !ProcessSignals.Send(server, 0))
                continue;
            foreach (var descriptor in ProcessTree.Descriptors(candidate, target => target.EndsWith("/ptmx", StringComparison.Ordinal)))
            {
                if (Copy(process, descriptor) is not { } copy)
                    continue;
                if (NumberOf(copy) == number)
                    return new PtyMaster(copy);
                copy.Dispose();
            }
        }

        return null;
    }

    /// <summary>Writes all of it, in order; waits while the terminal takes nothing.</summary>
    /// <param name="bytes">What to write.</param>
    /// <param name="patience">Longest time without any progress.</param>
    /// <returns>How many were written: fewer when it takes no more, or has hung up.</returns>
    public int Write(ReadOnlySpan<byte> bytes, TimeSpan patience)
    {
        var written = 0;
        for (var waited = TimeSpan.Zero; written < bytes.Length && waited < patience;)
        {
            var taken = WriteSome(bytes[written..]);
            if (taken < 0)
                break;
            written += taken;
            waited = taken > 0 ? TimeSpan.Zero : waited + TimeSpan.FromMilliseconds(WaitMilliseconds);
        }

        return written;
    }

    /// <summary>
    /// Writes a text to the slave side, as a program in the session would: the user sees it, no program reads it. A terminal
    /// that takes nothing (its output is stopped, its window full) is left alone.
    /// </summary>
    /// <param name="text">What to write, control characters included: escape what is not yours.</param>
    /// <returns>False if it was not written, or not all of it.</returns>
    public bool TryShow(string text)
    {
        // Not by its name: by now that may be the name of another's.
        var slave = Control((int)_descriptor.DangerousGetHandle(), OpenSlave, TerminalMessage.OpenFlags);
        if (slave < 0)
            return false;
        using var terminal = new SafeFileDescriptor(slave);
        return TerminalMessage.TryWrite(terminal, text);
    }

    /// <inheritdoc />
    public void Dispose() => _descriptor.Dispose();

    private static unsafe int NumberOf(SafeFileDescriptor descriptor)
    {
        var number = -1;
        return Control((int)descriptor.DangerousGetHandle(), GetPtyNumber, &number) == 0 ? number : -1;
    }

    private static SafeFileDescriptor? Copy(SafeFileDescriptor process, int descriptor)
    {
        var copy = (int)SystemCall(PidfdGetfd, (int)process.DangerousGetHandle(), descriptor, 0);
        return copy < 0 ? null : new SafeFileDescriptor(copy);
    }

    /// <summary>Bytes taken, 0 after a wait in vain, -1 when it has hung up.</summary>
    private unsafe int WriteSome(ReadOnlySpan<byte> bytes)
    {
        // The description is sshd's own, which is non-blocking; should it not be, a small piece after poll does not block long.
        const int piece = 1024;
        var poll = new Poll { Descriptor = (int)_descriptor.DangerousGetHandle(), Events = PollOut };
        if (Wait(&poll, 1, WaitMilliseconds) <= 0)
            return 0;
        if ((poll.Returned & PollOut) == 0)
            return -1;
        fixed (byte* data = bytes)
        {
            var count = Write(poll.Descriptor, data, (nuint)Math.Min(piece, bytes.Length));
            return count >= 0 ? (int)count : Marshal.GetLastPInvokeError() is TryAgain or Interrupted ? 0 : -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long SystemCall(long number, long first, long second, long third);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static unsafe partial int Control(int descriptor, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, nint value);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int Wait(Poll* polls, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(int descriptor, byte* bytes, nuint count);

    /// <summary>struct pollfd (poll(2)).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
