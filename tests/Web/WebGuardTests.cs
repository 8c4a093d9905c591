using System.Net;

namespace SshLog.Web.Tests;

public sealed class WebGuardTests
{
    [Fact]
    public async Task A_name_that_somebody_made_mean_this_machine_is_refused()
    {
        await using var page = await TestPage.StartAsync();
        foreach (var host in new[] { "localhost:5000", "LOCALHOST", "127.0.0.1:5000", "[::1]:5000" })
            Assert.Equal(HttpStatusCode.OK, await page.StatusAsync("/api/me", host));
        foreach (var host in new[] { "rebound.example", "localhost.example:5000" })
            Assert.Equal(HttpStatusCode.Forbidden, await page.StatusAsync("/api/me", host));
    }
}
