using System.Collections.Concurrent;
using Akka.Actor;
using SshLog.Core.Protocol;

namespace SshLog.Remoting;

/// <summary>
/// Who is connected. On the daemon's side: the peers by ticket and by the host name of their address. On a client's
/// side: its own ticket.
/// </summary>
public sealed class UnixPeers : IExtension, IPeerDirectory
{
    private readonly ConcurrentDictionary<string, Entry> _byTicket = new();
    private readonly ConcurrentDictionary<string, string> _ticketByHost = new();

    /// <summary>The ticket of a client's own connection; null on the daemon's side.</summary>
    public string? OwnTicket { get; internal set; }

    /// <summary>Connections open now.</summary>
    public int Count => _byTicket.Count;

    /// <summary>The extension of this actor system.</summary>
    public static UnixPeers For(ActorSystem system) => system.WithExtension<UnixPeers, UnixPeersProvider>();

    /// <inheritdoc />
    public PeerIdentity? Find(string ticket) =>
        _byTicket.TryGetValue(ticket, out var entry) ? entry.Identity : null;

    /// <summary>
    /// The ticket of the connection behind an address: how an actor learns from its sender's path, which the screen
    /// has checked, whom it serves. Null when no such connection is open.
    /// </summary>
    public string? FindTicket(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Host is { } host && _ticketByHost.TryGetValue(host, out var ticket) ? ticket : null;
    }

    /// <inheritdoc />
    public IDisposable WhenLeft(string ticket, Action left)
    {
        ArgumentNullException.ThrowIfNull(left);
        if (!_byTicket.TryGetValue(ticket, out var entry))
        {
            left();
            return Registration.None;
        }
        var registration = entry.Left.Register(left);
        return new Registration(registration);
    }

    internal void Add(string ticket, string host, PeerIdentity identity)
    {
        _ticketByHost[host] = ticket;
        _byTicket[ticket] = new Entry(identity, host);
    }

    internal void Remove(string ticket)
    {
        if (!_byTicket.TryRemove(ticket, out var entry))
            return;
        _ticketByHost.TryRemove(entry.Host, out _);
        entry.Dispose();
    }

    // A token calls each registration exactly once, also one that comes in while or after it is cancelled.
    private sealed class Entry : IDisposable
    {
        private readonly CancellationTokenSource _left;

        public Entry(PeerIdentity identity, string host)
        {
            Identity = identity;
            Host = host;
            _left = new CancellationTokenSource();
            Left = _left.Token;
        }

        public PeerIdentity Identity { get; }

        public string Host { get; }

        public CancellationToken Left { get; }

        public void Dispose()
        {
            _left.Cancel();
            _left.Dispose();
        }
    }

    private sealed class Registration(CancellationTokenRegistration inner) : IDisposable
    {
        public static readonly Registration None = new(default);

        // Unregister, unlike Dispose, does not wait for a callback that is running.
        public void Dispose() => inner.Unregister();
    }
}

/// <summary>Makes <see cref="UnixPeers"/>.</summary>
public sealed class UnixPeersProvider : ExtensionIdProvider<UnixPeers>
{
    /// <inheritdoc />
    public override UnixPeers CreateExtension(ExtendedActorSystem system) => new();
}
