using System.Text.Json;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;

namespace SshLog.Plugins.Tests;

/// <summary>What a plug-in says may hold what a user has typed, which need not be Unicode.</summary>
public sealed class PluginTextTests
{
    [Theory]
    [InlineData("""{"message":"name \udcff of a file"}""", "name \ufffd of a file")]
    [InlineData("""{"message":"\ud83d\ude00 and \ud83d"}""", "\U0001F600 and \ufffd")]
    [InlineData("""{"message":"plain \"quoted\" \u00e9"}""", "plain \"quoted\" é")]
    public void A_surrogate_that_stands_alone_becomes_the_sign_for_what_is_no_character(string line, string text) =>
        Assert.Equal(text, PluginProtocol.TextOf(JsonDocument.Parse(line).RootElement, "message"));

    [Fact]
    public void Bytes_that_are_no_UTF8_do_too()
    {
        byte[] line = [.. "{\"message\":\"cut \""u8[..^1], 0xE2, 0x82, .. "\"}"u8];
        Assert.Equal("cut \ufffd", PluginProtocol.TextOf(JsonDocument.Parse(line).RootElement, "message"));
    }

    [Fact]
    public void Values_and_names_of_values_do_too()
    {
        var read = Assert.IsType<SettingValue.Map>(PluginProtocol.Read(JsonDocument.Parse("""{"a\ud800":["\udfff"]}""").RootElement));
        var (name, value) = Assert.Single(read.Fields);
        Assert.Equal("a\ufffd", name);
        Assert.Equal("\ufffd", Assert.IsType<SettingValue.Text>(Assert.Single(Assert.IsType<SettingValue.List>(value).Items)).Value);
    }
}
