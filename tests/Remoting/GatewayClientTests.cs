using Akka.Actor;
using SshLog.Core.Protocol;
using SshLog.Remoting.Gateway;
using static SshLog.Remoting.Tests.TestDaemon;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Tests;

public sealed class GatewayClientTests
{
    [Fact]
    public async Task Client_is_welcomed_and_answered()
    {
        await using var daemon = new TestDaemon();
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience);
        Assert.Equal(Role.Observer, client.Welcome.Role);
        var status = await client.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, Patience);
        Assert.Equal("/nowhere", status.StateDirectory);
    }

    [Fact]
    public async Task A_refusal_is_an_exception_with_the_daemons_reason()
    {
        await using var daemon = new TestDaemon();
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience);
        var refusal = await Assert.ThrowsAsync<GatewayException>(
            () => client.AskAsync<Protocol.ResolvedSession>(new Protocol.ResolveSession("x"), Patience));
        Assert.Equal(GatewayProblem.Refused, refusal.Problem);
        Assert.Equal(Protocol.FailureCode.NotFound, refusal.Code);
        Assert.Equal("No session x", refusal.Message);
    }

    [Fact]
    public async Task Without_a_socket_the_daemon_is_not_running()
    {
        var problem = await Assert.ThrowsAsync<GatewayException>(
            () => GatewayClient.ConnectAsync("/nonexistent/sshlog.sock", "1.0", Patience));
        Assert.Equal(GatewayProblem.NotRunning, problem.Problem);
    }

    [Fact]
    public async Task With_a_socket_that_nobody_listens_on_the_daemon_is_not_running()
    {
        var folder = Directory.CreateTempSubdirectory("sshlog-remoting-");
        var path = Path.Combine(folder.FullName, "s");
        PeerTests.LeaveStale(path);
        try
        {
            var problem = await Assert.ThrowsAsync<GatewayException>(
                () => GatewayClient.ConnectAsync(path, "1.0", Patience));
            Assert.Equal(GatewayProblem.NotRunning, problem.Problem);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Every_client_has_a_connection_of_its_own()
    {
        await using var daemon = new TestDaemon();
        var clients = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            _ => GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience)));
        Assert.Equal(10, daemon.Peers.Count);
        await Task.WhenAll(clients.Select(
            c => c.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, Patience)));
        foreach (var client in clients)
            await client.DisposeAsync();
        await UntilAsync(() => daemon.Peers.Count == 0, "the daemon forgets its clients");
    }

    [Fact]
    public async Task When_the_daemon_ends_the_client_is_told_and_asks_in_vain()
    {
        await using var daemon = new TestDaemon();
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience);
        await daemon.StopAsync();
        await client.Lost.WaitAsync(Patience);
        var lost = await Assert.ThrowsAsync<GatewayException>(
            () => client.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, Patience));
        Assert.Equal(GatewayProblem.ConnectionLost, lost.Problem);
        Assert.False(File.Exists(daemon.SocketPath));
    }

    [Fact]
    public async Task A_question_under_way_fails_when_the_daemon_ends()
    {
        await using var daemon = new TestDaemon();
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience);
        var question = client.AskAsync<Protocol.ResolvedSession>(new Protocol.ResolveSession("silent"), Patience);
        await daemon.StopAsync();
        var lost = await Assert.ThrowsAsync<GatewayException>(() => question);
        Assert.Equal(GatewayProblem.ConnectionLost, lost.Problem);
    }

    [Fact]
    public async Task A_large_answer_arrives_whole_and_a_large_question_does_not_go_out()
    {
        await using var daemon = new TestDaemon();
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience);
        var refusal = await Assert.ThrowsAsync<GatewayException>(
            () => client.AskAsync<Protocol.ResolvedSession>(new Protocol.ResolveSession("large"), Patience));
        Assert.Equal(4 << 20, refusal.Message.Length);
        var late = await Assert.ThrowsAsync<GatewayException>(() => client.AskAsync<Protocol.ResolvedSession>(
            new Protocol.ResolveSession(new string('y', 1 << 20)), TimeSpan.FromMilliseconds(200)));
        Assert.Equal(GatewayProblem.TimedOut, late.Problem);
        await client.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, Patience);
    }

    [Fact]
    public async Task An_answer_above_the_frame_size_is_lost_and_the_connection_goes_on()
    {
        await using var daemon = new TestDaemon();
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience);
        var late = await Assert.ThrowsAsync<GatewayException>(() => client.AskAsync<Protocol.ResolvedSession>(
            new Protocol.ResolveSession("too large"), TimeSpan.FromMilliseconds(200)));
        Assert.Equal(GatewayProblem.TimedOut, late.Problem);
        await client.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, Patience);
    }

    [Fact]
    public async Task A_daemon_started_again_serves_new_clients_on_the_same_socket()
    {
        await using var first = new TestDaemon();
        await using var client = await GatewayClient.ConnectAsync(first.SocketPath, "1.0", Patience);
        await first.StopAsync();
        await using var second = new TestDaemon(directory: first.Folder);
        await using var again = await GatewayClient.ConnectAsync(second.SocketPath, "1.0", Patience);
        await again.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, Patience);
    }

    [Fact]
    public async Task A_second_daemon_on_the_same_socket_is_told_who_listens()
    {
        await using var daemon = new TestDaemon();
        var refused = Assert.ThrowsAny<Exception>(() => new TestDaemon(directory: daemon.Folder));
        Assert.Contains($"Another daemon (process {Environment.ProcessId}) listens", refused.ToString());
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience);
    }
}
