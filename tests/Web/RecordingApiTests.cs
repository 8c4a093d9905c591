using System.Net;
using System.Text.Json;

namespace SshLog.Web.Tests;

public sealed class RecordingApiTests
{
    private const string Path = "/api/sessions/one";

    [Fact]
    public async Task Events_behind_one_are_read_from_there_on_and_say_how_far()
    {
        await using var page = await TestPage.StartAsync();
        page.Gateway.RecordTwoTerminals();

        var all = await page.LinesAsync($"{Path}/events?after=0");
        Assert.Equal(["channel_opened", "channel_opened", "channel_closed"], all.SkipLast(1).Select(l => Member(l, "event_type").GetString()!));
        Assert.Equal(5, Member(all[^1], "read_through").GetInt64());

        page.Gateway.ReadAfter.Clear();
        Assert.Equal(["{\"read_through\":5}"], await page.LinesAsync($"{Path}/events?after=5"));
        Assert.Equal([5L], page.Gateway.ReadAfter);
        Assert.DoesNotContain("read_through", string.Concat(await page.LinesAsync($"{Path}/events")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await page.StatusAsync($"{Path}/events?after=x"));
    }

    [Theory]
    [InlineData("", 80, "on the first")]
    [InlineData("?channel=0", 80, "on the first")]
    [InlineData("?channel=3", 90, "on the other")]
    [InlineData("?channel=3&from=0.5", 90, "on the other")]
    public async Task Each_terminal_has_a_recording(string query, int columns, string printed)
    {
        await using var page = await TestPage.StartAsync();
        page.Gateway.RecordTwoTerminals();
        var lines = await page.LinesAsync($"{Path}/recording.cast{query}");
        Assert.Equal(columns, Member(lines[0], "width").GetInt32());
        Assert.Equal(printed, JsonDocument.Parse(Assert.Single(lines.Skip(1))).RootElement[2].GetString());
    }

    [Fact]
    public async Task A_recording_says_when_it_begins_to_the_microsecond()
    {
        await using var page = await TestPage.StartAsync();
        page.Gateway.RecordTwoTerminals();
        var header = (await page.LinesAsync($"{Path}/recording.cast?channel=3"))[0];
        Assert.Equal(TestGateway.At(2), Member(header, "started_at").GetDateTimeOffset());
        Assert.Equal(6, Member(header, "tty_id").GetInt32());
    }

    [Fact]
    public async Task A_channel_that_is_not_there_has_none()
    {
        await using var page = await TestPage.StartAsync();
        page.Gateway.RecordTwoTerminals();
        Assert.Equal(HttpStatusCode.NotFound, await page.StatusAsync($"{Path}/recording.cast?channel=1"));
        Assert.Equal(HttpStatusCode.BadRequest, await page.StatusAsync($"{Path}/recording.cast?channel=first"));
    }

    private static JsonElement Member(string line, string name) => JsonDocument.Parse(line).RootElement.GetProperty(name);
}
