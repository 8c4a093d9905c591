using System.Buffers;
using System.Text;
using SshLog.Core.Probe;
using SshLog.Terminal;

namespace SshLog.Cli.Replay;

/// <summary>On a terminal in raw mode: what only draws passes; gaps are lines in reverse video.</summary>
/// <param name="output">The terminal.</param>
internal sealed class TerminalScreen(Stream output) : ITerminalReplayScreen
{
    // Title, cursor, wrapping, margins, character sets, keypad and colours back to normal; the cursor stays.
    private const string SoftReset =
        "\e[23;0t\e[!p\e[?25h\e[?7h\e[?5l\e[?1l\e[?2026l\e>\e(B\x0f"
        + "\e]104\a\e]110\a\e]111\a\e]112\a\e]8;;\a\e[0m";

    private readonly TerminalFilter _filter = new();
    private readonly ArrayBufferWriter<byte> _passed = new();
    private byte _last;

    /// <summary>Before the first byte.</summary>
    public void Begin() => output.Write("\e[22;0t"u8);

    public void Write(ReplayStep.Output recorded)
    {
        _passed.ResetWrittenCount();
        if (recorded.Kind == ChannelKind.Pty)
            _filter.Filter(recorded.Bytes.Span, _passed);
        else
            _filter.Filter(WithCarriageReturns(recorded.Bytes.Span), _passed);
        if (_passed.WrittenCount == 0)
            return;
        output.Write(_passed.WrittenSpan);
        _last = _passed.WrittenSpan[^1];
    }

    public void Mark(string text)
    {
        var lineBreak = _last is 0 or (byte)'\n' ? string.Empty : "\r\n";
        output.Write(Encoding.UTF8.GetBytes($"{lineBreak}\e[7m[{text}]\e[27m\r\n"));
        _last = (byte)'\n';
    }

    public void Leave() =>
        output.Write(Encoding.ASCII.GetBytes($"\x18{(_filter.InAlternateScreen ? "\e[?1049l" : string.Empty)}{SoftReset}"));

    // What has scrolled by stays; only a program in full screen has to go on there.
    public void Return() => output.Write(Encoding.ASCII.GetBytes("\e[22;0t" + (_filter.InAlternateScreen ? "\e[?1049h" : string.Empty)));

    /// <summary>After the last byte, however the replay ended: leaves the terminal usable.</summary>
    public void End()
    {
        var leave = _filter.InAlternateScreen ? "\e[?1049l" : string.Empty;
        var lineBreak = _last is 0 or (byte)'\n' ? string.Empty : "\r\n";
        // CAN ends a sequence that was being written when a signal came.
        output.Write(Encoding.UTF8.GetBytes($"\x18{leave}{SoftReset}{lineBreak}"));
    }

    /// <summary>What a terminal does for a program without a pty: LF becomes CR LF.</summary>
    private static byte[] WithCarriageReturns(ReadOnlySpan<byte> bytes)
    {
        var result = new List<byte>(bytes.Length + 64);
        foreach (var b in bytes)
        {
            if (b == '\n')
                result.Add((byte)'\r');
            result.Add(b);
        }

        return [.. result];
    }
}
