using Akka.Configuration;

namespace SshLog.Conformance.Tests.Embedded;

/// <summary>
/// The harder rules of the HOCON specification, with examples of our own. Here and not with the rest because the reader
/// inside Akka.NET 1.5 is not known to follow all of them.
/// </summary>
public sealed class HoconSpecificationTests
{
    [Theory]
    [InlineData("p = /usr\np = ${p}\"/bin\"", "p", "/usr/bin")]
    [InlineData("dirs = one\ndirs = ${dirs} two\ndirs = ${dirs} three", "dirs", "one two three")]
    [InlineData("port = 1\nboth = ${port}\nport = 2", "both", "2")]
    [InlineData("a { x = 1 }\na = { y = ${a.x} }", "a.y", "1")]
    [InlineData("base { n = 1, m = 2 }\nmine = ${base} { m = 3 }", "mine.m", "3")]
    [InlineData("base { n = 1, m = 2 }\nmine = ${base} { m = 3 }", "mine.n", "1")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }\nbar { foo = 43 }", "bar.baz", "43")]
    [InlineData("v = ${?nowhere}kept", "v", "kept")]
    [InlineData("v = set\nv = ${?nowhere}", "v", "set")]
    public void A_substitution_sees_the_final_value_and_itself_the_one_before(string text, string path, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(text).GetString(path));

    [Theory]
    [InlineData("v =   a   b  ", "a   b")]
    [InlineData("v = a ${w} b\nw = x", "a x b")]
    [InlineData("v = ${w}${w}\nw = x", "xx")]
    [InlineData("v = ${w} ${w}\nw = x", "x x")]
    [InlineData("v = \"a \"  \" b\"", "a    b")]
    [InlineData("v = 10 \"s\"", "10 s")]
    public void Concatenation_keeps_the_space_between_its_parts_and_drops_it_around_them(string text, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(text).GetString("v"));

    [Theory]
    [InlineData("l = [a] [b, c]", "a b c")]
    [InlineData("l = [a]\nl = ${l} [b]", "a b")]
    [InlineData("l = [a]\nl += b\nl += c", "a b c")]
    [InlineData("l += a", "a")]
    [InlineData("w = [x, y]\nl = ${w} [z]", "x y z")]
    [InlineData("l = [\n a\n b\n]", "a b")]
    [InlineData("l { \"0\" = a, \"1\" = b }", "a b")]
    [InlineData("l { \"2\" = c, \"0\" = a, note = n }", "a c")]
    public void Lists_are_joined_and_appended_to(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', ConfigurationFactory.ParseString(text).GetStringList("l")));

    [Theory]
    [InlineData("a = ${a}")]
    [InlineData("a = ${b}\nb = ${a}")]
    [InlineData("a = ${nowhere}")]
    [InlineData("a = [1] { b = 2 }")]
    public void Circles_missing_values_and_mixed_concatenations_are_refused(string text) =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString(text).GetString("a"));

    [Theory]
    [InlineData("250 us", 0.25)]
    [InlineData("1.5s", 1500)]
    [InlineData("7", 7)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("1 d", 86_400_000)]
    public void Durations_without_a_unit_are_milliseconds(string text, double milliseconds) => Assert.Equal(
        TimeSpan.FromMilliseconds(milliseconds), ConfigurationFactory.ParseString($"t = {text}").GetTimeSpan("t"));

    [Theory]
    [InlineData("3", 3L)]
    [InlineData("2kB", 2000L)]
    [InlineData("2 KiB", 2048L)]
    [InlineData("2k", 2048L)]
    [InlineData("1 MiB", 1048576L)]
    public void Sizes_are_decimal_or_binary_by_their_unit(string text, long bytes) =>
        Assert.Equal(bytes, ConfigurationFactory.ParseString($"s = {text}").GetByteSize("s"));
}
