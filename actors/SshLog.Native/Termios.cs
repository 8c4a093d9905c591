using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>
/// A terminal taken out of line mode (termios(3)) and put back as it was. Every member may be called from any thread,
/// so that a signal handler can put it back.
/// </summary>
public sealed partial class Termios : IDisposable
{
    private const int SetNow = 0;
    private const int FlushInput = 0;
    private const int StopSignal = 19;
    private const uint FlowControlFlags = 0x400 | 0x800; // IXON, IXANY
    private const uint CarriageReturnFlags = 0x40 | 0x80 | 0x100; // INLCR, IGNCR, ICRNL
    private const uint PostProcess = 0x1; // OPOST
    private const uint LineFlags = 0x2 | 0x8; // ICANON, ECHO
    private const uint ExtendedInput = 0x8000; // IEXTEN
    private const uint SignalFlag = 0x1; // ISIG
    private const int MinimumBytes = 6; // VMIN
    private const int Timeout = 5; // VTIME

    private readonly int _descriptor;
    private readonly Settings _before;
    private readonly Settings _raw;
    private readonly bool _keepsUnreadKeys;

    private Termios(int descriptor, in Settings before, bool withSignals, bool keepsUnreadKeys)
    {
        _keepsUnreadKeys = keepsUnreadKeys;
        _descriptor = descriptor;
        _before = before;
        _raw = before;
        _raw.InputFlags &= ~(FlowControlFlags | CarriageReturnFlags);
        _raw.OutputFlags &= ~PostProcess;
        _raw.LocalFlags &= ~(LineFlags | ExtendedInput | (withSignals ? 0 : SignalFlag));
        _raw.SetControl(MinimumBytes, 1);
        _raw.SetControl(Timeout, 0);
    }

    /// <summary>
    /// Keys arrive one by one and without echo, output goes out as it is (no CR before LF). Null when
    /// <paramref name="descriptor"/> is no terminal.
    /// </summary>
    /// <param name="descriptor">A terminal.</param>
    /// <param name="withSignals">True if Ctrl+C and Ctrl+Z still raise signals; false if they are keys like any.</param>
    /// <param name="keepsUnreadKeys">True if keys that nobody has read stay for whoever reads next; false if they are forgotten.</param>
    public static unsafe Termios? Open(int descriptor, bool withSignals = true, bool keepsUnreadKeys = false)
    {
        Settings settings;
        if (GetAttributes(descriptor, &settings) != 0)
            return null;
        var terminal = new Termios(descriptor, settings, withSignals, keepsUnreadKeys);
        terminal.Enter();
        return terminal;
    }

    /// <summary>True if <paramref name="descriptor"/> is a terminal (isatty(3)).</summary>
    public static bool IsTerminal(int descriptor) => IsATerminal(descriptor) == 1;

    /// <summary>Stops this process until somebody continues it, as the default action of SIGTSTP does.</summary>
    public static void StopThisProcess() => _ = Kill(Environment.ProcessId, StopSignal);

    /// <summary>Takes the terminal out of line mode again after <see cref="Restore"/>.</summary>
    public unsafe void Enter()
    {
        var raw = _raw;
        _ = SetAttributes(_descriptor, SetNow, &raw);
    }

    /// <summary>Puts the terminal back as it was; keys that nobody read are forgotten, unless they are kept.</summary>
    public unsafe void Restore()
    {
        var before = _before;
        if (!_keepsUnreadKeys)
            _ = Flush(_descriptor, FlushInput);
        _ = SetAttributes(_descriptor, SetNow, &before);
    }

    /// <inheritdoc cref="Restore" />
    public void Dispose() => Restore();

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static unsafe partial int GetAttributes(int descriptor, Settings* settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static unsafe partial int SetAttributes(int descriptor, int when, Settings* settings);

    [LibraryImport("libc", EntryPoint = "tcflush")]
    private static partial int Flush(int descriptor, int queue);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>struct termios of glibc and musl on Linux (not the kernel's, which is shorter).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Settings
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte Line;
        public fixed byte Controls[32];
        public uint InputSpeed;
        public uint OutputSpeed;

        public void SetControl(int index, byte value) => Controls[index] = value;
    }
}
