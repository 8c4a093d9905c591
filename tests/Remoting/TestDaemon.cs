using Akka.Actor;
using SshLog.Core.Protocol;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Tests;

/// <summary>
/// A daemon's actor system on a socket in a directory of its own, with a gateway that answers simply.
/// </summary>
internal sealed class TestDaemon : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory;

    public TestDaemon(string? extra = null, DirectoryInfo? directory = null)
    {
        _directory = directory ?? Directory.CreateTempSubdirectory("sshlog-remoting-");
        SocketPath = Path.Combine(_directory.FullName, "sshlog.sock");
        var config = Akka.Configuration.ConfigurationFactory.ParseString(
            $"akka.loglevel = WARNING\nakka.stdout-loglevel = OFF\n{extra}");
        System = ActorSystem.Create(
            GatewayAddress.DaemonSystem, config.WithFallback(SshLogRemoting.DaemonConfig(SocketPath, group: "")));
        Gateway = System.ActorOf(Props.Create<TestGateway>(), Protocol.GatewayName);
        Victim = System.ActorOf(Props.Create<Counter>(), "router");
    }

    public string SocketPath { get; }

    public DirectoryInfo Folder => _directory;

    public ActorSystem System { get; }

    public IActorRef Gateway { get; }

    /// <summary>An actor that no client may reach; counts what it is told and how often it has started.</summary>
    public IActorRef Victim { get; }

    public UnixPeers Peers => UnixPeers.For(System);

    public async Task StopAsync() => await System.Terminate().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_directory.Exists)
            _directory.Delete(recursive: true);
    }

    /// <summary>Waits for something to become true; fails loudly when it does not.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            while (!condition())
                await timer.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail("Not in time: " + what);
        }
    }

    private sealed class TestGateway : ReceiveActor
    {
        public TestGateway()
        {
            Receive<Protocol.Hello>(hello =>
            {
                var peers = UnixPeers.For(Context.System);
                var ticket = peers.FindTicket(Sender.Path.Address);
                if (hello.ProtocolVersion != Protocol.Version || ticket != hello.Ticket)
                {
                    Sender.Tell(new Protocol.Failure(Protocol.FailureCode.VersionMismatch, "Wrong version or ticket"));
                    return;
                }
                var name = Protocol.ConnectionName(ticket);
                if (Context.Child(name).IsNobody())
                    Context.ActorOf(Props.Create<TestConnection>(), name);
                Sender.Tell(new Protocol.Welcome(Protocol.Version, "test", Role.Observer));
            });
            Receive<string>(_ => Sender.Tell("alive"));
        }
    }

    private sealed class TestConnection : ReceiveActor
    {
        public TestConnection()
        {
            Receive<Protocol.GetStatus>(_ => Sender.Tell(
                new Protocol.DaemonStatus("test", 1, DateTimeOffset.UnixEpoch, "none", 0, 0, 0, "/nowhere")));
            Receive<Protocol.ResolveSession>(request =>
            {
                if (request.Name != "silent")
                    Sender.Tell(new Protocol.Failure(Protocol.FailureCode.NotFound, Reason(request.Name)));
            });
        }

        private static string Reason(string name) => name switch
        {
            "large" => new string('x', 4 << 20),
            "too large" => new string('x', 9 << 20),
            _ => "No session " + name,
        };
    }
}

/// <summary>Counts messages and starts.</summary>
internal sealed class Counter : ReceiveActor
{
    private readonly DateTime _started = DateTime.UtcNow;
    private int _messages;

    public Counter()
    {
        Receive<GetCount>(_ => Sender.Tell(new Count(_messages, _started)));
        ReceiveAny(_ => _messages++);
    }

    public sealed record GetCount;

    public sealed record Count(int Messages, DateTime Started);
}
