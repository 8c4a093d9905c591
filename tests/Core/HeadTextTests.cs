using System.Security.Cryptography;
using SshLog.Core.Journal;

namespace SshLog.Core.Tests;

/// <summary>A signed head is found again in whatever text has carried it.</summary>
public sealed class HeadTextTests
{
    private static readonly SignedHead _head = new(
        "5f1d0c3b2a19087766554433221100ff", "ssh-20261122T074517-970236-4f2a", 77, SHA256.HashData([1]),
        new DateTimeOffset(2026, 11, 22, 7, 45, 17, TimeSpan.Zero), new string('a', 64), RandomNumberGenerator.GetBytes(72));

    [Theory]
    [InlineData("{0}")]
    [InlineData("Nov 22 07:45:17 host sshlogd: ssh-x up to event 77: {0}\n")]
    [InlineData("{{\"head\":\"{0}\"}}")]
    [InlineData("[sshlog head=\"{0}\"]")]
    [InlineData("sshlog-head-1:cut:off and {0}, twice: {0}")]
    public void It_is_found_in_lines_json_and_structured_data(string form) => Assert.All(Find(
        string.Format(null, form, HeadText.Format(_head))), head => AssertSame(_head, head));

    [Fact]
    public void Text_of_any_length_is_read_in_pieces_and_none_is_cut()
    {
        var word = HeadText.Format(_head);
        // Every place where a piece can end falls into one of them once.
        for (var before = 65536 - 1024 - word.Length - 2; before < 65536 + 8; before += 7)
            Assert.Equal(2, Find(new string('x', before) + ' ' + word + ' ' + new string('y', 70000) + word).Count);
        Assert.Empty(Find(string.Empty));
        Assert.Empty(Find(word[..^20]));
        Assert.Empty(Find(word.Replace(":77:", ":99999999999999999999:", StringComparison.Ordinal)));
    }

    private static List<SignedHead> Find(string text) => [.. HeadText.Find(new StringReader(text))];

    private static void AssertSame(SignedHead expected, SignedHead actual)
    {
        Assert.Equal(expected.Message(), actual.Message());
        Assert.Equal((expected.Key, Convert.ToHexString(expected.Signature.Span)), (actual.Key, Convert.ToHexString(actual.Signature.Span)));
    }
}
