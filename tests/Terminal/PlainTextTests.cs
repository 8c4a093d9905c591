using System.Text;

namespace SshLog.Terminal.Tests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("one\r\ntwo\r\n", "one\ntwo\n")]
    [InlineData("\e[1;31mre\e[32md\e[0m word\r\n", "red word\n")]
    [InlineData("\e]0;title\a$ ls\e[K\r\n", "$ ls\n")]
    [InlineData("helo\b \blo\r\n", "hello\n")]
    [InlineData("10%\r50%\r100%\r\n", "100%\n")]
    [InlineData("progress\r\e[Kdone\r\n", "done\n")]
    [InlineData("a\tb\r\n", "a       b\n")]
    [InlineData("caf\u00e9 漢字 e\u0301\r\n", "caf\u00e9 漢字 e\u0301\n")]
    [InlineData("漢字\b\bx\r\n", "漢x\n")]
    [InlineData("stop\x03\x1a here\x07\r\n", "stop[Ctrl+C][Ctrl+Z] here\n")]
    [InlineData("abcdef\e[3D\e[P\e[2@\r\n", "abc  ef\n")]
    [InlineData("a\r\r\nb\n\nc", "a\nb\n\nc\n")]
    [InlineData("\e[?1049h\e[2J\e[1;1Htop\e[5;3Hmiddle\e[?1049l$ ", "top\nmiddle\n$\n")]
    [InlineData("one\u009b31mtwo\u0090dcs\u009cthree\r\n", "onetwothree\n")]
    [InlineData("bad \xc3(\r\n", "bad \u00c3(\n")]
    public void It_reads_as_a_person_would_read_it(string output, string expected) => Assert.Equal(expected, Read(output));

    /// <summary>At the margin readline prints a blank and returns, so that the cursor is on the next row.</summary>
    [Theory]
    [InlineData("$ 12345678 \r90\r\n", "$ 1234567890\n")]
    [InlineData("$ 12345678 \r90\e[A\rX\r\n", "X 1234567890\n")]
    [InlineData("1234567890abcde\r\n", "1234567890abcde\n")]
    public void A_line_that_the_window_wrapped_is_one_line(string output, string expected) =>
        Assert.Equal(expected, Read(output, columns: 10));

    [Theory]
    [InlineData("Starting\e[999C\e[6D[ OK ]\r\n", "Starting", "[ OK ]", 79)]
    [InlineData("a\e[999Gb\r\n", "a", "b", 80)]
    [InlineData("a\e[70G\t\t\t\tb\r\n", "a", "b", 80)]
    [InlineData("ab\r\e[999@\r\n", "", "ab", 82)]
    public void The_cursor_stays_in_the_window(string output, string begin, string end, int length)
    {
        var line = Read(output, columns: 80).TrimEnd('\n');
        Assert.Equal(begin + new string(' ', length - begin.Length - end.Length) + end, line);
    }

    [Fact]
    public void A_tab_behind_a_full_row_does_nothing() =>
        Assert.Equal("1234567890ab\n", Read("1234567890\tab\r\n", columns: 10));

    [Theory]
    [InlineData("\e[8191G.\n", 0)]
    [InlineData("\e[9999C.\n", 0)]
    [InlineData("\e[8191G.\n", 5000)]
    [InlineData(".\r\e[9999@\n", 0)]
    public void A_few_bytes_do_not_make_a_long_line(string output, int columns) =>
        Assert.InRange(Read(output, columns).Length, 500, HeadlessTerminal.MostColumns + 2);

    [Fact]
    public void Without_a_window_lines_of_any_length_keep_their_tabs_and_are_moved_in()
    {
        var row = string.Join('\t', Enumerable.Repeat("column", 300));
        Assert.Equal(row.Replace("\t", "  ", StringComparison.Ordinal) + "\n", Read(row + "\n"));
        Assert.Equal(new string('x', 999) + "yx\n", Read(new string('x', 1001) + "\e[1000Gy\n"));
    }

    [Fact]
    public void A_line_keeps_some_thousand_marks()
    {
        var marked = "e" + new string('\u0301', 10);
        var line = string.Concat(Enumerable.Repeat(marked, 200));
        var expected = string.Concat(Enumerable.Repeat(marked, 100)) + new string('e', 100) + "\n";
        Assert.Equal(expected + expected, Read($"{line}\r\n{line}\r\n"));
        // Those that are overwritten make room.
        Assert.Equal(expected, Read($"{line}\r{line}\r\n"));
    }

    [Fact]
    public void Lines_come_out_where_they_end_and_endless_ones_are_broken()
    {
        var (text, output) = (new PlainText(), new StringWriter());
        text.Feed("begun"u8, output);
        Assert.Empty(output.ToString());
        text.Feed("\nnext"u8, output);
        Assert.Equal("begun\n", output.ToString());
        for (var i = 0; i < 100; i++)
            text.Feed(new byte[PlainText.LongestLine].Select(_ => (byte)'x').ToArray(), output);
        Assert.All(output.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, PlainText.LongestLine));
    }

    [Fact]
    public void Whatever_comes_nothing_throws_and_no_control_character_is_left()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var generator = new Screen.SequenceGenerator(seed, 14, 6);
            var (text, output) = (new PlainText(seed % 3 * 7), new StringWriter());
            text.Feed(Encoding.UTF8.GetBytes(generator.Next(50)), output);
            text.Feed(generator.NextBytes(300), output);
            text.Flush(output);
            Assert.DoesNotContain(output.ToString(), c => char.IsControl(c) && c != '\n');
        }
    }

    private static string Read(string output, int columns = 0)
    {
        var (text, lines) = (new PlainText(columns), new StringWriter());
        text.Feed(Encoding.UTF8.GetBytes(output), lines);
        text.Flush(lines);
        return lines.ToString();
    }
}
