using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Terminal;

namespace SshLog.Terminal.Tests;

public sealed class TerminalFilterProperties
{
    /// <summary>Pieces that are likely to meet in a bad place, and random bytes.</summary>
    private static readonly Gen<byte[]> _piece = Gen.Frequency(
        (6, Gen.Elements(
            "\e", "[", "]", "P", "_", "\\", "?", ">", ";", "1049", "6", "52;c;", "0;t", "n", "c", "h", "m", "t", " ",
            "$", "p", "\a", "\u0005", "\n", "\u0018", "text", "✓", "é", "\u009b", "\u009d", "\u009c", "k", "\u007f")
            .Select(Encoding.UTF8.GetBytes)),
        (2, Gen.Choose(0x80, 0xff).Select(b => new[] { (byte)b })),
        (1, Gen.Choose(0, 0xff).Select(b => new[] { (byte)b })));

    private static readonly Arbitrary<byte[]> _streams =
        _piece.ListOf().Select(pieces => pieces.SelectMany(p => p).ToArray()).ToArbitrary();

    [Fact]
    public void Any_split_gives_the_same_bytes() => Prop.ForAll(
        _streams,
        Gen.Choose(1, 7).ListOf().ToArbitrary(),
        (stream, sizes) => Filter(stream, sizes).SequenceEqual(Filter(stream, [])))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Filtering_twice_changes_nothing_more() => Prop.ForAll(
        _streams,
        stream =>
        {
            // CAN ends whatever is open, so that nothing is held back at the end.
            var once = Filter([.. stream, 0x18], []);
            return Filter(once, []).SequenceEqual(once);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void No_answer_is_provoked_wherever_a_question_stands() => Prop.ForAll(
        _streams,
        Gen.Elements("\e[6n", "\e[c", "\e]52;c;aGk=\a", "\e[21t", "\eP$qm\e\\", "\eZ").ToArbitrary(),
        (stream, question) =>
        {
            var passed = Encoding.Latin1.GetString(Filter([.. stream, .. Encoding.ASCII.GetBytes(question)], []));
            return !passed.Contains(question, StringComparison.Ordinal);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Text_without_controls_is_unchanged() => Prop.ForAll(
        Gen.Choose(0xa0, 0x10ffff).Where(Rune.IsValid).Select(c => new Rune(c).ToString())
            .ListOf().Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))).ToArbitrary(),
        text => Filter(text, []).SequenceEqual(text))
        .QuickCheckThrowOnFailure();

    private static byte[] Filter(byte[] stream, IReadOnlyList<int> sizes)
    {
        var filter = new TerminalFilter();
        var output = new ArrayBufferWriter<byte>();
        var rest = stream.AsSpan();
        foreach (var size in sizes)
        {
            var cut = Math.Min(size, rest.Length);
            filter.Filter(rest[..cut], output);
            rest = rest[cut..];
        }

        filter.Filter(rest, output);
        return output.WrittenSpan.ToArray();
    }
}
