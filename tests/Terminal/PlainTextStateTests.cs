using System.Text;

namespace SshLog.Terminal.Tests;

public sealed class PlainTextStateTests
{
    private const string Output =
        "plain\r\n\e[31mcol\e[0moured\e]0;title\a corr\b\b\brected\r\nwide 漢字 e\u0301 \e[5Ctab\tend\r\n\e[Kprompt$ ls\e[3D\e[Pxy\r\n\e[2Jlast, not compl";

    [Fact]
    public void Saved_and_loaded_between_any_two_bytes_it_goes_on_as_before()
    {
        var bytes = Encoding.UTF8.GetBytes(Output);
        var expected = Read(new PlainText(20), bytes, out var pending);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var first = new PlainText(20);
            var lines = Read(first, bytes.AsSpan(..cut), out _);
            var second = PlainText.Load(first.Save());
            Assert.Equal(expected, lines + Read(second, bytes.AsSpan(cut..), out var rest));
            Assert.Equal(pending, rest);
        }
    }

    [Fact]
    public void Bytes_that_were_not_saved_are_refused()
    {
        var text = new PlainText();
        Read(text, Encoding.UTF8.GetBytes(Output), out _);
        var saved = text.Save();
        for (var length = 0; length < saved.Length; length++)
            Assert.Throws<FormatException>(() => PlainText.Load(saved.AsSpan(..length)));
        var random = new Random(1);
        for (var i = 0; i < 5000; i++)
        {
            var changed = saved.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                Read(PlainText.Load(changed), "and on\r\n\e[10D\e[Ax\n"u8, out _);
            }
            catch (FormatException)
            {
                // Refused, or it stands for something else that can be.
            }
        }
    }

    [Fact]
    public void What_is_saved_stays_small_whatever_was_printed()
    {
        var line = string.Concat(Enumerable.Repeat("\U00100000" + new string('\u0301', 32), PlainText.LongestLine - 1));
        foreach (var output in new[] { line, line + "\e]0;" + new string('漢', 4000), "\e]52;c;" + new string('漢', 4000) })
        {
            var text = new PlainText(80);
            Read(text, Encoding.UTF8.GetBytes(output), out var pending);
            var saved = text.Save();
            Assert.InRange(saved.Length, 1, 31 * 1024);
            Read(PlainText.Load(saved), default, out var again);
            Assert.Equal(pending, again);
        }
    }

    private static string Read(PlainText text, ReadOnlySpan<byte> bytes, out string pending)
    {
        using var lines = new StringWriter();
        text.Feed(bytes, lines);
        pending = text.Pending;
        return lines.ToString();
    }
}
