using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SshLog.Plugins.Tests;

public sealed class ActionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sshlog-actions").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Event_log_rotates_by_size_and_opens_a_file_that_was_renamed_anew()
    {
        var file = Path.Combine(_directory, "sub", "events.log");
        await using var action = Some.Action("eventlogfile_action", ("log_file_path", file), ("max_size_mb", "1"), ("number_of_log_files", "3"));
        await action.ExecuteAsync(Some.Event(), default);
        File.Move(file, file + ".moved");
        await action.ExecuteAsync(Some.Event(user: "alice"), default);
        Assert.Contains("alice", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var big = Some.Event(user: new string('x', 400_000));
        for (var i = 0; i < 9; i++)
            await action.ExecuteAsync(big, default);
        Assert.Equal(["events.log", "events.log.1", "events.log.2", "events.log.moved"],
            Directory.EnumerateFiles(Path.GetDirectoryName(file)!).Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public async Task Session_log_is_text_a_file_a_session()
    {
        await using (var action = Some.Action("sessionlog_action", ("log_directory", _directory), ("timestamp_frequency_seconds", "60")))
        {
            await action.ExecuteAsync(Some.Event("connection_established"), default);
            await action.ExecuteAsync(Some.Event("terminal_update", output: "\e[31mred\e[0m line\r\nnext"), default);
            await action.ExecuteAsync(Some.Event("connection_close"), default);
        }

        var lines = await File.ReadAllLinesAsync(Path.Combine(_directory, "20261127T233000-42-0001.log"));
        Assert.Equal(
            ["-- 23:30:00 connection_established (42) billy", "-- 2026-11-27 23:30:00 UTC", "red line", "next", "-- 23:30:00 connection_close (42) billy"],
            lines);
    }

    [Theory]
    [InlineData("$(touch x)")]
    [InlineData("`touch x`; touch x #'\"")]
    [InlineData("a\nb")]
    public async Task A_command_gets_fields_as_data_whatever_they_hold(string user)
    {
        var output = Path.Combine(_directory, "out");
        await using var action = Some.Action(
            "run_command_action",
            ("command", "sh"),
            ("args", JsonSerializer.Serialize(new[] { "-c", "cd $(dirname \"$0\"); printf '%s|%s' \"$1\" \"$SSHLOG_USERNAME\" > \"$0\"; cat >> \"$0\"", output, "{{username}}" })));

        Assert.Equal(ActionOutcomeKind.Done, (await action.ExecuteAsync(Some.Event(user: user), default)).Kind);

        var written = await File.ReadAllTextAsync(output);
        Assert.StartsWith($"{user}|{user}", written, StringComparison.Ordinal);
        Assert.Equal(user, JsonDocument.Parse(written[(2 * user.Length + 1)..]).RootElement.GetProperty("username").GetString());
        Assert.False(File.Exists(Path.Combine(_directory, "x")));
    }

    [Theory]
    [InlineData("{{args}}")]
    [InlineData("{{args}}{{args}}{{args}}{{args}}{{args}}")]
    public async Task A_command_gets_the_beginning_of_what_is_too_long_and_is_told_so_and_the_whole_on_standard_input(string argument)
    {
        var output = Path.Combine(_directory, "out");
        await using var action = Some.Action(
            "run_command_action",
            ("command", "sh"),
            ("args", JsonSerializer.Serialize(new[] { "-c", "printf '%s\n%s\n' \"$1\" \"$SSHLOG_ARGS\" > \"$0\"; cat >> \"$0\"", output, argument })));
        // What becomes of 60,000 bytes that are no UTF-8: three bytes each.
        var whole = "x" + new string('\ufffd', 60_000);

        Assert.Equal(ActionOutcome.Done, await action.ExecuteAsync(Some.Event(argv: [whole]), default));

        var lines = await File.ReadAllLinesAsync(output);
        Assert.Matches(@"^(x\ufffd+ \[\d+ bytes cut\])+$", lines[0]);
        Assert.InRange(Encoding.UTF8.GetByteCount(lines[0]), 30_000, 33_000);
        Assert.Matches(@"^x\ufffd{10922} \[147234 bytes cut\]$", lines[1]);
        Assert.Equal(whole, JsonDocument.Parse(lines[2]).RootElement.GetProperty("args").GetString());
    }

    [Fact]
    public async Task A_command_that_is_too_long_for_the_kernel_is_given_up_and_holds_up_nobody()
    {
        await using var action = Some.Action("run_command_action", ("command", "true"), ("args", JsonSerializer.Serialize(new[] { new string('x', 200_000) })));
        var outcome = await action.ExecuteAsync(Some.Event(), default);
        Assert.Equal(ActionOutcomeKind.GiveUp, outcome.Kind);
        Assert.Contains("too long", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_killed_with_all_that_it_started()
    {
        var mark = Path.Combine(_directory, "pid");
        await using var action = Some.Action(
            "run_command_action", ("command", "sh"),
            ("args", JsonSerializer.Serialize(new[] { "-c", "sleep 60 & echo $! > \"$0\"; wait", mark })));
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));

        var outcome = await action.ExecuteAsync(Some.Event(), limit.Token);

        Assert.Equal(ActionOutcomeKind.TryAgain, outcome.Kind);
        var child = int.Parse(await File.ReadAllTextAsync(mark), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(await GoneAsync(child), "the sleep that it started is still there");
    }

    [Fact]
    public async Task A_command_has_not_the_protection_from_a_lack_of_memory_that_the_daemon_has()
    {
        const string own = "/proc/self/oom_score_adj";
        var before = await File.ReadAllTextAsync(own);
        var output = Path.Combine(_directory, "out");
        await using var action = Some.Action(
            "run_command_action", ("command", "sh"), ("args", JsonSerializer.Serialize(new[] { "-c", "cat /proc/self/oom_score_adj > \"$0\"", output })));
        try
        {
            // Any value that is not the usual one; for less one has to be root.
            await File.WriteAllTextAsync(own, "200");
            Assert.Equal(ActionOutcome.Done, await action.ExecuteAsync(Some.Event(), default));
        }
        finally
        {
            await File.WriteAllTextAsync(own, before);
        }

        Assert.Equal("0\n", await File.ReadAllTextAsync(output));
    }

    [Fact]
    public async Task A_command_that_fails_is_not_done()
    {
        await using var action = Some.Action("run_command_action", ("command", "sh"), ("args", """["-c","echo no; exit 3"]"""));
        var outcome = await action.ExecuteAsync(Some.Event(), default);
        Assert.Equal(ActionOutcomeKind.GiveUp, outcome.Kind);
        Assert.Contains("3: no", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Syslog_messages_are_of_RFC_5424_counted_over_TCP_and_one_a_datagram_over_UDP()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var tcpPort = ((IPEndPoint)listener.LocalEndpoint).Port;
        var udpPort = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
        await using var overTcp = Some.Action("syslog_action", ("server_address", "127.0.0.1"), ("port", $"{tcpPort}"), ("udp", "false"), ("facility", "authpriv"), ("severity", "warning"));
        await using var overUdp = Some.Action("syslog_action", ("server_address", "127.0.0.1"), ("port", $"{udpPort}"));

        await overUdp.ExecuteAsync(Some.Event(user: "a\"]b"), default);
        await overTcp.ExecuteAsync(Some.Event(), default);

        var datagram = Encoding.UTF8.GetString((await udp.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(5))).Buffer);
        Assert.StartsWith("<30>1 2026-11-27T23:30:00.000000Z host sshlog 42 command_start [sshlog@32473 session=\"20261127T233000-42-0001\" user=\"a\\\"\\]b\" client_ip=\"192.0.2.7\"", datagram, StringComparison.Ordinal);
        using var client = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(5));
        var buffer = new byte[4096];
        var length = await client.GetStream().ReadAsync(buffer);
        var text = Encoding.UTF8.GetString(buffer, 0, length);
        var count = int.Parse(text[..text.IndexOf(' ')], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(length - text.IndexOf(' ') - 1, count);
        Assert.Contains(" <84>1 ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, ActionOutcomeKind.Done)]
    [InlineData(500, ActionOutcomeKind.TryAgain)]
    [InlineData(400, ActionOutcomeKind.GiveUp)]
    [InlineData(429, ActionOutcomeKind.TryAgain)]
    public async Task Webhook_signs_what_it_sends_and_understands_the_answer(int status, ActionOutcomeKind kind)
    {
        var seen = new TaskCompletionSource<(string Body, Dictionary<string, string> Headers)>();
        await using var server = await ServeAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen.TrySetResult((await reader.ReadToEndAsync(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())));
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "7";
        });
        await using var action = Some.Action("webhook_action", ("webhook_url", Address(server) + "/hook"), ("secret", "s3cret"));

        var outcome = await action.ExecuteAsync(Some.Event(user: "ü"), default);

        Assert.Equal(kind, outcome.Kind);
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(7) : null, outcome.After);
        var (body, headers) = await seen.Task;
        var expected = HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes($"{headers["X-SshLog-Timestamp"]}.{body}"));
        Assert.Equal("sha256=" + Convert.ToHexStringLower(expected), headers["X-SshLog-Signature"]);
        Assert.Equal("ü", JsonDocument.Parse(body).RootElement.GetProperty("username").GetString());
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_tried_again()
    {
        await using var action = Some.Action("webhook_action", ("webhook_url", "http://127.0.0.1:9/"));
        Assert.Equal(ActionOutcomeKind.TryAgain, (await action.ExecuteAsync(Some.Event(), default)).Kind);
    }

    [Fact]
    public async Task Slack_gets_no_markup_of_a_stranger()
    {
        var seen = new TaskCompletionSource<string>();
        await using var server = await ServeAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen.TrySetResult(await reader.ReadToEndAsync());
        });
        await using var action = Some.Action("slack_action", ("slack_webhook_url", Address(server)));
        await action.ExecuteAsync(Some.Event(user: "<!channel> *b*"), default);
        var text = JsonDocument.Parse(await seen.Task).RootElement.GetProperty("text").GetString()!;
        Assert.Contains("&lt;!channel&gt;", text, StringComparison.Ordinal);
        Assert.DoesNotContain("*b*", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statsd_counts_with_tags_that_have_an_end()
    {
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
        await using var action = Some.Action("statsd_action", ("server_address", "127.0.0.1"), ("port", $"{port}"), ("tags", """["hostname","user"]"""));
        await action.ExecuteAsync(Some.Event(user: "a,b|c#d\n"), default);
        var metric = Encoding.UTF8.GetString((await udp.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(5))).Buffer);
        Assert.Equal("sshlog.command_start:1|c|#hostname:host,user:a_b_c_d_", metric);
    }

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return server;
    }

    private static string Address(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static async Task<bool> GoneAsync(int pid)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            if (!Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal))
                return true;
            await Task.Delay(20);
        }

        return false;
    }
}
