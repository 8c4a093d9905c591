using System.Text;
using SshLog.Terminal;

namespace SshLog.Terminal.Tests.Screen;

/// <summary>The screen against that of xterm.js, cell for cell.</summary>
public sealed class OracleTests(XtermOracle oracle) : IClassFixture<XtermOracle>
{
    private const int Columns = 14;
    private const int Rows = 6;

    /// <summary>In the manner of vttest: what each sequence of the VT100 to VT420 and xterm is for.</summary>
    public static TheoryData<string> Sequences =>
    [
        "\e#8\e[9;10H\e[1J\e[18;60H\e[0J\e[1K\e[2;3H\e[K",
        "\e[3;6r\e[?6h\e[1;1HA\e[4;1HB\n\nC\e[?6l\e[1;1HD\e[r",
        "\e[?7l0123456789abcdefghijklmnop\e[?7hX",
        "\e[?7l012345678901漢字\r\n0123456789012漢\r\n漢字漢字漢字漢字\e[1@",
        "0123456789abcdefghij\b\bX\r\n12345678901234\bX\r\n1234567890123\b\b\tY",
        "\e[2;4r\e[2;1Ha\r\nb\r\nc\r\nd\r\ne\eM\eM\eM\eMf\e[r\e[6;1Hend",
        "\t1\t2\t3\r\n\e[3g\e[4G\eH\e[9G\eH\r\ta\tb\tc\e[Z\e[ZQ\e[2Ix",
        "\e[4habc\e[1;1HXY\e[4l\e[1;3HZ漢\e[1;4Hq\e[4h\e[1;2H字\e[4l",
        "abcdefgh\e[1;3H\e[2@\e[1;8H\e[3P\e[2Gx\e[2X",
        "\e[44m\e[2J\e[31;1;4mred\e[0m plain\e[7m inv\e[27m\e[K\r\n\e[48;5;200mpal\e[1L\e[38;2;1;2;3mx\e[M",
        "\e(0lqqk\r\nx  x\r\nmqqj\e(B lqk\x0e\e)0aaa\x0f\e*0\enzz",
        "漢字漢字漢字漢字\r\n\e[2;2Hx\e[1;3Hy\e[1;6H\e[P\e[1;2H\e[X",
        "e\u0301a\u0300\u0302\r\n漢\u0301x\e[1;1H\e[@",
        "one\e7\e[31mtwo\e[3;3Hthree\e8four\e[?1049h\e[2Jalt\e7\e[?1049lback\e[u",
        "\e[?1049h\e[5;5Htext\e[?47l\e[?47hagain",
        "x\e[20bz\e[1;5H漢\e[4b",
        "x\e[40bz\e[3;6Hy\e[99999b",
        "漢\e[30b\e[2;3H漢\e[50b\e[6;1Hab漢\e[21bq",
        "e\u0301\e[60b\e[3;2H漢\u0301\e[99b",
        "\e[2;3r\e[2;4Hx\e[99b\e[3;3r\e[3;1Hy\e[44bz",
        "\e[2;3r\e[4;1Habcdefghijklmn\e[6;2H漢\e[38b\e[6;1Hx\e[52b",
        "abcdefghijklmn\r\nopq\e[1;3H\e[4hx\e[50b\e[4l\e[?7l\e[2;2Hz\e[77b",
        "\e[41mx\e[42m\e[33b\e(0q\e[40b",
        "1\r\n2\r\n3\r\n4\r\n5\r\n6\e[3S\e[2Tx\e[2;5r\e[3Sy\e[2T\e[9Sz\e[9Tq",
        "\e]0;both\a\e]1;icon\a\e]2;title\e\\\e[22;0t\e]2;inner\a\e[23;0t",
        "\e[1\"qpro\e[0\"qtected\e[1;1H\e[?2J\e[?K\e[2Kx",
        "a\e[\rb\e[3\nCc\e[?25\x18hd\e[1;\x1b[31me",
        "\e[38;5;1;48;5;2mA\e[38:2:1:2:3mB\e[38:2::4:5:6mC\e[48;2;7;8mD\e[38:5:300mE\e[58:5:9;4:3mF\e[39;49;59mG",
        "\u0090q\u009cok\u009b2Cx\u0085y\u0084z\u0088",
        "\e[?45h\e[1;13Hwrap around\b\b\b\b\b\b\b\b\b\b\bX",
        "\e[2;5r\e[3;1H\e[2L12\r\n34\e[3M\e[2S\e[1T",
        "\e[?5h\e[?3h\e[?12hok\e[c\e[6n\e[>c\e[?6n\e[18t\x05ok",
        "12\e[?1048h\e[3;3H34\e[?1048l56",
        "\e[5;3r\e[3;3r\e[0;99rx\e[99;99Hy\e[-1Hz",
    ];

    [Theory]
    [MemberData(nameof(Sequences))]
    public void What_the_sequences_of_a_terminal_do(string text) => Compare(Columns, Rows, [Step.Print(text)]);

    [Fact]
    public void Five_thousand_random_outputs()
    {
        for (var seed = 0; seed < 5000; seed++)
            Compare(Columns, Rows, [Step.Print(new SequenceGenerator(seed, Columns, Rows).Next(60))]);
    }

    [Fact]
    public void A_thousand_outputs_of_random_bytes()
    {
        for (var seed = 0; seed < 1000; seed++)
            Compare(Columns, Rows, [new Step(new SequenceGenerator(seed, Columns, Rows).NextBytes(300))]);
    }

    [Fact]
    public void Windows_that_change_and_programs_that_draw_anew()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var (random, generator) = (new Random(seed), new SequenceGenerator(seed, Columns, Rows));
            var steps = new List<Step>();
            for (var i = 0; i < 4; i++)
            {
                steps.Add(Step.Print(generator.Next(15)));
                steps.Add(new Step(null, 4 + random.Next(20), 2 + random.Next(10)));
                // xterm.js keeps what a narrower window cuts off; a reset forgets it on both sides.
                steps.Add(Step.Print("\ec" + generator.Next(15)));
            }

            Compare(Columns, Rows, steps);
        }
    }

    [Theory]
    [InlineData(20, 6)]
    [InlineData(14, 9)]
    [InlineData(14, 3)]
    [InlineData(30, 12)]
    public void Content_stays_when_a_window_grows_or_gets_lower(int columns, int rows)
    {
        foreach (var text in new[] { "one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix", "top\r\n\e[2;2Hcursor", "\e[?1049h\e#8\e[4;9Hx", "a\e[3;6H\e7\e[6;1Hb" })
            Compare(Columns, Rows, [Step.Print(text), new Step(null, columns, rows), Step.Print("after\e8\e[31mx")]);
    }

    public static TheoryData<string> Recordings =>
        [.. Directory.EnumerateFiles(Path.Combine(XtermOracle.SourceFolder(), "recordings"), "*.bin").Select(f => Path.GetFileName(f))];

    /// <summary>At the end, and at a hundred places on the way.</summary>
    [Theory]
    [MemberData(nameof(Recordings))]
    public void What_real_programs_printed(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(XtermOracle.SourceFolder(), "recordings", file));
        for (var part = 1; part <= 20; part++)
        {
            var length = bytes.Length * part / 20;
            // Not inside a character: xterm.js loses some of those that are cut.
            while (length < bytes.Length && (bytes[length] & 0xc0) == 0x80)
                length++;
            Compare(80, 24, [new Step(bytes[..length])]);
        }
    }

    private void Compare(int columns, int rows, IReadOnlyList<Step> steps) => ScreenText.AssertSame(
        oracle.Ask(columns, rows, steps), ScreenText.Play(columns, rows, steps), Describe(steps));

    private static string Describe(IEnumerable<Step> steps) => string.Join(' ', steps.Select(
        s => s.Bytes is { } bytes ? SafeText.Escape(Encoding.Latin1.GetString(bytes)) : $"<{s.Columns}x{s.Rows}>"));
}
