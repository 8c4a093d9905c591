namespace SshLog.Plugins.Tests;

/// <summary>Only what is root's, and root's alone to change, is loaded.</summary>
public sealed class PluginTrustTests : IDisposable
{
    private const string Good = "from plugins.common.plugin import FilterPlugin\nclass good_filter(FilterPlugin):\n    pass\n";
    private readonly PluginPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void What_others_may_write_is_not_used()
    {
        var file = _place.Write("good.py", Good);
        Assert.Null(Problem());
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_100);
        Assert.Contains("chmod go-w", Problem(), StringComparison.Ordinal);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_110);
        Assert.Contains("chmod go-w", Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_a_strangers_is_not_used()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        _place.WriteProgram("mixed", "");
        Assert.Null(Problem());
        using (var chown = System.Diagnostics.Process.Start("chown", ["nobody", Path.Combine(_place.Path, "mixed", "run")]))
            chown.WaitForExit();
        Assert.Contains("chown root", Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_others_may_write_is_not_used()
    {
        _place.Write("good.py", Good);
        File.SetUnixFileMode(_place.Path, (UnixFileMode)0b111_111_101);
        Assert.Contains("chmod go-w", Problem(), StringComparison.Ordinal);
        var below = Directory.CreateDirectory(Path.Combine(_place.Path, "below"));
        _place.Settings = _place.Settings with { Directory = below.FullName };
        Assert.Contains("chmod go-w", Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(_place.Path, "link.py"), _place.Write("good.txt", Good));
        Assert.Contains("is a link", Problem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "version": 2 }""", "\"version\": 1")]
    [InlineData("""{ "version": 1 }""", "\"command\"")]
    [InlineData("""{ "version": 1, "command": ["./x"] }""", "neither filters nor actions")]
    [InlineData("""{ "version": 1, "command": ["./x"], "filtres": [] }""", "no member filtres")]
    [InlineData("""{ "version": 1, "command": ["./x"], "filters": [{ "name": "a b" }] }""", "needs a name")]
    [InlineData("""{ "version": 1, "command": ["./x"], "filters": [{ "name": "a", "argument": "string" }] }""", "types are text, integer")]
    [InlineData("""{ "version": 1, "command": ["./x"], "filters": [{ "name": "a" }, { "name": "a" }] }""", "called a")]
    [InlineData("""{ "version": 1, "command": ["./x"], "memory": "much", "filters": [{ "name": "a" }] }""", "a size such as")]
    [InlineData("{\n\n\"version\" 1 }", "plugin.json:3: is no JSON")]
    [InlineData("[1]", "must be an object")]
    public void A_manifest_that_makes_no_sense_says_what_would(string text, string expected)
    {
        _place.Write("x/plugin.json", text);
        Assert.Contains(expected, Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_a_plugin_says_what_is_missing()
    {
        _place.Write("empty/readme", "");
        Assert.Contains("plugin.json", Problem(), StringComparison.Ordinal);
    }

    private string? Problem() => Assert.Single(_place.Find()).Problem;
}
