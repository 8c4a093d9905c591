using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using SshLog.Core.Protocol;

namespace SshLog.Daemon.Tests;

public sealed class MetricsListenerTests : TestKit
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-metrics-");
    private readonly UnixDomainSocketEndPoint _where;

    public MetricsListenerTests()
        : base("akka.loglevel = OFF") => _where = new UnixDomainSocketEndPoint(Path.Combine(_directory.FullName, "metrics.sock"));

    protected override void AfterAll()
    {
        base.AfterAll();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/metrics")]
    public async Task Who_asks_a_daemon_that_hangs_is_told_so(string path)
    {
        var hangs = CreateTestProbe();
        using var listener = Start(hangs);
        var answer = await GetAsync(path);
        hangs.ExpectMsg<GatewayProtocol.GetStatus>();
        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nThe daemon does not answer.\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_let_go_and_others_are_served()
    {
        using var listener = Start(CreateTestProbe());
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await silent.ConnectAsync(_where);
        Assert.Equal(0, await silent.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.StartsWith("HTTP/1.1 404 ", await GetAsync("/"), StringComparison.Ordinal);
    }

    private MetricsListener Start(IActorRef status) => MetricsListener.Start(
        _where, string.Empty, status, NullLogger<MetricsListener>.Instance, TimeSpan.FromMilliseconds(300))!;

    private async Task<string> GetAsync(string path)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(_where, limit.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"), limit.Token);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var count)
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return answer.ToString();
    }
}
