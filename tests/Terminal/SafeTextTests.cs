using FsCheck;
using FsCheck.Fluent;
using SshLog.Terminal;

namespace SshLog.Terminal.Tests;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("", "")]
    [InlineData("grüße 日本 🎉 \\x1b", "grüße 日本 🎉 \\x1b")]
    [InlineData("\u001b]52;c;aGk=\u0007", "\\x1b]52;c;aGk=\\x07")]
    [InlineData("a\nb\rc\td", "a\\nb\\rc\\td")]
    [InlineData("\0\u007f\u009b", "\\x00\\x7f\\x9b")]
    [InlineData("user\u202egnp.exe\u2066\u2069", "user\\u202egnp.exe\\u2066\\u2069")]
    [InlineData("one\u2028two", "one\\u2028two")]
    public void Controls_become_visible(string hostile, string safe) => Assert.Equal(safe, SafeText.Escape(hostile));

    [Fact]
    public void A_lone_surrogate_is_escaped_and_a_pair_is_kept() =>
        Assert.Equal("\\ud83c🎉\\udf89", SafeText.Escape("\ud83c🎉\udf89"));

    [Fact]
    public void No_input_leaves_a_control_character() => Prop.ForAll<string?>(text =>
        !SafeText.Escape(text ?? string.Empty).Any(c => char.IsControl(c) || c is >= '\u202a' and <= '\u202e'))
        .QuickCheckThrowOnFailure();
}
