using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using SshLog.Bench.Harness;
using SshLog.Core.Protocol;
using SshLog.Remoting;

namespace SshLog.Bench.Engine;

/// <summary>
/// Messages over the unix socket, with the screen that reads every inbound frame; both systems in this process. The
/// limit of frames per second is lifted. A sender keeps at most <see cref="Window"/> messages on their way: beyond 16 MiB
/// the engine closes an association whose peer does not follow.
/// </summary>
internal static class RemoteMessages
{
    private const int Tells = 100_000;
    private const int Asks = 20_000;
    private const int Window = 4_096;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly GatewayProtocol.ResolveSession Request = new(new string('x', 1024));
    private static readonly GatewayProtocol.Failure Reply = new(GatewayProtocol.FailureCode.NotFound, new string('x', 1024));

    public static IEnumerable<Benchmark> All =>
    [
        new("remote-tell", "1 KiB, client to daemon", "msg/s", Reference.Akka(63_000), TellDaemonAsync),
        new("remote-tell-back", "1 KiB, daemon to client", "msg/s", Reference.Akka(63_000), TellClientAsync),
        new("remote-ask", "questions, one after the other", "ask/s", Reference.Akka(3_400), AskAsync),
    ];

    private static Task<double> TellDaemonAsync() =>
        WithPairAsync(Tells, (gateway, _, _, counter) => SendAllAsync(gateway, Request, counter));

    private static Task<double> TellClientAsync() => WithPairAsync(Tells, async (_, daemon, client, counter) =>
    {
        var receiver = client.ActorOf(Props.Create(() => new Receiver(counter)), "viewer");
        var own = ((ExtendedActorSystem)client).Provider.DefaultAddress;
        var seen = ((ExtendedActorSystem)daemon).Provider.ResolveActorRef(receiver.Path.ToSerializationFormatWithAddress(own));
        await SendAllAsync(seen, Reply, counter);
    });

    private static async Task SendAllAsync(IActorRef receiver, object message, Counter counter)
    {
        for (var i = 0; i < Tells; i++)
        {
            if (i % (Window / 4) == 0)
                await counter.ReachedAsync(i - Window);
            receiver.Tell(message, ActorRefs.NoSender);
        }

        await counter.ReachedAsync(Tells);
    }

    private static Task<double> AskAsync() => WithPairAsync(Asks, async (gateway, _, _, _) =>
    {
        var hello = new GatewayProtocol.Hello("", GatewayProtocol.Version, "");
        for (var i = 0; i < Asks; i++)
            await gateway.Ask<GatewayProtocol.Welcome>(hello, Patience);
    });

    private static async Task<double> WithPairAsync(int messages, Func<IActorRef, ActorSystem, ActorSystem, Counter, Task> measured)
    {
        using var scratch = new Scratch();
        var socket = scratch.File("sshlog.sock");
        using var counter = new Counter();
        var unlimited = ConfigurationFactory.ParseString("akka.remote.unix.maximum-frames-per-second = 1000000000");
        using var daemon = ActorSystem.Create(
            GatewayAddress.DaemonSystem,
            unlimited.WithFallback(Quiet.Config).WithFallback(SshLogRemoting.DaemonConfig(socket, group: "")));
        daemon.ActorOf(Props.Create(() => new Gateway(counter)), GatewayProtocol.GatewayName);
        using var client = ActorSystem.Create(GatewayAddress.ClientSystem, SshLogRemoting.ClientConfig(socket));
        var gateway = await client.ActorSelection(GatewayAddress.Gateway).ResolveOne(Patience);
        var started = Stopwatch.GetTimestamp();
        await measured(gateway, daemon, client, counter);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await client.Terminate();
        await daemon.Terminate();
        return messages / seconds;
    }

    private sealed class Counter : IDisposable
    {
        private readonly SemaphoreSlim _quarterWindows = new(0);
        private int _seen;
        private int _awaited;

        public void Dispose() => _quarterWindows.Dispose();

        public void Add()
        {
            var seen = Interlocked.Increment(ref _seen);
            if (seen % (Window / 4) == 0 || seen == Tells)
                _quarterWindows.Release();
        }

        /// <summary>Waits until so many have arrived; called with growing numbers.</summary>
        public async Task ReachedAsync(int count)
        {
            while (_awaited < count)
            {
                if (!await _quarterWindows.WaitAsync(Patience))
                    throw new TimeoutException($"Only {Volatile.Read(ref _seen)} messages have arrived");
                _awaited = Math.Min(_awaited + (Window / 4), Tells);
            }
        }
    }

    private sealed class Gateway : ReceiveActor
    {
        public Gateway(Counter counter)
        {
            Receive<GatewayProtocol.ResolveSession>(_ => counter.Add());
            Receive<GatewayProtocol.Hello>(_ => Sender.Tell(new GatewayProtocol.Welcome(1, "", Role.Observer)));
        }
    }

    private sealed class Receiver : ReceiveActor
    {
        public Receiver(Counter counter) => Receive<GatewayProtocol.Failure>(_ => counter.Add());
    }
}
