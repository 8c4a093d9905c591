using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace SshLog.Bpf.Interop;

/// <summary>
/// What libbpf says, line by line. libbpf has one printer per process, and calls it on the thread that called libbpf:
/// so lines are collected per thread, and read by whoever made the call.
/// </summary>
internal static unsafe class LibbpfMessages
{
    private const int Information = 1;
    private const int MaximumLines = 4096;

    [ThreadStatic]
    private static List<string>? collected;

    /// <summary>Makes libbpf's warnings and information ours; its debug lines are dropped.</summary>
    public static void Install() => LibBpf.SetPrint(&Print);

    /// <summary>What libbpf has said on this thread since the last call.</summary>
    public static IReadOnlyList<string> Take()
    {
        var lines = collected ?? [];
        collected = null;
        return lines;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, byte* format, void* arguments)
    {
        if (level > Information)
            return 0;
        const int size = 4096;
        var buffer = stackalloc byte[size];
        var length = Math.Min(LibC.Format(buffer, size, format, arguments), size - 1);
        if (length > 0 && (collected ??= []).Count < MaximumLines)
            collected.Add(Encoding.UTF8.GetString(buffer, length).TrimEnd('\n'));
        return 0;
    }
}
