using Akka.Configuration;
using Hocon;

namespace SshLog.Conformance.Tests.Embedded;

/// <summary>What the embedded parser does beyond the common ground: includes, places, printing.</summary>
public sealed class HoconOriginTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hocon-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Included_files_are_relative_to_the_including_file()
    {
        Directory.CreateDirectory(PathOf("conf.d"));
        Write("conf.d/inner.conf", "include \"deepest.conf\"\nvalue = inner\nown = ${value}");
        Write("conf.d/deepest.conf", "depth = 2");
        var main = Write("main.conf",
            "value = outer\nnested { include \"conf.d/inner.conf\" }\ninclude \"no-such.conf\"");
        var root = HoconParser.ParseFile(main);
        var config = new Config(root);
        Assert.Equal("outer", config.GetString("value"));
        Assert.Equal("inner", config.GetString("nested.own"));
        Assert.Equal(2, config.GetInt("nested.depth"));
        Assert.Equal(new HoconOrigin(PathOf("conf.d/inner.conf"), 2, 9), root.Find(["nested", "value"])!.Origin);
    }

    [Fact]
    public void Required_includes_must_exist_and_circles_end()
    {
        var missing = Write("missing.conf", "\n include required(file(\"no-such.conf\"))");
        var error = Assert.Throws<HoconParserException>(() => HoconParser.ParseFile(missing));
        Assert.Equal(new HoconOrigin(missing, 2, 2), error.Origin);
        var circle = Write("circle.conf", "include \"circle.conf\"");
        Assert.Throws<HoconParserException>(() => HoconParser.ParseFile(circle));
    }

    [Theory]
    [InlineData("a = 1\nb = {\n  c = 2\n", 2, 5)]
    [InlineData("a = \"x", 1, 5)]
    [InlineData("a = 1\n\n  b = ${c}", 3, 7)]
    [InlineData("a = 1 }", 1, 7)]
    [InlineData("a = [1,, 2]", 1, 8)]
    [InlineData("a = x@y", 1, 6)]
    [InlineData("a\nb = 1", 2, 1)]
    [InlineData("a = ${a}", 1, 5)]
    [InlineData("a = [1] x", 1, 5)]
    [InlineData("a = \"\\q\"", 1, 8)]
    public void Errors_name_line_and_column(string hocon, int line, int column)
    {
        var error = Assert.Throws<HoconParserException>(() => ConfigurationFactory.ParseString(hocon));
        Assert.Equal((line, column), (error.Origin.Line, error.Origin.Column));
        Assert.Contains($"line {line}, column {column}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_name_their_place()
    {
        var config = ConfigurationFactory.ParseString("a {\n  b = often\n}");
        var error = Assert.Throws<ConfigurationException>(() => config.GetTimeSpan("a.b"));
        Assert.Contains("line 2, column 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("often", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = 1\nb { \"c d\" = \"x\\ny\", e = [1, { f = null }] }")]
    [InlineData("a = \"on\"\nb = \"\"\nc = a b\nd.e.f = 10 s")]
    public void Printed_configuration_reads_back_the_same(string hocon)
    {
        var printed = ConfigurationFactory.ParseString(hocon).ToString();
        Assert.Equal(printed, ConfigurationFactory.ParseString(printed).ToString());
        Assert.Equal(
            ConfigurationFactory.ParseString(hocon).GetString("a"),
            ConfigurationFactory.ParseString(printed).GetString("a"));
    }

    [Theory]
    [InlineData("bar : { foo : 42, baz : ${bar.foo} }", "bar.baz", "42")]
    [InlineData("bar : { foo : 42, baz : ${bar.foo} }\nbar : { foo : 43 }", "bar.baz", "43")]
    [InlineData("foo : { a : { c : 1 } }\nfoo : ${foo.a}\nfoo : { a : 2 }", "foo.c", "1")]
    [InlineData("base { x = 1 }\na = ${base}\na = { y = ${b} }\nb = ${a.x}", "a.y", "1")]
    [InlineData("b = ${a.x}\nbase { x = 1 }\na = ${base}\na = { y = ${b} }", "a.y", "1")]
    [InlineData("a = ${b} { n = 1, m = ${a.n} }\nb { k = 2 }", "a.m", "1")]
    [InlineData("a { b += 1 }\na { b += 2 }", "a.b", "1,2")]
    [InlineData("path = /etc\npath = ${path}\"/x:y\"", "path", "/etc/x:y")]
    public void Substitutions_see_what_the_specification_says(string hocon, string path, string expected)
    {
        var node = ConfigurationFactory.ParseString(hocon).GetValue(path)!;
        var text = node.Kind == HoconKind.Array ? string.Join(',', node.Items.Select(item => item.Text)) : node.Text;
        Assert.Equal(expected, text);
    }

    [Fact]
    public void Objects_become_configurations()
    {
        var config = ConfigurationFactory.FromObject(new { a = new { b = 1, c = new[] { "x", "y" } }, d = true });
        Assert.Equal(1, config.GetInt("a.b"));
        Assert.Equal(["x", "y"], config.GetStringList("a.c"));
        Assert.True(config.GetBoolean("d"));
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }
}
