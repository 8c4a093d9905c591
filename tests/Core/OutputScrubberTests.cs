using System.Text;
using SshLog.Core.Probe;
using SshLog.Core.Recording;
using static SshLog.Core.Tests.Some;

namespace SshLog.Core.Tests;

public sealed class OutputScrubberTests
{
    private const string Key =
        "-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\r\nAAAAAAAAABAAAAMwAAAAtzc2g=\r\n-----END OPENSSH PRIVATE KEY-----";

    private static readonly OutputRedaction _both = new(true, [OutputRedaction.Compile("PIN [0-9]{4}")]);

    [Fact]
    public void A_key_and_what_a_pattern_matches_are_covered_wherever_output_is_cut_and_nothing_else()
    {
        var text = $"$ cat id\r\n{Key}\r\n$ echo PIN 1234 -----BEGIN CERTIFICATE-----\r\nPIN 12, done -----\r\n";
        var expected = text.Replace("PIN 1234", "********", StringComparison.Ordinal)
            .Replace(Key, Covered(Key), StringComparison.Ordinal);
        for (var first = 0; first < text.Length; first++)
        {
            var second = Math.Min(text.Length, first + 7);
            Assert.Equal((expected, 2), Record(_both, text[..first], text[first..second], text[second..]));
        }
    }

    [Fact]
    public void A_key_that_comes_byte_by_byte_is_covered()
    {
        var text = $"x{Key}y\n";
        Assert.Equal(($"x{Covered(Key)}y\n", 1), Record(new OutputRedaction(true, []), [.. text.Select(c => c.ToString())]));
    }

    [Fact]
    public void Two_keys_are_two_and_what_never_ends_is_covered_for_so_long()
    {
        var (clean, count) = Record(new OutputRedaction(true, []), Key + Key + "-----BEGIN RSA PRIVATE KEY-----\n", new string('a', 17_000), "end\n");
        Assert.Equal(3, count);
        Assert.StartsWith(Covered(Key) + Covered(Key) + "[redacted]", clean, StringComparison.Ordinal);
        Assert.DoesNotContain("a", clean[(2 * Key.Length)..^4].Replace("[redacted]", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.EndsWith("end\n", clean, StringComparison.Ordinal);
    }

    [Fact]
    public void Streams_are_kept_apart_and_a_hole_ends_what_was_begun()
    {
        var other = Pty with { Index = 34 };
        var scrubber = new OutputScrubber(_both);
        var events = scrubber.Apply([Output(0, "PIN "), Output(0, "1234", other), Output(9, "1234")]);
        Assert.Equal(["PIN ", "1234", "1234"], events.Cast<OutputRead>().Select(Text));
    }

    [Theory]
    [InlineData("prompt$ ", true, false)]
    [InlineData("line\r\n", false, false)]
    [InlineData("line\r\n-", true, true)]
    [InlineData("-----BEGIN", true, true)]
    [InlineData("-----BEGIN OPENSSH PRI", true, true)]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY----", true, true)]
    [InlineData("-----BEGIN CERTIFICATE-----\n", false, false)]
    public void Only_what_may_be_the_beginning_of_a_secret_waits(string end, bool withPatterns, bool withKeysAlone)
    {
        Assert.Equal(withPatterns, new OutputScrubber(_both).Waits([Output(0, "a\n"), Output(2, end)]));
        Assert.Equal(withKeysAlone, new OutputScrubber(new OutputRedaction(true, [])).Waits([Output(0, "a\n"), Output(2, end)]));
    }

    [Fact]
    public void What_a_command_printed_first_is_covered_too()
    {
        var exited = new ProcessExited(At(2720), 100, 0, 0, false) { FirstOutput = Encoding.ASCII.GetBytes("PIN 1234\n" + Key) };
        var clean = Assert.IsType<ProcessExited>(new OutputScrubber(_both).Apply([exited]).Single());
        Assert.Equal("********\n" + Covered(Key), Encoding.ASCII.GetString(clean.FirstOutput.Span));
    }

    private static string Covered(string secret) =>
        "[redacted]" + string.Concat(secret[10..].Select(c => c is '\r' or '\n' ? c : '*'));

    // As a recorder does it: what waits goes with what follows.
    private static (string Text, int Redacted) Record(OutputRedaction redaction, params string[] pieces)
    {
        var (scrubber, waiting, offset, text, count) = (new OutputScrubber(redaction), new List<ProbeEvent>(), 0, new StringBuilder(), 0);
        foreach (var piece in pieces.Where(p => p.Length > 0))
        {
            waiting.Add(Output((ulong)offset, piece));
            offset += piece.Length;
            if (!scrubber.Waits(waiting))
                Flush();
        }

        Flush();
        return (text.ToString(), count);

        void Flush()
        {
            foreach (var output in scrubber.Apply(waiting).Cast<OutputRead>())
            {
                text.Append(Text(output));
                count += output.Redacted;
            }

            waiting.Clear();
        }
    }

    private static string Text(OutputRead output) => Encoding.Latin1.GetString(output.Bytes.Span);
}
