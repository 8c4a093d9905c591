using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SshLog.Native;

namespace SshLog.Cli.Replay;

/// <summary>
/// The real terminal: in raw mode while this lives, in its own mode whenever the process is stopped or ends.
/// </summary>
internal sealed class ControllingTerminal : IReplayTerminal
{
    private const int StandardInput = 0;
    private readonly PosixSignalRegistration _stop;
    private readonly PosixSignalRegistration _continue;
    private readonly int _descriptor;
    private readonly Termios? _mode;
    private PosixSignalRegistration? _resize;
    private volatile ITerminalReplayScreen? _screen;

    /// <param name="descriptor">Standard output, a terminal.</param>
    public ControllingTerminal(int descriptor)
    {
        _descriptor = descriptor;
        // The runtime notes the terminal's mode when the first signal is registered and puts it back at exit, and on
        // SIGCONT unless that is cancelled: it must not see ours.
        _stop = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Stop);
        _continue = PosixSignalRegistration.Create(PosixSignal.SIGCONT, Continue);
        _mode = Termios.Open(descriptor);
    }

    public WindowSize Size => WindowSize.Of(_descriptor) ?? new WindowSize(80, 24);

    public void ListenForKeys(Action<ReplayInput> key)
    {
        if (!Termios.IsTerminal(StandardInput))
            return;
        new Thread(() => ReadKeys(key)) { IsBackground = true, Name = "keys" }.Start();
    }

    public void ListenForWindow(ITerminalReplayScreen screen)
    {
        _screen = screen;
        _resize = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => OnSignal.Paint(screen.Repaint));
    }

    public void Dispose()
    {
        _screen = null;
        _resize?.Dispose();
        _stop.Dispose();
        _continue.Dispose();
        _mode?.Dispose();
    }

    private static void ReadKeys(Action<ReplayInput> key)
    {
        using var handle = new SafeFileHandle(StandardInput, ownsHandle: false);
        using var input = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var (typed, keys) = (new byte[64], new ReplayKeys());
        try
        {
            for (var count = input.Read(typed); count > 0; count = input.Read(typed))
                keys.Take(typed.AsSpan(0, count), key);
        }
        catch (IOException)
        {
            // The terminal has hung up; SIGHUP ends the process.
        }
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        OnSignal.Paint(_screen is { } left ? left.Leave : null);
        _mode?.Restore();
        Termios.StopThisProcess();
    }

    private void Continue(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _mode?.Enter();
        OnSignal.Paint(_screen is { } back ? back.Return : null);
    }
}
