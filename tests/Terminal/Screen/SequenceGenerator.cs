using System.Text;

namespace SshLog.Terminal.Tests.Screen;

/// <summary>Random terminal output, the same for the same seed: what programs print, and what they should not.</summary>
internal sealed class SequenceGenerator(int seed, int columns, int rows)
{
    private const string PlainFinals = "@ABCDEFGHIJKLMPSTXZ`adefg";

    private static readonly string[] _pieces =
    [
        "a", "W", "hello", "0123456789abcdef", "  ", "é", "漢", "字幕", "👍", "e\u0301", "qqqxxx`a~",
        "#[\\]^{|}", "ＡＢ", "\u1100", "\ufb01", "\u00a0",
    ];

    private static readonly string[] _controls =
    [
        "\r", "\n", "\r\n", "\b", "\t", "\v", "\f", "\a", "\0", "\x7f", "\x18", "\x1a", "\u0084", "\u0085", "\u0088",
        "\e7", "\e8", "\eD", "\eE", "\eM", "\eH", "\e=", "\e>", "\ec", "\en", "\eo", "\e~", "\e}", "\e|", "\e#8", "\e(0",
        "\e(B", "\e)0", "\e*A", "\e+K", "\e(C", "\e-R", "\e.H", "\e%G", "\x0e", "\x0f", "\e[!p", "\e[s", "\e[u",
        "\e[22;2t", "\e[23;2t", "\e]0;title\a", "\e]2;another\e\\", "\e]2;cut\x18", "\ePq#0;2\e\\", "\e_apc\e\\",
        "\e^pm\e\\", "\eXsos\e\\", "\e[1\"q", "\e[0\"q", "\e[2\"q", "\e[?J", "\e[?1K",
        "\e[38;5;", "\e[<1m", "\e[1;2$p", "\e[?25l", "\e[?25h", "\e[4 q", "\u009b1m", "\u009d2;c1\u009c",
    ];

    private static readonly int[] _privateModes = [1, 2, 6, 25, 45, 47, 1004, 1000, 1006, 1047, 1048, 1049, 2004, 2026];

    private readonly Random _random = new(seed);

    public string Next(int pieces)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pieces; i++)
            text.Append(Piece());
        return text.ToString();
    }

    public byte[] NextBytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        // Random bytes begin few sequences.
        for (var i = 0; i + 1 < length; i += 1 + _random.Next(12))
            (bytes[i], bytes[i + 1]) = (0x1b, (byte)"[]P78MDc(#X^_"[_random.Next(13)]);
        return bytes;
    }

    private string Piece() => _random.Next(20) switch
    {
        < 7 => Pick(_pieces),
        < 11 => Pick(_controls),
        < 15 => $"\e[{Numbers()}{PlainFinals[_random.Next(PlainFinals.Length)]}",
        15 => $"\e[{_random.Next(rows + 3)};{_random.Next(columns + 3)}H",
        16 => $"\e[{Looks()}m",
        17 => $"\e[?{_privateModes[_random.Next(_privateModes.Length)]}{Pick(["h", "l"])}",
        18 => Pick(["\e[4h", "\e[4l", "\e[20h", "\e[20l", $"\e[{_random.Next(rows + 2)};{_random.Next(rows + 2)}r", "\e[r"]),
        _ => Pick(["x\e[3b", "漢\e[2b", $"y\e[{_random.Next(40)}b", "\e[2 @", "\e[1 A", "\e[2'}", "\e[1'~", "\e[J", "\e[1J", "\e[2J", "\e[K", "\e[1K", "\e[2K"]),
    };

    private string Numbers() => _random.Next(6) switch
    {
        0 => "",
        1 => "0",
        2 => $"{_random.Next(4)};{_random.Next(4)}",
        3 => _random.Next(30).ToString(System.Globalization.CultureInfo.InvariantCulture),
        4 => "99",
        _ => _random.Next(4).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private string Looks() => string.Join(';', Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => _random.Next(12) switch
    {
        0 => "0",
        1 => $"{30 + _random.Next(10)}",
        2 => $"{40 + _random.Next(10)}",
        3 => $"{90 + _random.Next(20)}",
        4 => $"38;5;{_random.Next(256)}",
        5 => $"48;2;{_random.Next(256)};{_random.Next(256)};{_random.Next(256)}",
        6 => $"38:2::{_random.Next(256)}:{_random.Next(256)}:{_random.Next(256)}",
        7 => $"48:5:{_random.Next(256)}",
        8 => $"4:{_random.Next(7)}",
        9 => $"58:2::{_random.Next(256)}:1:2",
        _ => $"{_random.Next(60)}",
    }));

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
