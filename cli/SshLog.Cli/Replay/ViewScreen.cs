using System.Buffers;
using System.Text;
using SshLog.Formatting;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Cli.Replay;

/// <summary>
/// On a terminal of any size: paints what the recorded window showed, so that nothing of the recording itself reaches
/// the terminal. Uses the alternate screen and leaves the last picture's text behind. For several threads.
/// </summary>
/// <param name="output">The terminal.</param>
/// <param name="size">Its size now.</param>
internal sealed class ViewScreen(Stream output, Func<WindowSize> size) : ITerminalReplayScreen
{
    private readonly ScreenView _view = new();
    private readonly ArrayBufferWriter<byte> _painted = new();
    private ChannelScreen _screen = new(0, new HeadlessTerminal(0, 0));
    private readonly Lock _gate = new();
    private string? _status;
    private bool _isAway;
    private bool _hasEnded;

    /// <summary>Before the first picture.</summary>
    public void Begin() => output.Write("\e[?1049h\e[H"u8);

    public void Write(ReplayStep.Output recorded)
    {
        lock (_gate)
        {
            if (recorded.Kind == Core.Probe.ChannelKind.Pty)
                _screen.Terminal.Feed(recorded.Bytes.Span);
            else
                _screen.Terminal.Feed(Encoding.Latin1.GetBytes(
                    Encoding.Latin1.GetString(recorded.Bytes.Span).Replace("\n", "\r\n", StringComparison.Ordinal)));
            Paint();
        }
    }

    public void Mark(string text) => Status($"[{text}]");

    public void Resize(int columns, int rows)
    {
        lock (_gate)
        {
            _screen.Terminal.Resize(columns, rows);
            Paint();
        }
    }

    public void Show(ChannelScreen screen)
    {
        lock (_gate)
        {
            _screen = screen;
            Paint();
        }
    }

    public void Repaint()
    {
        lock (_gate)
        {
            _view.Invalidate();
            Paint();
        }
    }

    public void Status(string? text)
    {
        lock (_gate)
        {
            if (_status is not null && text is null)
                _view.Invalidate();
            _status = text;
            Paint();
        }
    }

    public void Help(IReadOnlyList<string> lines)
    {
        lock (_gate)
        {
            _view.Invalidate();
            if (!_isAway)
                output.Write(Encoding.UTF8.GetBytes("\e[0m\e[2J\e[H" + string.Join("\r\n", lines)));
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (_isAway)
                return;
            _isAway = true;
            output.Write("\x18\e[0m\e[?25h\e[?1049l"u8);
        }
    }

    public void Return()
    {
        lock (_gate)
        {
            if (_hasEnded)
                return;
            if (_isAway)
                Begin();
            _isAway = false;
            Repaint();
        }
    }

    /// <summary>After the last picture, however the replay ended: leaves the terminal usable.</summary>
    public void End()
    {
        lock (_gate)
        {
            Leave();
            _hasEnded = true;
            var text = new StringBuilder();
            var last = _screen.Terminal.Rows - 1;
            while (last >= 0 && _screen.Terminal.TextAt(last).Length == 0)
                last--;
            for (var row = 0; row <= last; row++)
                text.Append(_screen.Terminal.TextAt(row)).Append("\r\n");
            output.Write(Encoding.UTF8.GetBytes(text.Append("\e[0m").ToString()));
        }
    }

    private void Paint()
    {
        if (_isAway)
            return;
        var (columns, rows) = size();
        _painted.ResetWrittenCount();
        // A line that is free stays the status line; otherwise it covers the last one.
        _view.Render(_screen.Terminal, columns, _status is null || rows < 2 ? rows : rows - 1, _painted);
        output.Write(_painted.WrittenSpan);
        if (_status is { } status && rows > 1)
            output.Write(Encoding.UTF8.GetBytes($"\e7\e[{rows};1H\e[0;7m{Fit(status, columns)}\e[0m\e[K\e8"));
    }

    private static string Fit(string text, int columns) => text.Length < columns ? text : text[..Math.Max(0, columns - 1)];
}
