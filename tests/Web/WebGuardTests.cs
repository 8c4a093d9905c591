using System.Net;
using System.Net.Sockets;
using System.Text;

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
    [Fact]
    public async Task A_check_of_health_that_names_no_host_is_answered()
    {
        await using var page = await TestPage.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, page.Http.BaseAddress!.Port);
        await client.GetStream().WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
        using var answer = new StreamReader(client.GetStream(), Encoding.ASCII);
        Assert.Equal("HTTP/1.1 200 OK", await answer.ReadLineAsync());
    }
}
