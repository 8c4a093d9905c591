using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>The web page's API against a real sshd: what it shows, what it does, and what it refuses.</summary>
[Collection("probe")]
public sealed class WebTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new();
    private readonly int _port = 20000 + Random.Shared.Next(10000);
    private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(1));

    private string Origin => $"http://127.0.0.1:{_port}";

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task An_operator_sees_a_session_types_into_it_and_ends_it()
    {
        await StartAsync();
        using var http = await SignInAsync("olga");
        using var events = await http.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead, _end.Token);
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo seen-$((1+1))\n");
        await client.WaitForAsync("seen-2");
        var id = (await Session(http)).GetProperty("session").GetString()!;

        using (var socket = await AttachAsync(http, id, "?type=1"))
        {
            await WaitForAsync(socket, "seen-2");
            await socket.SendAsync("echo typed-$((2+2))\n"u8.ToArray(), WebSocketMessageType.Binary, true, _end.Token);
            await WaitForAsync(socket, "typed-4");
        }

        await client.WaitForAsync("typed-4");
        Assert.Contains("typed-4", await http.GetStringAsync($"/api/sessions/{id}/recording.cast", _end.Token), StringComparison.Ordinal);
        Assert.Contains("\"width\"", await http.GetStringAsync($"/api/sessions/{id}/recording.cast", _end.Token), StringComparison.Ordinal);
        var facts = await WaitForFactsAsync(http, id, "viewer_left");
        Assert.Contains("viewer_joined", facts, StringComparison.Ordinal);
        Assert.Contains("olga", facts, StringComparison.Ordinal);
        Assert.DoesNotContain("typed-4", facts, StringComparison.Ordinal);

        var killed = await PostAsync(http, $"/api/sessions/{id}/kill", new { reason = "test" });
        Assert.Equal(HttpStatusCode.OK, killed.StatusCode);
        await _daemon.WaitForEndAsync(_sshd.Port);
        using var seen = new StreamReader(await events.Content.ReadAsStreamAsync(_end.Token));
        Assert.Equal(_sshd.User, (await EventAsync(seen, "connection_established")).GetProperty("username").GetString());
        Assert.Equal(_sshd.User, (await EventAsync(seen, "connection_close")).GetProperty("username").GetString());

        var (_, log) = await _daemon.StopAsync();
        Assert.DoesNotContain(WebAccess.Password, log, StringComparison.Ordinal);
        Assert.All(
            Directory.EnumerateFiles(_daemon.StateDirectory),
            file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(WebAccess.Password))));
    }

    [Fact]
    public async Task Over_TLS_the_cookie_stays_within_it()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (chain, secret) = (_sshd.InDirectory("web.pem"), _sshd.InDirectory("web.key"));
        await File.WriteAllTextAsync(chain, certificate.ExportCertificatePem(), _end.Token);
        await File.WriteAllTextAsync(secret, key.ExportPkcs8PrivateKeyPem(), _end.Token);
        _daemon.Settings = WebAccess.Settings(_port) + $"\nsshlog.web.tls {{ certificate = \"{chain}\", key = \"{secret}\" }}\n";
        await _daemon.StartAsync();
        await _daemon.WaitForLogAsync($"Web page at https://127.0.0.1:{_port}");
        using var http = new HttpClient(new HttpClientHandler
        {
            UseCookies = false,
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate.Thumbprint,
        })
        { BaseAddress = new Uri($"https://127.0.0.1:{_port}") };

        using var answer = await PostAsync(http, "/api/login", new { user = "olga", password = WebAccess.Password });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        http.DefaultRequestHeaders.Add("Cookie", cookie[..cookie.IndexOf(';', StringComparison.Ordinal)]);
        Assert.Equal("olga", (await http.GetFromJsonAsync<JsonElement>("/api/me", _end.Token)).GetProperty("user").GetString());
        using var plain = new HttpClient { BaseAddress = new Uri(Origin) };
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync("/api/me", _end.Token));
    }

    [Fact]
    public async Task An_observer_watches_and_may_neither_type_nor_kill()
    {
        await StartAsync();
        using var http = await SignInAsync("otto");
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo seen-$((1+1))\n");
        await client.WaitForAsync("seen-2");
        var id = (await Session(http)).GetProperty("session").GetString()!;

        Assert.Equal(HttpStatusCode.Forbidden, await RefusedAsync(http, id, "?type=1", Origin));
        using (var socket = await AttachAsync(http, id, string.Empty))
        {
            await WaitForAsync(socket, "seen-2");
            await socket.SendAsync("touch /tmp/never\n"u8.ToArray(), WebSocketMessageType.Binary, true, _end.Token);
            await WaitForAsync(socket, "\"refused\"");
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(http, $"/api/sessions/{id}/kill", new { reason = string.Empty })).StatusCode);
        using (var socket = await AttachAsync(http, id, string.Empty))
        {
            await PostAsync(http, "/api/logout", new { });
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/me", _end.Token)).StatusCode);
            client.Type("echo out-$((4+4))\n");
            await WaitForAsync(socket, "You have signed out.");
        }

        client.Type("echo still-$((3+3))\n");
        await client.WaitForAsync("still-6");
        Assert.DoesNotContain("never", Encoding.UTF8.GetString(client.Printed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_foreign_pages_and_guesses_are_refused()
    {
        await StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        using var stranger = new HttpClient { BaseAddress = new Uri(Origin) };
        using var http = await SignInAsync("olga");
        var id = (await Session(http)).GetProperty("session").GetString()!;

        foreach (var path in new[] { "/api/me", "/api/sessions", $"/api/sessions/{id}/recording.cast", "/api/events", "/api/status" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path, _end.Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(stranger, id, string.Empty, Origin));
        Assert.Equal(HttpStatusCode.Forbidden, await RefusedAsync(http, id, string.Empty, "http://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await RefusedAsync(http, id, string.Empty, null));
        // What a form of another page could send.
        using var form = new StringContent("{}");
        Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsync($"/api/sessions/{id}/kill", form, _end.Token)).StatusCode);

        using var page = await stranger.GetAsync("/", _end.Token);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("app.js", await page.Content.ReadAsStringAsync(_end.Token), StringComparison.Ordinal);

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 11; i++)
            answers.Add((await PostAsync(stranger, "/api/login", new { user = "olga", password = $"guess-{i}" })).StatusCode);
        Assert.All(answers.SkipLast(1), a => Assert.Equal(HttpStatusCode.Unauthorized, a));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(http, "/api/login", new { user = 1 })).StatusCode);
    }

    [Fact]
    public async Task Without_a_password_the_page_stays_off_and_recording_goes_on()
    {
        _daemon.Settings = $"sshlog.web {{ enabled = on, port = {_port}, user = admin }}";
        await _daemon.StartAsync();
        await _daemon.WaitForLogAsync("user admin has no password");
        using var client = _sshd.Connect(_sshd.User);
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(Origin, _end.Token));
    }

    [Fact]
    public async Task A_hundred_open_pages_take_nothing_from_the_recording()
    {
        await StartAsync();
        using var http = await SignInAsync("otto");
        using var client = _sshd.Connect(_sshd.User, "read go; seq 1 200000; echo the-end; read end");
        var id = (await Session(http)).GetProperty("session").GetString()!;
        var sockets = new List<ClientWebSocket>();
        for (var i = 0; i < 100; i++)
            sockets.Add(await AttachAsync(http, id, string.Empty));
        client.Type("go\n");
        // One that never reads is among them; the others see the end, whatever of the middle they have skipped.
        await Task.WhenAll(sockets.Skip(1).Select(s => WaitForAsync(s, "the-end")));
        client.Type("end\n");
        var (_, printed, _) = await client.WaitForExitAsync();
        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        sockets.ForEach(s => s.Dispose());
        Assert.Equal(printed.Length, session.GetProperty("output_bytes").GetInt64());
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
    }

    private async Task StartAsync()
    {
        _daemon.Settings = WebAccess.Settings(_port);
        await _daemon.StartAsync();
        await _daemon.WaitForLogAsync("Web page at");
    }

    private async Task<HttpClient> SignInAsync(string user)
    {
        var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = new Uri(Origin) };
        using var answer = await PostAsync(http, "/api/login", new { user, password = WebAccess.Password });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        http.DefaultRequestHeaders.Add("Cookie", cookie[..cookie.IndexOf(';', StringComparison.Ordinal)]);
        return http;
    }

    private async Task<HttpResponseMessage> PostAsync(HttpClient http, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-SshLog-Request", "1");
        return await http.SendAsync(request, _end.Token);
    }

    private async Task<JsonElement> Session(HttpClient http)
    {
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1 && s[0].GetProperty("username").GetString() == _sshd.User
            && s[0].GetProperty("tty_id").GetInt32() >= 0);
        var sessions = await http.GetFromJsonAsync<JsonElement>("/api/sessions?open=1", _end.Token);
        return sessions.EnumerateArray().Single(s => s.GetProperty("tcp_info").GetProperty("server_port").GetInt32() == _sshd.Port);
    }

    private async Task<ClientWebSocket> AttachAsync(HttpClient http, string id, string query)
    {
        var socket = Socket(http, Origin);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_port}/api/sessions/{id}/live{query}"), _end.Token);
        return socket;
    }

    private async Task<HttpStatusCode> RefusedAsync(HttpClient http, string id, string query, string? origin)
    {
        using var socket = Socket(http, origin);
        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_port}/api/sessions/{id}/live{query}"), _end.Token));
        return socket.HttpStatusCode;
    }

    private static ClientWebSocket Socket(HttpClient http, string? origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (http.DefaultRequestHeaders.TryGetValues("Cookie", out var cookies))
            socket.Options.SetRequestHeader("Cookie", cookies.Single());
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        return socket;
    }

    private async Task WaitForAsync(ClientWebSocket socket, string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        patience.CancelAfter(_patience);
        var seen = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var message = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            Assert.NotEqual(WebSocketMessageType.Close, message.MessageType);
            seen.Append(Encoding.UTF8.GetString(buffer, 0, message.Count));
        }
    }

    private async Task<string> WaitForFactsAsync(HttpClient http, string id, string name)
    {
        while (true)
        {
            var facts = await http.GetStringAsync($"/api/sessions/{id}/events", _end.Token);
            if (facts.Contains(name, StringComparison.Ordinal))
                return facts;
            await Task.Delay(100, _end.Token);
        }
    }

    private async Task<JsonElement> EventAsync(StreamReader events, string name)
    {
        while (await events.ReadLineAsync(_end.Token) is { } line)
        {
            if (line == "event: " + name)
                return JsonDocument.Parse((await events.ReadLineAsync(_end.Token))!["data: ".Length..]).RootElement;
        }

        throw new InvalidOperationException($"no {name}");
    }
}
