using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace SshLog.Conformance.Tests.Remoting;

/// <summary>Carries bytes between systems of this process, in order; connections can be cut.</summary>
public sealed class TestTransport : Transport
{
    private static readonly ConcurrentDictionary<Address, TestTransport> Listening = new();

    private readonly ConcurrentDictionary<Handle, bool> _open = new();
    private readonly TaskCompletionSource<IAssociationEventListener> _listener =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TestTransport(ActorSystem system, Config config)
    {
        System = system;
        Config = config;
        SchemeIdentifier = "test";
        MaximumPayloadBytes = config.GetByteSize("maximum-frame-size", 128_000) ?? 128_000;
        Own = new Address("test", system.Name, config.GetString("host", ""), 1);
    }

    private Address Own { get; }

    /// <summary>Configuration of a system that is reached as <c>akka.test://NAME@HOST:1</c>.</summary>
    public static Config Settings(string host, string extra = "") => ConfigurationFactory.ParseString($$"""
        {{extra}}
        akka {
          loglevel = ERROR
          stdout-loglevel = OFF
          actor.provider = remote
          remote {
            enabled-transports = ["akka.remote.test"]
            retry-gate-closed-for = 200ms
            log-remote-lifecycle-events = off
            test {
              transport-class = "{{typeof(TestTransport).FullName}}, {{typeof(TestTransport).Assembly.GetName().Name}}"
              transport-protocol = test
              applied-adapters = []
              maximum-frame-size = 128000b
              host = "{{host}}"
            }
          }
        }
        """);

    /// <summary>Ends every connection of the system at this host, as if it had ended in this way.</summary>
    public static void Cut(string host, DisassociateInfo info)
    {
        foreach (var transport in Listening.Values.Where(t => t.Own.Host == host))
        {
            foreach (var handle in transport._open.Keys)
                handle.Close(info);
        }
    }

    /// <summary>Ends every connection of the system at this host for this system alone: the others do not know yet.</summary>
    public static void CutOneEnd(string host, DisassociateInfo info)
    {
        foreach (var transport in Listening.Values.Where(t => t.Own.Host == host))
        {
            foreach (var handle in transport._open.Keys)
                handle.End(info);
        }
    }

    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        Listening[Own] = this;
        return Task.FromResult((Own, _listener));
    }

    public override bool IsResponsibleFor(Address remote) => true;

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        if (!Listening.TryGetValue(remoteAddress, out var peer))
            throw new InvalidAssociationException($"Nobody listens at {remoteAddress}");
        var listener = await peer._listener.Task;
        var here = new Handle(this, Own, remoteAddress);
        var there = new Handle(peer, remoteAddress, Own) { Other = here };
        here.Other = there;
        here.Start();
        there.Start();
        listener.Notify(new InboundAssociation(there));
        return here;
    }

    public override Task<bool> Shutdown()
    {
        Listening.TryRemove(new KeyValuePair<Address, TestTransport>(Own, this));
        foreach (var handle in _open.Keys)
            handle.Close(DisassociateInfo.Unknown);
        return Task.FromResult(true);
    }

    private sealed class Handle(TestTransport owner, Address local, Address remote) : AssociationHandle(local, remote)
    {
        private readonly Channel<IHandleEvent> _inbound = Channel.CreateUnbounded<IHandleEvent>();

        public Handle Other { get; set; } = null!;

        public void Start()
        {
            owner._open[this] = true;
            _ = ReadAsync();
        }

        public override bool Write(ByteString payload) => Other._inbound.Writer.TryWrite(new InboundPayload(payload));

#pragma warning disable CS0672 // Callers are to give a reason; a transport has to implement it all the same.
        public override void Disassociate() => Close(DisassociateInfo.Unknown);
#pragma warning restore CS0672

        public void Close(DisassociateInfo info)
        {
            End(info);
            Other.End(info);
        }

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() =>
            global::System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        public void End(DisassociateInfo info)
        {
            _inbound.Writer.TryWrite(new Disassociated(info));
            _inbound.Writer.TryComplete();
            owner._open.TryRemove(this, out _);
        }

        private async Task ReadAsync()
        {
            var listener = await ReadHandlerSource.Task;
            await foreach (var happened in _inbound.Reader.ReadAllAsync())
                listener.Notify(happened);
        }
    }
}
