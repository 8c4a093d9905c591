using Akka.Actor;
using Akka.Event;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>
/// The only actor that a client reaches at first: looks up who is behind the connection's ticket, decides the role, and
/// makes the actor that serves this connection from then on (<see cref="ConnectionActor"/>).
/// </summary>
public sealed class GatewayActor : ReceiveActor
{
    private readonly GatewayServices _services;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="services">See there.</param>
    public GatewayActor(GatewayServices services)
    {
        _services = services;
        Receive<GatewayProtocol.Hello>(hello => Sender.Tell(Greet(hello)));
        // A name that no client of the socket can guess.
        Receive<Open>(open => Sender.Tell(new Opened(Context.ActorOf(
            ConnectionActor.Props(_services, open.Client, open.Role), "w-" + Guid.NewGuid().ToString("N")))));
    }

    /// <summary>
    /// The daemon's own web page to the gateway: serve somebody who has signed in there. Has no serializer, so that it cannot
    /// come from a socket. Answered with <see cref="Opened"/>.
    /// </summary>
    /// <param name="Client">Who.</param>
    /// <param name="Role">What they may do.</param>
    public sealed record Open(ClientIdentity Client, Role Role);

    /// <summary>Ask this one; it lives until it gets a poison pill.</summary>
    /// <param name="Connection">The actor.</param>
    public sealed record Opened(IActorRef Connection);

    /// <summary>How to make one.</summary>
    public static Props Props(GatewayServices services) => Akka.Actor.Props.Create(() => new GatewayActor(services));

    /// <summary>A connection whose actor fails is not served any more; the client is told by its next request.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    private GatewayProtocol.IReply Greet(GatewayProtocol.Hello hello)
    {
        if (hello.ProtocolVersion != GatewayProtocol.Version)
        {
            return new GatewayProtocol.Failure(
                GatewayProtocol.FailureCode.VersionMismatch,
                $"This client speaks protocol {hello.ProtocolVersion}, the daemon (version "
                + $"{_services.Daemon.DaemonVersion}) speaks {GatewayProtocol.Version}: install the same version of both.");
        }

        if (_services.Peers.Find(hello.Ticket) is not { } peer)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Denied, "This connection is not known.");
        var role = _services.Roles.Of(peer);
        if (role == Role.None)
        {
            _log.Warning("Refused a client of uid {0} (pid {1}): in none of the groups that may use sshlog", peer.Uid, peer.Pid);
            return new GatewayProtocol.Failure(
                GatewayProtocol.FailureCode.Denied, "You may not use sshlog: ask to be added to its group.");
        }

        var name = GatewayProtocol.ConnectionName(hello.Ticket);
        if (Context.Child(name).IsNobody())
            Context.ActorOf(ConnectionActor.Props(_services, ClientIdentity.Of(peer), role, hello.Ticket), name);
        return new GatewayProtocol.Welcome(GatewayProtocol.Version, _services.Daemon.DaemonVersion, role);
    }
}
