using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SshLog.Native;

namespace SshLog.Cli.Attach;

/// <summary>The real terminal, every key of which is a key: in raw mode while this lives.</summary>
internal sealed class ViewerTerminal : IViewerTerminal
{
    private const int StandardInput = 0;

    private readonly int _descriptor;
    private readonly Termios? _mode;
    private readonly PosixSignalRegistration _stop;
    private PosixSignalRegistration? _resize;
    private volatile Action? _resized;

    /// <param name="descriptor">Standard output, a terminal.</param>
    public ViewerTerminal(int descriptor)
    {
        _descriptor = descriptor;
        // The runtime notes the terminal's mode when the first signal is registered and puts it back at exit: it must not
        // see ours.
        _stop = PosixSignalRegistration.Create(PosixSignal.SIGCONT, signal =>
        {
            signal.Cancel = true;
            _mode?.Enter();
            OnSignal.Paint(_resized);
        });
        _mode = Termios.Open(descriptor, withSignals: false);
    }

    public WindowSize Size => WindowSize.Of(_descriptor) ?? new WindowSize(80, 24);

    public void ListenForBytes(Action<byte[]> typed) =>
        new Thread(() => Read(typed)) { IsBackground = true, Name = "keys" }.Start();

    public void ListenForResize(Action resized)
    {
        _resized = resized;
        _resize = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => OnSignal.Paint(resized));
    }

    public void Dispose()
    {
        _resized = null;
        _resize?.Dispose();
        _stop.Dispose();
        _mode?.Dispose();
    }

    private static void Read(Action<byte[]> typed)
    {
        using var handle = new SafeFileHandle(StandardInput, ownsHandle: false);
        using var input = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var buffer = new byte[16 * 1024];
        try
        {
            for (var count = input.Read(buffer); count > 0; count = input.Read(buffer))
                typed(buffer[..count]);
        }
        catch (IOException)
        {
            // The terminal has hung up; SIGHUP ends the process.
        }
    }
}
