using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SshLog.Core.Protocol;

namespace SshLog.Web.Tests;

/// <summary>The page's server in front of a <see cref="TestGateway"/>, and a client that is signed in as an operator.</summary>
internal sealed class TestPage : IAsyncDisposable
{
    private const string Password = "correct horse battery";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly WebServer _server;
    private readonly CancellationTokenSource _end = new(_patience);

    private TestPage(WebServer server, TestGateway gateway)
    {
        (_server, Gateway) = (server, gateway);
        Http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = server.Address };
    }

    public TestGateway Gateway { get; }

    public HttpClient Http { get; }

    public static async Task<TestPage> StartAsync()
    {
        var gateway = new TestGateway();
        var users = new[] { new WebUser("olga", Password, Role.Operator) };
        var options = new WebOptions(IPAddress.Loopback, 0, users, Certificate: null, Typing: true, "1.0");
        var page = new TestPage(await WebServer.StartAsync(options, gateway, NullLoggerFactory.Instance), gateway);
        using var answer = await page.PostAsync("/api/login", new { user = "olga", password = Password });
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        page.Http.DefaultRequestHeaders.Add("Cookie", cookie[..cookie.IndexOf(';', StringComparison.Ordinal)]);
        return page;
    }

    public async Task<HttpResponseMessage> PostAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-SshLog-Request", "1");
        return await Http.SendAsync(request, _end.Token);
    }

    public async Task<string[]> LinesAsync(string path) =>
        (await Http.GetStringAsync(path, _end.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async Task<HttpStatusCode> StatusAsync(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var answer = await Http.SendAsync(request, _end.Token);
        return answer.StatusCode;
    }

    public async Task<ClientWebSocket> AttachAsync(string query)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", Http.DefaultRequestHeaders.GetValues("Cookie").Single());
        socket.Options.SetRequestHeader("Origin", _server.Address.GetLeftPart(UriPartial.Authority));
        var address = new UriBuilder(_server.Address) { Scheme = "ws", Path = $"/api/sessions/{TestGateway.Id}/live", Query = query };
        await socket.ConnectAsync(address.Uri, _end.Token);
        return socket;
    }

    /// <summary>The next text message.</summary>
    public async Task<string> TextAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var message = await socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
            if (message.MessageType == WebSocketMessageType.Close)
                return "closed";
            if (message.MessageType == WebSocketMessageType.Text)
                return Encoding.UTF8.GetString(buffer, 0, message.Count);
        }
    }

    public Task SendAsync(ClientWebSocket socket, string keys) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(keys), WebSocketMessageType.Binary, true, _end.Token);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        _end.Dispose();
    }
}
