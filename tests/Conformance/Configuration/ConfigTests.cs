using Akka.Configuration;

namespace SshLog.Conformance.Tests.Configuration;

public sealed class ConfigTests
{
    public static TheoryData<string, TimeSpan> Durations => new()
    {
        { "250", TimeSpan.FromMilliseconds(250) },
        { "1000000 ns", TimeSpan.FromMilliseconds(1) },
        { "100 ms", TimeSpan.FromMilliseconds(100) },
        { "2 milliseconds", TimeSpan.FromMilliseconds(2) },
        { "5s", TimeSpan.FromSeconds(5) },
        { "1.5 s", TimeSpan.FromSeconds(1.5) },
        { "10 seconds", TimeSpan.FromSeconds(10) },
        { "2m", TimeSpan.FromMinutes(2) },
        { "1 hour", TimeSpan.FromHours(1) },
        { "7 days", TimeSpan.FromDays(7) },
        { "infinite", Timeout.InfiniteTimeSpan },
    };

    [Theory]
    [MemberData(nameof(Durations))]
    public void Durations_have_units(string text, TimeSpan expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));

    [Theory]
    [InlineData("512", 512)]
    [InlineData("128000b", 128_000)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("1 MiB", 1_048_576)]
    [InlineData("2kB", 2_000)]
    [InlineData("3 MB", 3_000_000)]
    public void Sizes_have_units(string text, long bytes) =>
        Assert.Equal(bytes, ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void Booleans_have_two_spellings(string text, bool expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a", !expected));

    [Fact]
    public void Numbers_are_read_as_asked()
    {
        var config = ConfigurationFactory.ParseString("i = -12, l = 9876543210, d = 0.25, e = 1e3");
        Assert.Equal(-12, config.GetInt("i"));
        Assert.Equal(9_876_543_210, config.GetLong("l"));
        Assert.Equal(0.25, config.GetDouble("d"));
        Assert.Equal(1000.0, config.GetDouble("e"));
    }

    [Fact]
    public void Missing_paths_give_the_default()
    {
        var config = ConfigurationFactory.ParseString("a.b = 1");
        Assert.Equal("x", config.GetString("a.c", "x"));
        Assert.Equal(7, config.GetInt("z", 7));
        Assert.True(config.GetBoolean("z", true));
        Assert.Equal(TimeSpan.FromSeconds(3), config.GetTimeSpan("z", TimeSpan.FromSeconds(3)));
        Assert.Null(config.GetString("z"));
        Assert.False(config.HasPath("a.c"));
        Assert.True(config.HasPath("a.b"));
    }

    [Theory]
    [InlineData("twelve")]
    [InlineData("12 parsecs")]
    public void Wrong_values_are_refused(string text)
    {
        var config = ConfigurationFactory.ParseString($"a = {text}");
        Assert.ThrowsAny<Exception>(() => config.GetInt("a"));
        Assert.ThrowsAny<Exception>(() => config.GetTimeSpan("a"));
        Assert.ThrowsAny<Exception>(() => config.GetBoolean("a"));
    }

    [Fact]
    public void Fallback_fills_what_is_missing_key_by_key()
    {
        var over = ConfigurationFactory.ParseString("a { x = 1, l = [1] }");
        var under = ConfigurationFactory.ParseString("b = 4, a { x = 2, y = 3, l = [2, 3] }");
        var config = over.WithFallback(under);
        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(3, config.GetInt("a.y"));
        Assert.Equal(["1"], config.GetStringList("a.l"));
        Assert.Equal(4, config.GetInt("b"));
        Assert.Equal(3, config.GetConfig("a").GetInt("y"));
        Assert.Equal(2, under.GetInt("a.x"));
    }

    [Fact]
    public void Text_converts_to_a_configuration()
    {
        Config config = "a.b = text";
        Assert.Equal("text", config.GetConfig("a").GetString("b"));
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.False(config.IsEmpty);
    }
}
