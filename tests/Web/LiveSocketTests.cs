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
}
