using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using SshLog.Plugins.Tests.Otlp;

namespace SshLog.Plugins.Tests;

public sealed class OtlpTests
{
    private readonly TaskCompletionSource<(string Path, string? Authorization, string? Type, string Body)> _seen = new();

    [Fact]
    public async Task A_collector_understands_an_event_by_the_names_of_the_semantic_conventions()
    {
        await using var server = await ServeAsync(200, "{}");
        await using var action = Some.Action("otlp_action", ("endpoint", server.Urls.Single()), ("authorization", "Bearer t0ken"));

        var outcome = await action.ExecuteAsync(
            Some.Event("command_finish", user: "ü\"", argv: ["ls", "-l"], exitCode: 2, ordering: 7), default);

        Assert.Equal(ActionOutcomeKind.Done, outcome.Kind);
        var (path, authorization, type, body) = await _seen.Task;
        Assert.Equal(("/v1/logs", "Bearer t0ken", "application/json"), (path, authorization, type));
        // Refuses what OTLP does not know.
        var logs = Assert.Single(JsonParser.Default.Parse<ExportLogsServiceRequest>(body).ResourceLogs);
        Assert.Equal("sshlog", logs.Resource.Attributes.Single(a => a.Key == "service.name").Value.StringValue);
        Assert.Equal("host", logs.Resource.Attributes.Single(a => a.Key == "host.name").Value.StringValue);
        var record = Assert.Single(Assert.Single(logs.ScopeLogs).LogRecords);
        Assert.Equal("sshlog.command_finish", record.EventName);
        Assert.Equal((ulong)Some.At.ToUnixTimeSeconds() * 1_000_000_000, record.TimeUnixNano);
        var attributes = record.Attributes.ToDictionary(a => a.Key, a => a.Value);
        Assert.Equal("ü\"", attributes["user.name"].StringValue);
        Assert.Equal("192.0.2.7", attributes["client.address"].StringValue);
        Assert.Equal(5000, attributes["client.port"].IntValue);
        Assert.Equal("/usr/bin/ls", attributes["process.executable.path"].StringValue);
        Assert.Equal(["ls", "-l"], attributes["process.command_args"].ArrayValue.Values.Select(v => v.StringValue));
        Assert.Equal(2, attributes["process.exit.code"].IntValue);
        Assert.Equal("20261127T233000-42-0001-7", attributes["log.record.uid"].StringValue);
        Assert.Equal(5000, attributes["sshlog.tcp_info"].KvlistValue.Values.Single(v => v.Key == "client_port").Value.IntValue);
    }

    [Theory]
    [InlineData(200, "{\"partialSuccess\":{\"rejectedLogRecords\":\"1\",\"errorMessage\":\"too old\"}}", ActionOutcomeKind.GiveUp)]
    [InlineData(200, "{\"partialSuccess\":{}}", ActionOutcomeKind.Done)]
    [InlineData(200, "", ActionOutcomeKind.Done)]
    [InlineData(503, "", ActionOutcomeKind.TryAgain)]
    [InlineData(400, "", ActionOutcomeKind.GiveUp)]
    public async Task What_a_collector_says_decides(int status, string answer, ActionOutcomeKind kind)
    {
        await using var server = await ServeAsync(status, answer);
        await using var action = Some.Action("otlp_action", ("endpoint", server.Urls.Single() + "/custom/logs"));
        Assert.Equal(kind, (await action.ExecuteAsync(Some.Event(), default)).Kind);
        Assert.Equal("/custom/logs", (await _seen.Task).Path);
    }

    private async Task<WebApplication> ServeAsync(int status, string answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var request = context.Request;
            _seen.TrySetResult((request.Path, request.Headers.Authorization, request.ContentType, await reader.ReadToEndAsync()));
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(answer);
        });
        await server.StartAsync();
        return server;
    }
}
