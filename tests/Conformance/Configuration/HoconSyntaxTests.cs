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
    [InlineData("a = [x] [y]")]
    [InlineData("a = [x]\na += y")]
    [InlineData("a += x\na += y")]
    [InlineData("a = [x]\na = ${a} [y]")]
    [InlineData("b = x\na = [${b}, y]")]
    public void Lists_in_every_spelling(string hocon) =>
        Assert.Equal(["x", "y"], ConfigurationFactory.ParseString(hocon).GetStringList("a"));

    [Theory]
    [InlineData("b = 1\na = ${b}", "1")]
    [InlineData("a = ${b}\nb = 1", "1")]
    [InlineData("c { d = 1 }\na = ${c.d}", "1")]
    [InlineData("a = 1\na = ${?missing.path}", "1")]
    [InlineData("b = x\na = ${b}y", "xy")]
    [InlineData("b = x\na = one ${b} two", "one x two")]
    [InlineData("a = 1\na = ${a}2", "12")]
    public void Substitutions(string hocon, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString("a"));

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
    [InlineData("a = ${nowhere.at.all}")]
    public void Broken_text_is_refused(string hocon) =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString(hocon));
}
