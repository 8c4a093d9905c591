using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>How large a terminal's window is.</summary>
/// <param name="Columns">Characters in a line.</param>
/// <param name="Rows">Lines.</param>
public readonly partial record struct WindowSize(int Columns, int Rows)
{
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ

    /// <summary>The size of <paramref name="descriptor"/>'s window; null when it is no terminal or has none.</summary>
    public static unsafe WindowSize? Of(int descriptor)
    {
        Size size;
        return Control(descriptor, GetWindowSize, &size) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? new WindowSize(size.Columns, size.Rows)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static unsafe partial int Control(int descriptor, nuint request, Size* size);

    /// <summary>struct winsize of asm/termios.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Size
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
