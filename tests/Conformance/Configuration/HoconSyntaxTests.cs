using Akka.Configuration;

namespace SshLog.Conformance.Tests.Configuration;

public sealed class HoconSyntaxTests
{
    [Theory]
    [InlineData("a = 1", "a", "1")]
    [InlineData("a : 1", "a", "1")]
    [InlineData("{ a = 1 }", "a", "1")]
    [InlineData("a { b { c = x } }", "a.b.c", "x")]
    [InlineData("a.b.c = x", "a.b.c", "x")]
    [InlineData("a.\"b.c\".d = x", "a.\"b.c\".d", "x")]
    [InlineData("\"a b\" = x", "\"a b\"", "x")]
    [InlineData("a = 1 # comment", "a", "1")]
    [InlineData("a = 1 // comment", "a", "1")]
    [InlineData("# first\n// second\na = 1", "a", "1")]
    [InlineData("a = one two  three ", "a", "one two  three")]
    [InlineData("a = \"tab\\t quote\\\" uni\\u0041\"", "a", "tab\t quote\" uniA")]
    [InlineData("a = \"\"\"one\n\"two\" \\n\"\"\"", "a", "one\n\"two\" \\n")]
    [InlineData("a = \"\"", "a", "")]
    [InlineData("a = { b = 1, c = 2 }", "a.c", "2")]
    [InlineData("a = { b = 1 }\na = { c = 2 }", "a.b", "1")]
    [InlineData("a.b = 1\na.c = 2", "a.b", "1")]
    [InlineData("a = 1\na = 2", "a", "2")]
    [InlineData("a = { b = 1 }\na = 2", "a", "2")]
    [InlineData("a { b = /user/x }", "a.b", "/user/x")]
    public void Text_under_a_path(string hocon, string path, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString(path));

    [Theory]
    [InlineData("a = [x, y]")]
    [InlineData("a = [x\n y]")]
    [InlineData("a = [\n  x,\n  y,\n]")]
    [InlineData("a = [\"x\", \"y\"]")]
    [InlineData("b = x\na = [${b}, y]")]
    public void Lists_in_every_spelling(string hocon) =>
        Assert.Equal(["x", "y"], ConfigurationFactory.ParseString(hocon).GetStringList("a"));

    [Theory]
    [InlineData("b = 1\na = ${b}", "1")]
    [InlineData("a = ${b}\nb = 1", "1")]
    [InlineData("c { d = 1 }\na = ${c.d}", "1")]
    [InlineData("b = x\na = ${b}y", "xy")]
    [InlineData("b = x\na = one ${b} two", "one x two")]
    public void Substitutions(string hocon, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString("a"));

    [Theory]
    [InlineData("a = ${nowhere.at.all}")]
    public void Broken_text_is_refused(string hocon) =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString(hocon));
}
