using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SshLog.Native;

/// <summary>Writes to terminals of others without ever waiting for them.</summary>
public static partial class TerminalMessage
{
    // fcntl.h, the same on x86-64 and arm64.
    private const int WriteOnly = 1;
    private const int NoControllingTerminal = 0x100;
    private const int NonBlocking = 0x800;

    /// <summary>How a terminal is opened to write to it: it neither becomes ours nor makes us wait.</summary>
    internal const int OpenFlags = WriteOnly | NoControllingTerminal | NonBlocking;

    /// <summary>
    /// Writes a text to a pty. A terminal that takes nothing (its output is stopped, its window full) is left alone.
    /// </summary>
    /// <param name="tty">Number of the pty: the N of /dev/pts/N.</param>
    /// <param name="owner">Whose it must be (st_uid): the number may be another's by now. Null for anybody's.</param>
    /// <param name="text">What to write, control characters included: escape what is not yours.</param>
    /// <returns>False if it was not written, or not all of it.</returns>
    public static unsafe bool TryWrite(int tty, uint? owner, string text)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{tty}");
        if (owner is not null && UserDatabase.FindOwner(path) != owner)
            return false;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var number = Open(name, OpenFlags);
            if (number < 0)
                return false;
            using var terminal = new SafeFileDescriptor(number);
            return TryWrite(terminal, text);
        }
    }

    /// <summary>The same to a terminal opened with <see cref="OpenFlags"/>.</summary>
    internal static unsafe bool TryWrite(SafeFileDescriptor terminal, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* data = bytes)
            return Write((int)terminal.DangerousGetHandle(), data, (nuint)bytes.Length) == bytes.Length;
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static unsafe partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(int descriptor, byte* bytes, nuint count);
}
