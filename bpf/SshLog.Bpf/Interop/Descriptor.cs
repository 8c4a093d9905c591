using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SshLog.Bpf.Interop;

/// <summary>A file descriptor of our own.</summary>
internal sealed class Descriptor : SafeHandle
{
    public Descriptor(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => handle < 0;

    public int Number => (int)handle;

    /// <summary>Reads until end of file.</summary>
    /// <exception cref="Win32Exception">read(2) failed.</exception>
    public unsafe byte[] ReadToEnd()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[65536];
        while (true)
        {
            nint n;
            fixed (byte* start = buffer)
                n = LibC.Read(Number, start, (nuint)buffer.Length);
            if (n == 0)
                return whole.ToArray();
            if (n > 0)
                whole.Write(buffer, 0, (int)n);
            else if (Marshal.GetLastPInvokeError() != LibC.ErrnoInterrupted)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
