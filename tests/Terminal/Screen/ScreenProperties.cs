using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace SshLog.Terminal.Tests.Screen;

/// <summary>What holds of every screen, whatever was printed.</summary>
public sealed class ScreenProperties
{
    private const int Columns = 14;
    private const int Rows = 6;

    public static IEnumerable<object[]> Seeds => Enumerable.Range(0, 40).Select(seed => new object[] { seed * 25 });

    private static IEnumerable<byte[]> Outputs(int firstSeed)
    {
        for (var seed = firstSeed; seed < firstSeed + 25; seed++)
        {
            yield return Encoding.UTF8.GetBytes(new SequenceGenerator(seed, Columns, Rows).Next(60));
            yield return new SequenceGenerator(seed, Columns, Rows).NextBytes(300);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_does_not_matter_where_output_is_cut(int firstSeed)
    {
        foreach (var output in Outputs(firstSeed))
        {
            var (whole, bytewise) = (new HeadlessTerminal(Columns, Rows), new HeadlessTerminal(Columns, Rows));
            whole.Feed(output);
            foreach (var one in output)
                bytewise.Feed([one]);
            Assert.Equal(whole.Save(), bytewise.Save());
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_loaded_terminal_goes_on_as_the_saved_one(int firstSeed)
    {
        foreach (var output in Outputs(firstSeed))
        {
            var cut = new Random(firstSeed).Next(output.Length);
            var saved = new HeadlessTerminal(Columns, Rows);
            saved.Feed(output.AsSpan(..cut));
            var loaded = HeadlessTerminal.Load(saved.Save());
            Assert.Equal(saved.Save(), loaded.Save());
            saved.Feed(output.AsSpan(cut..));
            loaded.Feed(output.AsSpan(cut..));
            Assert.Equal(saved.Save(), loaded.Save());
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Redrawing_brings_another_terminal_to_the_same_screen(int firstSeed)
    {
        foreach (var output in Outputs(firstSeed))
        {
            var shown = new HeadlessTerminal(Columns, Rows);
            shown.Feed(output);
            // Not a new one: what it showed before must not shine through.
            var other = new HeadlessTerminal(Columns, Rows);
            other.Feed(Encoding.UTF8.GetBytes(new SequenceGenerator(firstSeed + 7, Columns, Rows).Next(20) + "\e\\"));
            Redraw(shown, other);
            AssertLooksSame(shown, other, output);
            // And it goes on the same way.
            shown.Feed("\e\\"u8);
            foreach (var terminal in new[] { shown, other })
                terminal.Feed("q\nr\e[2;3Hs\e[?1049l"u8);
            AssertLooksSame(shown, other, output);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Unfinished_sequences_and_characters_are_gone_on_with(int firstSeed)
    {
        var random = new Random(firstSeed);
        foreach (var output in Outputs(firstSeed))
        {
            var cut = random.Next(output.Length);
            var (shown, other) = (new HeadlessTerminal(Columns, Rows), new HeadlessTerminal(Columns, Rows));
            shown.Feed(output.AsSpan(..cut));
            other.Feed(shown.Unfinished());
            Assert.Equal(shown.Unfinished(), other.Unfinished());
            foreach (var next in output[cut..])
            {
                shown.Feed([next]);
                other.Feed([next]);
                Assert.Equal(shown.Unfinished(), other.Unfinished());
            }
        }
    }

    [Theory]
    [InlineData("x\e[99999b")]
    [InlineData("漢\e[99999b")]
    [InlineData("e\u0301\e[99999b")]
    [InlineData("\e[2J")]
    [InlineData("\e[300S")]
    [InlineData("\e[300T")]
    [InlineData("\e#8")]
    [InlineData("\ec")]
    public void A_few_bytes_that_change_all_of_a_large_screen_cost_little(string text)
    {
        var terminal = new HeadlessTerminal(HeadlessTerminal.MostColumns, HeadlessTerminal.MostRows);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, 64 * 1024 / text.Length)));
        var clock = Stopwatch.StartNew();
        terminal.Feed(bytes);
        // Cell by cell the first of them take minutes.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"64 KiB took {clock.Elapsed.TotalSeconds} s");
    }

    [Theory]
    [InlineData("\e[38;2;1;2;3mred\e[0m")]
    [InlineData("\e[4:3;1mcurled\e[0m")]
    [InlineData("\e[?7l\e[2;3Hlong lines are cut\e[?7h")]
    [InlineData("\e]2;title\acall")]
    [InlineData("\eP1$qm\e\\ab漢字é")]
    [InlineData("\e(0lqk\e(B")]
    [InlineData("\e[1;2<7msgr")]
    public void A_terminal_that_is_redrawn_goes_on_in_the_middle_of_anything(string text)
    {
        var output = Encoding.UTF8.GetBytes(text);
        for (var cut = 0; cut <= output.Length; cut++)
        {
            var (shown, other) = (new HeadlessTerminal(Columns, Rows), new HeadlessTerminal(Columns, Rows));
            shown.Feed(output.AsSpan(..cut));
            Redraw(shown, other);
            other.Feed(shown.Unfinished());
            foreach (var terminal in new[] { shown, other })
                terminal.Feed(output.AsSpan(cut..));
            AssertLooksSame(shown, other, output);
            Assert.Equal(shown.Title, other.Title);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_has_scrolled_away_may_be_skipped(int seed)
    {
        var random = new Random(seed);
        string[] pieces = ["line\r\n", "a long line that wraps twice\r\n", "no return\n", "tab\t", "漢字", "\b", "\r\n", "é\r\n", "\x7f\0"];
        for (var round = 0; round < 30; round++)
        {
            var text = new StringBuilder("\e[31m\e[5;5H");
            while (text.Length < 20000)
                text.Append(pieces[random.Next(pieces.Length)]);
            var output = Encoding.UTF8.GetBytes(text.ToString());
            var (whole, bytewise) = (new HeadlessTerminal(Columns, Rows), new HeadlessTerminal(Columns, Rows));
            whole.Feed(output.AsSpan(..12));
            whole.Feed(output.AsSpan(12..));
            foreach (var one in output)
                bytewise.Feed([one]);
            Assert.Equal(bytewise.Save(), whole.Save());
        }
    }

    [Fact]
    public void Memory_is_bounded_by_the_screen()
    {
        string[] floods =
        [
            new('x', 1 << 16), string.Concat(Enumerable.Repeat("e\u0301\u0301\u0301", 4000)) + new string('\u0301', 60000),
            "\e]2;" + new string('t', 1 << 16), "\eP" + new string('d', 1 << 16), "\e[" + new string('9', 1 << 16),
            string.Concat(Enumerable.Repeat("\e[22;2t", 10000)), string.Concat(Enumerable.Repeat("1;", 30000)),
        ];
        var terminal = new HeadlessTerminal(int.MaxValue, int.MaxValue);
        Assert.Equal((HeadlessTerminal.MostColumns, HeadlessTerminal.MostRows), (terminal.Columns, terminal.Rows));
        terminal = new HeadlessTerminal(80, 24);
        foreach (var flood in floods)
        {
            var bytes = Encoding.UTF8.GetBytes(flood);
            terminal.Feed(bytes);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < 20; i++)
                terminal.Feed(bytes);
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1 << 20);
            terminal.Feed("\x18\ec"u8);
        }
    }

    [Fact]
    public void Damaged_states_are_refused_or_loaded_but_break_nothing()
    {
        var terminal = new HeadlessTerminal(Columns, Rows);
        terminal.Feed("\e[31m漢e\u0301\e[?1049h\e]0;title\a\e[3;1Hx\e[4;5:3"u8);
        var good = terminal.Save();
        var random = new Random(1);
        for (var round = 0; round < 20000; round++)
        {
            var bytes = good.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                var loaded = HeadlessTerminal.Load(bytes.AsSpan(..random.Next(bytes.Length + 1)));
                loaded.Feed("abc漢\u0301\e[2P\e[@\e[J\e[?1049l\e8\e[5b\t\e[Z\r\n"u8);
                loaded.Resize(5, 3);
                loaded.Redraw(new ArrayBufferWriter<byte>());
            }
            catch (FormatException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void A_part_can_be_painted_elsewhere()
    {
        var shown = new HeadlessTerminal(10, 4);
        shown.Feed("0123456789\e[2;1H\e[44mab漢字ef\e[3;1H\e[0mthird\e[4;10Hz"u8);
        var viewer = new HeadlessTerminal(12, 6);
        viewer.Feed("\e#8"u8);
        var output = new ArrayBufferWriter<byte>();
        shown.Paint(output, new ScreenWindow(1, 3, 5, 4, AtRow: 2, AtColumn: 1));
        viewer.Feed(output.WrittenSpan);
        Assert.Equal(
            ["EEEEEEEEEEEE", "EEEEEEEEEEEE", "E 字eEEEEEEE", "Erd  EEEEEEE", "E    EEEEEEE", "EEEEEEEEEEEE"],
            Enumerable.Range(0, 6).Select(viewer.TextAt));
    }

    private static void Redraw(HeadlessTerminal from, HeadlessTerminal to)
    {
        var output = new ArrayBufferWriter<byte>();
        from.Redraw(output);
        to.Feed(output.WrittenSpan);
    }

    // Nothing and a blank look the same; marks that stand alone and halves of characters cannot be painted.
    private static void AssertLooksSame(HeadlessTerminal expected, HeadlessTerminal actual, byte[] output)
    {
        Assert.Equal((expected.CursorRow, expected.CursorColumn), (actual.CursorRow, actual.CursorColumn));
        Assert.Equal((expected.InAlternateScreen, expected.CursorVisible), (actual.InAlternateScreen, actual.CursorVisible));
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var (one, two) = (expected.CellAt(row, column), actual.CellAt(row, column));
                if (one.Width != 1 || one.Text.Length > 1 || one.Text.Any(c => c is >= '\u0300' and < '\u0370'))
                    continue;
                Assert.True(one.Text.Trim(' ') == two.Text.Trim(' '), $"{row},{column}: '{one.Text}' became '{two.Text}' after {SafeText.Escape(Encoding.Latin1.GetString(output))}");
                Assert.Equal((one.Foreground, one.Background, one.Bold), (two.Foreground, two.Background, two.Bold));
                Assert.Equal((one.Underline, one.Inverse, one.Italic), (two.Underline, two.Inverse, two.Italic));
            }
        }
    }
}
