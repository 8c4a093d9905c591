using SshLog.Core.Protocol;

namespace SshLog.Web.Tests;

public sealed class LiveSocketTests
{
    [Fact]
    public async Task Who_types_after_signing_out_is_told_why_it_ends()
    {
        await using var page = await TestPage.StartAsync();
        using var socket = await page.AttachAsync("type=1");
        Assert.Contains("\"attached\"", await page.TextAsync(socket), StringComparison.Ordinal);
        using var answer = await page.PostAsync("/api/logout", new { });
        await page.SendAsync(socket, "ls\n");
        Assert.Contains("You have signed out.", await page.TextAsync(socket), StringComparison.Ordinal);
    }
    [Fact]
    public async Task The_rest_of_a_paste_is_not_typed_behind_a_piece_that_was_refused()
    {
        await using var page = await TestPage.StartAsync();
        using var socket = await page.AttachAsync("type=1");
        Assert.Contains("\"attached\"", await page.TextAsync(socket), StringComparison.Ordinal);
        await page.SendAsync(socket, new string('x', 5 * GatewayProtocol.TypeKeys.MostBytes));
        await page.SendAsync(socket, "y");
        for (var i = 0; i < 2; i++)
            Assert.Contains("The terminal is full.", await page.TextAsync(socket), StringComparison.Ordinal);
        Assert.Equal("xy", string.Concat(page.Gateway.Typed.Select(piece => (char)piece.Span[0])));
    }
}
