using System.Buffers;
using System.Text;
using SshLog.Formatting;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Cli.Replay;

/// <summary>
/// On a terminal of any size: paints what the recorded window showed, so that nothing of the recording itself reaches
/// the terminal. Uses the alternate screen and leaves the last picture's text behind.
/// </summary>
/// <param name="output">The terminal.</param>
/// <param name="size">Its size now.</param>
internal sealed class ViewScreen(Stream output, Func<WindowSize> size) : ITerminalReplayScreen
{
    private readonly ScreenView _view = new();
    private readonly ArrayBufferWriter<byte> _painted = new();
    private ChannelScreen _screen = new(0, new HeadlessTerminal(0, 0));
    private string? _status;

    /// <summary>Before the first picture.</summary>
    public void Begin() => output.Write("\e[?1049h\e[H"u8);

    public void Write(ReplayStep.Output recorded)
    {
        if (recorded.Kind == Core.Probe.ChannelKind.Pty)
            _screen.Terminal.Feed(recorded.Bytes.Span);
        else
            _screen.Terminal.Feed(Encoding.Latin1.GetBytes(
                Encoding.Latin1.GetString(recorded.Bytes.Span).Replace("\n", "\r\n", StringComparison.Ordinal)));
        Paint();
    }

    public void Mark(string text) => Status($"[{text}]");

    public void Resize(int columns, int rows)
    {
        _screen.Terminal.Resize(columns, rows);
        Paint();
    }

    public void Show(ChannelScreen screen)
    {
        _screen = screen;
        Paint();
    }

    /// <summary>The window has another size, or something else was painted over it.</summary>
    public void Repaint()
    {
        _view.Invalidate();
        Paint();
    }

    public void Status(string? text)
    {
        if (_status is not null && text is null)
            _view.Invalidate();
        _status = text;
        Paint();
    }

    public void Help(IReadOnlyList<string> lines)
    {
        _view.Invalidate();
        output.Write(Encoding.UTF8.GetBytes("\e[0m\e[2J\e[H" + string.Join("\r\n", lines)));
    }

    /// <summary>After the last picture, however the replay ended: leaves the terminal usable.</summary>
    public void End()
    {
        var text = new StringBuilder("\x18\e[0m\e[?25h\e[?1049l");
        var last = _screen.Terminal.Rows - 1;
        while (last >= 0 && _screen.Terminal.TextAt(last).Length == 0)
            last--;
        for (var row = 0; row <= last; row++)
            text.Append(_screen.Terminal.TextAt(row)).Append("\r\n");
        output.Write(Encoding.UTF8.GetBytes(text.Append("\e[0m").ToString()));
    }

    private void Paint()
    {
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
