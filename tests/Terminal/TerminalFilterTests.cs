using System.Buffers;
using System.Text;
using SshLog.Terminal;

namespace SshLog.Terminal.Tests;

public sealed class TerminalFilterTests
{
    [Theory]
    [InlineData("plain text, tabs\t, lines\r\n, bells\a and backspace\b")]
    [InlineData("grüße 日本 🎉 ✓")]
    [InlineData("\e[1;31mred\e[0m \e[38:2::1:2:3mtrue\e[m")]
    [InlineData("\e[2J\e[H\e[10;20H\e[K\e[3A\e[1;5r\e[s\e[u")]
    [InlineData("\e[?1049h\e[?25l\e[?7h\e[4h\e[?1049l")]
    [InlineData("\e]0;a title?\a\e]2;✓ ✜ done\e\\")]
    [InlineData("\e]8;id=1;https://example.org/?q=1\e\\link\e]8;;\e\\")]
    [InlineData("\e]4;1;rgb:ff/00/00\a\e]11;#000000\a\e]104\a")]
    [InlineData("\e(0lqqk\e(B\e)0\e=\e>\e7\e8\e#8\eM")]
    [InlineData("\e[ q\e[2 q\e[!p\e[1;1;2;2$z\e[22;0;0t\e[23;0;0t")]
    public void What_only_draws_passes_unchanged(string text) => Assert.Equal(text, Filter(text));

    [Theory]
    [InlineData("answerback", "\u0005")]
    [InlineData("device status", "\e[5n")]
    [InlineData("cursor position", "\e[6n")]
    [InlineData("private device status", "\e[?6n")]
    [InlineData("primary attributes", "\e[c")]
    [InlineData("secondary attributes", "\e[>0c")]
    [InlineData("tertiary attributes", "\e[=c")]
    [InlineData("identify", "\eZ")]
    [InlineData("terminal parameters", "\e[1x")]
    [InlineData("mode report", "\e[?2004$p")]
    [InlineData("checksum report", "\e[1;1;1;1;2;2*y")]
    [InlineData("presentation report", "\e[1$w")]
    [InlineData("title report", "\e[21t")]
    [InlineData("window move", "\e[3;0;0t")]
    [InlineData("window size report", "\e[18t")]
    [InlineData("media copy", "\e[5i")]
    [InlineData("private media copy", "\e[?5i")]
    [InlineData("keyboard protocol query", "\e[?u")]
    [InlineData("keyboard protocol push", "\e[>1u")]
    [InlineData("version query", "\e[>q")]
    [InlineData("graphics query", "\e[?1;1;0S")]
    [InlineData("locator request", "\e['|")]
    [InlineData("mouse reports", "\e[?1000h")]
    [InlineData("mouse reports with leading noughts", "\e[?0001000h")]
    [InlineData("focus reports", "\e[?1004h")]
    [InlineData("keyboard lock", "\e[2h")]
    [InlineData("VT52 mode", "\e[?2l")]
    [InlineData("console switch", "\e[12;3]")]
    [InlineData("status string request", "\eP$qm\e\\")]
    [InlineData("termcap request", "\eP+q544e\e\\")]
    [InlineData("clipboard", "\e]52;c;aGVsbG8=\a")]
    [InlineData("clipboard with leading noughts", "\e]0052;c;aGVsbG8=\a")]
    [InlineData("file transfer", "\e]1337;File=name=eA==:AA==\a")]
    [InlineData("colour query", "\e]11;?\e\\")]
    [InlineData("palette query", "\e]4;1;?\a")]
    [InlineData("notification", "\e]9;hello\a")]
    [InlineData("application command", "\e_Gi=1,a=q;AAAA\e\\")]
    [InlineData("privacy message", "\e^x\e\\")]
    [InlineData("start of string", "\eXx\e\\")]
    [InlineData("leave UTF-8", "\e%@")]
    [InlineData("8-bit answers", "\e G")]
    [InlineData("a marker in the wrong place", "\e[1?c")]
    [InlineData("C1 as UTF-8: device status", "\u009b6n")]
    [InlineData("C1 as UTF-8: status string request", "\u0090$qm\u009c")]
    [InlineData("C1 as UTF-8: identify", "\u009a")]
    [InlineData("a clipboard command after a broken one", "\e]0;x\e]52;c;aGk=\a")]
    [InlineData("wrapped for a multiplexer", "\ePtmux;\e\e]52;c;aGk=\a\e\\")]
    public void What_a_terminal_answers_or_carries_elsewhere_is_dropped(string what, string sequence)
    {
        Assert.True(Filter("a" + sequence + "b") == "ab", what);
    }

    [Theory]
    [InlineData("\e[?1049;1000;25h", "\e[?1049;25h")]
    [InlineData("\e[2;4h", "\e[4h")]
    [InlineData("\e[0\n\u0005m", "\n\e[0m")]
    [InlineData("\e[6\u0018n", "\u0018n")]
    [InlineData("\e[6\e[1mn", "\e[1mn")]
    [InlineData("\e]0;never ended\r\nnext line", "\r\nnext line")]
    [InlineData("\ePnever\r\nended\e[1mbold", "\e[1mbold")]
    public void Broken_or_mixed_sequences_keep_what_is_harmless(string input, string expected) =>
        Assert.Equal(expected, Filter(input));

    [Fact]
    public void Lone_8_bit_controls_are_controls_and_UTF8_continuation_bytes_are_not()
    {
        Assert.Equal("ab"u8.ToArray(), FilterBytes([(byte)'a', 0x9b, (byte)'6', (byte)'n', (byte)'b']));
        Assert.Equal("ab"u8.ToArray(), FilterBytes([(byte)'a', 0x9d, .. "52;c;aGk="u8, 0x9c, (byte)'b']));
        byte[] bold = [0x9b, (byte)'1', (byte)'m'];
        Assert.Equal(bold, FilterBytes(bold));
        var withContinuations = Encoding.UTF8.GetBytes("✛6n ✝52;c;x 🎛");
        Assert.Equal(withContinuations, FilterBytes(withContinuations));
    }

    [Fact]
    public void A_control_after_an_incomplete_character_is_still_a_control()
    {
        Assert.Equal([0xe2], FilterBytes([0xe2, 0x9b, (byte)'6', (byte)'n']));
        Assert.Equal([0xe2], FilterBytes([0xe2, 0x1b, (byte)'[', (byte)'6', (byte)'n']));
    }

    [Fact]
    public void Latin1_text_passes()
    {
        byte[] latin1 = [.. "gr"u8, 0xfc, 0xdf, .. "e\n"u8];
        Assert.Equal(latin1, FilterBytes(latin1));
    }

    [Fact]
    public void An_endless_string_takes_no_memory_and_ends_at_the_next_escape()
    {
        var filter = new TerminalFilter();
        var output = new ArrayBufferWriter<byte>();
        var piece = new byte[64 * 1024];
        piece.AsSpan().Fill((byte)'x');
        filter.Filter("\e]0;"u8, output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            filter.Filter(piece, output);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024);
        filter.Filter("\e[mend"u8, output);
        Assert.Equal("\e[mend"u8.ToArray(), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void It_knows_whether_the_alternate_screen_is_on()
    {
        var filter = new TerminalFilter();
        var output = new ArrayBufferWriter<byte>();
        filter.Filter("\e[?1049h"u8, output);
        Assert.True(filter.InAlternateScreen);
        filter.Filter("\e[?1l\e[?1049l"u8, output);
        Assert.False(filter.InAlternateScreen);
        filter.Filter("\e[?47;25h\ec"u8, output);
        Assert.False(filter.InAlternateScreen);
    }

    private static string Filter(string text) => Encoding.UTF8.GetString(FilterBytes(Encoding.UTF8.GetBytes(text)));

    private static byte[] FilterBytes(byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        new TerminalFilter().Filter(bytes, output);
        return output.WrittenSpan.ToArray();
    }
}
