using Akka.Actor;
using SshLog.Remoting.Gateway;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task A_client_that_never_greets_is_closed_in_time()
    {
        await using var daemon = new TestDaemon("akka.remote.unix.handshake-timeout = 200ms");
        using var silent = await RawClient.ConnectAsync(daemon.SocketPath);
        await silent.UntilClosedAsync();
        await TestDaemon.UntilAsync(() => daemon.Peers.Count == 0, "the daemon forgets the client");
    }

    [Fact]
    public async Task Connections_above_the_limit_are_refused_and_room_is_made_by_those_that_leave()
    {
        await using var daemon = new TestDaemon("akka.remote.unix.maximum-connections = 3");
        var open = new List<RawClient>();
        for (var i = 0; i < 3; i++)
            open.Add(await RawClient.GreetAsync(daemon.SocketPath));
        for (var i = 0; i < 50; i++)
        {
            var refused = await Assert.ThrowsAsync<GatewayException>(
                () => GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", TestDaemon.Patience));
            Assert.Equal(GatewayProblem.ConnectionLost, refused.Problem);
        }
        open.ForEach(client => client.Dispose());
        await TestDaemon.UntilAsync(() => daemon.Peers.Count == 0, "the daemon forgets the clients");
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", TestDaemon.Patience);
    }

    [Fact]
    public async Task A_peer_that_stops_reading_is_cut_off_and_the_others_are_served()
    {
        await using var daemon = new TestDaemon("akka.remote.unix.stalled-peer-timeout = 300ms");
        await using var honest = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", TestDaemon.Patience);
        using var stopped = await RawClient.GreetAsync(daemon.SocketPath);
        var reader = ((ExtendedActorSystem)daemon.System).Provider.ResolveActorRef(
            Frames.Peer("/user/viewer", stopped.Host));
        var page = new byte[60_000];
        for (var i = 0; i < 100; i++)
            reader.Tell(page, ActorRefs.NoSender);
        await TestDaemon.UntilAsync(() => daemon.Peers.Count == 1, "the daemon cuts the stopped client off");
        await honest.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, TestDaemon.Patience);
    }

    [Fact]
    public async Task A_flood_of_one_client_leaves_time_for_the_others()
    {
        await using var daemon = new TestDaemon("akka.remote.unix.maximum-frames-per-second = 1000");
        await using var honest = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", TestDaemon.Patience);
        using var flooder = await RawClient.GreetAsync(daemon.SocketPath);
        var frame = Frames.Instruction(3);
        byte[] framed = [0, 0, 0, (byte)frame.Length, .. frame];
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            byte[] many = [.. Enumerable.Repeat(framed, 1000).SelectMany(bytes => bytes)];
            while (!stop.IsCancellationRequested)
                await flooder.SendRawAsync(many);
        });
        for (var i = 0; i < 20; i++)
            await honest.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, TestDaemon.Patience);
        Assert.Equal(2, daemon.Peers.Count);
        await stop.CancelAsync();
        flooder.Dispose();
        await flood.WaitAsync(TestDaemon.Patience);
    }
}
