using Akka.Actor;
using Akka.Remote;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Tests;

/// <summary>Akka's own means over the socket: selection, death watch by the daemon, lifecycle events.</summary>
public sealed class TwoSystemsTests : IAsyncLifetime
{
    private readonly TestDaemon _daemon = new();
    private readonly ActorSystem _client;

    public TwoSystemsTests() =>
        _client = ActorSystem.Create(GatewayAddress.ClientSystem, SshLogRemoting.ClientConfig(_daemon.SocketPath));

    public Task InitializeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_client_resolves_the_gateway_by_selection()
    {
        var gateway = await _client.ActorSelection(GatewayAddress.Gateway).ResolveOne(TestDaemon.Patience);
        var ticket = UnixPeers.For(_client).OwnTicket!;
        var welcome = await gateway.Ask<Protocol.Welcome>(
            new Protocol.Hello(ticket, Protocol.Version, "1.0"), TestDaemon.Patience);
        Assert.Equal("test", welcome.DaemonVersion);
    }

    [Fact]
    public async Task A_client_that_watches_the_gateway_loses_its_connection()
    {
        var lost = new TaskCompletionSource<Address>();
        var listener = _client.ActorOf(Props.Create<Listener>(lost));
        _client.EventStream.Subscribe(listener, typeof(DisassociatedEvent));
        var gateway = await _client.ActorSelection(GatewayAddress.Gateway).ResolveOne(TestDaemon.Patience);
        _ = gateway.WatchAsync();
        Assert.Equal(gateway.Path.Address, await lost.Task.WaitAsync(TestDaemon.Patience));
        await TestDaemon.UntilAsync(() => _daemon.Peers.Find(UnixPeers.For(_client).OwnTicket!) is null, "the client is forgotten");
    }

    [Fact]
    public async Task A_client_is_told_when_the_daemon_ends()
    {
        var lost = new TaskCompletionSource<Address>();
        var listener = _client.ActorOf(Props.Create<Listener>(lost));
        _client.EventStream.Subscribe(listener, typeof(DisassociatedEvent));
        var gateway = await _client.ActorSelection(GatewayAddress.Gateway).ResolveOne(TestDaemon.Patience);
        await _daemon.StopAsync();
        Assert.Equal(gateway.Path.Address, await lost.Task.WaitAsync(TestDaemon.Patience));
    }

    /// <summary>A watch goes out through an actor of its own: two answers behind it, it is there.</summary>
    private async Task WatchIsThereAsync()
    {
        for (var answers = 0; answers < 2; answers++)
            await _client.ActorSelection(GatewayAddress.Gateway).ResolveOne(TestDaemon.Patience);
    }

    [Fact]
    public async Task The_daemon_is_told_of_a_client_that_ends()
    {
        var lost = new TaskCompletionSource<Address>();
        var listener = _daemon.System.ActorOf(Props.Create<Listener>(lost));
        _daemon.System.EventStream.Subscribe(listener, typeof(DisassociatedEvent));
        await _client.ActorSelection(GatewayAddress.Gateway).ResolveOne(TestDaemon.Patience);
        var actor = _client.ActorOf(Props.Create<Counter>(), "viewer");
        var own = ((ExtendedActorSystem)_client).Provider.DefaultAddress;
        var seen = ((ExtendedActorSystem)_daemon.System).Provider.ResolveActorRef(
            actor.Path.ToSerializationFormatWithAddress(own));
        var watching = seen.WatchAsync();
        await WatchIsThereAsync();
        await _client.Terminate();
        await watching.WaitAsync(TestDaemon.Patience);
        Assert.Equal(own, await lost.Task.WaitAsync(TestDaemon.Patience));
    }

    [Fact]
    public async Task The_daemon_is_told_of_a_client_that_is_killed()
    {
        var lost = new TaskCompletionSource<Address>();
        var listener = _daemon.System.ActorOf(Props.Create<Listener>(lost));
        _daemon.System.EventStream.Subscribe(listener, typeof(DisassociatedEvent));
        var killed = await RawClient.GreetAsync(_daemon.SocketPath);
        var viewer = ((ExtendedActorSystem)_daemon.System).Provider.ResolveActorRef(
            Frames.Peer("/user/viewer", killed.Host));
        var watching = viewer.WatchAsync();
        await killed.ReceiveAsync();
        killed.Dispose();
        Assert.Equal(killed.Host, (await lost.Task.WaitAsync(TestDaemon.Patience)).Host);
        await watching.WaitAsync(TestDaemon.Patience);
        await TestDaemon.UntilAsync(() => _daemon.Peers.Find(killed.Ticket) is null, "the killed client is forgotten");
    }

    public async Task DisposeAsync()
    {
        await _client.Terminate();
        await _daemon.DisposeAsync();
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource<Address> lost) =>
            Receive<DisassociatedEvent>(gone => lost.TrySetResult(gone.RemoteAddress));
    }
}
