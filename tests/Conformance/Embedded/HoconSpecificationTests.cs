using Akka.Configuration;

namespace SshLog.Conformance.Tests.Embedded;

/// <summary>
/// The harder rules of the HOCON specification, with examples of our own. Here and not with the rest because the reader
/// inside Akka.NET 1.5 is not known to follow all of them.
/// </summary>
public sealed class HoconSpecificationTests
{
    [Fact]
    public void Object_substitution_inherits_and_overrides()
    {
        var config = ConfigurationFactory.ParseString("""
            base { x = 1, y = 2 }
            derived = ${base} { y = 3, z = 4 }
            """);
        Assert.Equal([1, 3, 4], [config.GetInt("derived.x"), config.GetInt("derived.y"), config.GetInt("derived.z")]);
        Assert.Equal(2, config.GetInt("base.y"));
    }

    [Fact]
    public void Undefined_optional_substitution_leaves_no_setting() =>
        Assert.False(ConfigurationFactory.ParseString("a = ${?nowhere.at.all}").HasPath("a"));

    [Fact]
    public void Substitution_falls_back_to_the_environment()
    {
        const string Name = "SSHLOG_CONFORMANCE_VARIABLE";
        Environment.SetEnvironmentVariable(Name, "from outside");
        try
        {
            var config = ConfigurationFactory.ParseString($"a = inside\na = ${{?{Name}}}");
            Assert.Equal("from outside", config.GetString("a"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }

    [Theory]
    [InlineData("a = {")]
    [InlineData("a = [1, 2")]
    [InlineData("a = \"open")]
    public void What_is_not_closed_is_refused(string hocon) =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString(hocon));

    [Theory]
    [InlineData("a = [x] [y]")]
    [InlineData("a = [x]\na += y")]
    [InlineData("a += x\na += y")]
    [InlineData("a = [x]\na = ${a} [y]")]
    public void Lists_are_joined_and_extended(string hocon) =>
        Assert.Equal(["x", "y"], ConfigurationFactory.ParseString(hocon).GetStringList("a"));

    [Fact]
    public void Units_spellings_and_commas_beyond_what_Akka_NET_reads()
    {
        var config = ConfigurationFactory.ParseString("a { t = 500us }, b = yes, c = no");
        Assert.Equal(TimeSpan.FromMicroseconds(500), config.GetTimeSpan("a.t"));
        Assert.True(config.GetBoolean("b"));
        Assert.False(config.GetBoolean("c", true));
    }

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
