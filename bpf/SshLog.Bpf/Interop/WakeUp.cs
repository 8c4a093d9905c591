using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SshLog.Bpf.Interop;

/// <summary>Ends another thread's wait: an eventfd(2).</summary>
internal sealed unsafe class WakeUp : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private readonly Descriptor descriptor;

    public WakeUp()
    {
        descriptor = new Descriptor(LibC.CreateEvent(0, NonBlocking | CloseOnExec));
        if (descriptor.IsInvalid)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Ends the current or the next wait. Safe from any thread, also after Dispose.</summary>
    public void Signal()
    {
        var held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            ulong one = 1;
            _ = LibC.Write(descriptor.Number, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
        finally
        {
            if (held)
                descriptor.DangerousRelease();
        }
    }

    /// <summary>Waits for a signal, or for <paramref name="other"/> to become readable.</summary>
    /// <param name="other">A descriptor, or -1 for none.</param>
    /// <param name="milliseconds">-1 waits for ever.</param>
    public void Wait(int other, int milliseconds)
    {
        var waiting = stackalloc LibC.PollDescriptor[2];
        waiting[0] = new() { Descriptor = descriptor.Number, Events = LibC.PollIn };
        waiting[1] = new() { Descriptor = other, Events = LibC.PollIn };
        _ = LibC.Poll(waiting, 2, milliseconds);
        if (waiting[0].Returned != 0)
        {
            ulong count;
            _ = LibC.Read(descriptor.Number, &count, sizeof(ulong));
        }
    }

    public void Dispose() => descriptor.Dispose();
}
