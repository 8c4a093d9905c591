using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Serialization;
using Akka.Remote.Transport;
using Akka.Remote.Wire;

namespace Akka.Remote;

/// <summary>The transports of a system and its associations, one for each peer.</summary>
internal sealed class Remoting : IAssociationEventListener
{
    private const string SchemePrefix = "akka.";

    private readonly ConcurrentDictionary<Address, Association> _associations = new();
    private readonly ConcurrentDictionary<Endpoint, bool> _endpoints = new();
    private readonly List<(Transport.Transport Transport, Address Address)> _transports = [];
    private volatile bool _stopped;

    public Remoting(ExtendedActorSystem system, RemoteActorRefProvider provider, RemoteSettings settings)
    {
        System = system;
        Provider = provider;
        Settings = settings;
        Log = Logging.GetLogger(system, "remoting");
        Inbound = new InboundDispatcher(this);
    }

    public ExtendedActorSystem System { get; }

    public RemoteActorRefProvider Provider { get; }

    public RemoteSettings Settings { get; }

    public ILoggingAdapter Log { get; }

    public InboundDispatcher Inbound { get; }

    /// <summary>This incarnation of the system.</summary>
    public int Uid { get; } = Random.Shared.Next(1, int.MaxValue);

    public Address DefaultAddress => _transports.Count > 0 ? _transports[0].Address : Provider.RootPath.Address;

    /// <summary>A transport's address as everybody else writes it.</summary>
    public static Address Prefixed(Address raw) => raw.WithProtocol(SchemePrefix + raw.Protocol);

    /// <summary>Makes the transports and lets them listen.</summary>
    /// <exception cref="ConfigurationException">A transport's type cannot be found.</exception>
    public void Start()
    {
        try
        {
            foreach (var path in Settings.Transports)
            {
                var transport = Make(path);
                var (raw, listener) = transport.Listen().WaitAsync(Settings.StartupTimeout).GetAwaiter().GetResult();
                _transports.Add((transport, Prefixed(raw)));
                listener.TrySetResult(this);
            }
        }
        catch (Exception error)
        {
            Publish(new RemotingErrorEvent(error));
            throw;
        }
        Publish(new RemotingListenEvent([.. _transports.Select(t => t.Address)]));
    }

    public bool IsOwn(Address address)
    {
        foreach (var (_, own) in _transports)
        {
            if (own.Equals(address))
                return true;
        }
        return false;
    }

    /// <summary>Under which address the peer knows this system; null if no transport leads there.</summary>
    public Address? LocalAddressFor(Address remote) => FindTransport(remote).Address;

    public RemoteActorRef RootOf(Address address) => new(Provider, new RootActorPath(address));

    /// <summary>
    /// Sends a message to a peer; what cannot be serialized is logged, what cannot be sent is a dead letter.
    /// </summary>
    public void Send(object message, IActorRef? sender, RemoteActorRef recipient)
    {
        var address = recipient.Path.Address;
        var (transport, local) = FindTransport(address);
        if (_stopped || transport is null)
        {
            DeadLetter(message, sender, recipient);
            return;
        }
        if (!TrySerialize(message, local!, recipient, out var serialized))
            return;
        var senderPath = sender is null or Nobody || sender.Equals(System.DeadLetters)
            ? null
            : sender.Path.ToSerializationFormatWithAddress(local!);
        var outgoing = new Outgoing(message, sender, senderPath, recipient, serialized);
        while (!AssociationWith(address, transport, local!).TrySend(outgoing))
        {
            // It has ended between the look-up and now; the next one is new.
        }
    }

    /// <summary>The association with a peer that has just greeted.</summary>
    public Association AssociationWith(Address remote)
    {
        var (transport, local) = FindTransport(remote);
        return AssociationWith(remote, transport!, local!);
    }

    public void Forget(Association association) =>
        _associations.TryRemove(new KeyValuePair<Address, Association>(association.Remote, association));

    public void Add(Endpoint endpoint) => _endpoints[endpoint] = true;

    public void Remove(Endpoint endpoint) => _endpoints.TryRemove(endpoint, out _);

    public void Quarantine(Address address, int? uid)
    {
        if (_associations.TryGetValue(address, out var association))
            association.Quarantine(uid);
        else
            PublishAddressTerminated(address);
    }

    public void PublishAddressTerminated(Address address) =>
        AddressTerminatedTopic.Get(System).Publish(new AddressTerminated(address));

    public void Publish(RemotingLifecycleEvent happened)
    {
        System.EventStream.Publish(happened);
        if (Settings.LogLifecycleEvents)
            Log.Log(happened.LogLevel(), null, happened.ToString()!);
    }

    public void DeadLetter(object message, IActorRef? sender, IActorRef recipient)
    {
        if (message is not Dispatch.SysMsg.ISystemMessage)
            System.DeadLetters.Tell(new DeadLetter(message, sender ?? System.DeadLetters, recipient), sender);
    }

    /// <inheritdoc/>
    public void Notify(IAssociationEvent ev)
    {
        if (ev is not InboundAssociation inbound)
            return;
        if (_stopped)
            inbound.Association.Disassociate("this system ends", Log);
        else
            new Endpoint(this, inbound.Association, null).Begin();
    }

    /// <summary>Says farewell to every peer and closes the transports.</summary>
    public async Task ShutdownAsync()
    {
        _stopped = true;
        foreach (var endpoint in _endpoints.Keys)
            endpoint.Farewell();
        try
        {
            await Task.WhenAll(_transports.Select(t => t.Transport.Shutdown()))
                .WaitAsync(Settings.ShutdownTimeout).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Publish(new RemotingErrorEvent(error));
        }
        Publish(new RemotingShutdownEvent());
    }

    private Association AssociationWith(Address remote, Transport.Transport transport, Address local)
    {
        if (_associations.TryGetValue(remote, out var known))
            return known;
        return _associations.GetOrAdd(remote, new Association(this, transport, local, remote));
    }

    private (Transport.Transport? Transport, Address? Address) FindTransport(Address remote)
    {
        foreach (var (transport, address) in _transports)
        {
            if (address.Protocol == remote.Protocol && transport.IsResponsibleFor(remote))
                return (transport, address);
        }
        return (null, null);
    }

    private bool TrySerialize(object message, Address local, IActorRef recipient, out SerializedMessage serialized)
    {
        try
        {
            serialized = Akka.Serialization.Serialization.WithTransport(
                System, local, () => Wrapped.Serialize(System, message));
            return true;
        }
        catch (Exception error)
        {
            Log.Error(error, "Cannot serialize {0} for {1}; the association goes on", message.GetType(), recipient);
            serialized = default;
            return false;
        }
    }

    private Transport.Transport Make(string path)
    {
        var config = System.Settings.Config.GetConfig(path);
        var name = config?.GetString("transport-class");
        var type = Type.GetType(name ?? "") ?? throw new ConfigurationException(
            $"{path}.transport-class: cannot find the type '{name}'");
        return (Transport.Transport)Activator.CreateInstance(type, System, config)!;
    }
}

/// <summary>A message on its way out.</summary>
/// <param name="Message">As it was told; for the dead letters.</param>
/// <param name="Sender">Who told it.</param>
/// <param name="SenderPath">The sender as the peer is to see it.</param>
/// <param name="Recipient">For whom.</param>
/// <param name="Serialized">The bytes.</param>
internal readonly record struct Outgoing(
    object Message, IActorRef? Sender, string? SenderPath, RemoteActorRef Recipient, SerializedMessage Serialized)
{
    /// <summary>Whether it must arrive even if the association has to be opened again.</summary>
    public bool IsSystemMessage => Message is Dispatch.SysMsg.ISystemMessage;
}
