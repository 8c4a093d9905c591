using Akka.Actor;
using Akka.Configuration;
using Google.Protobuf;

namespace Akka.Remote.Transport;

/// <summary>
/// Carries bytes between two actor systems. Made by name from <c>akka.remote.enabled-transports</c> with a public
/// constructor that takes (<see cref="ActorSystem"/>, <see cref="Configuration.Config"/>).
/// </summary>
public abstract class Transport
{
    /// <summary>Leaves <see cref="Config"/> and <see cref="System"/> to the derived constructor.</summary>
    protected Transport()
    {
    }

    /// <summary>The transport's own section of the configuration.</summary>
    public Config Config { get; protected set; } = null!;

    /// <summary>The actor system that this transport serves.</summary>
    public ActorSystem System { get; protected set; } = null!;

    /// <summary>Protocol part of this transport's addresses, such as <c>unix</c> in <c>akka.unix://</c>.</summary>
    public virtual string SchemeIdentifier { get; protected set; } = "";

    /// <summary>Largest payload that <see cref="AssociationHandle.Write"/> takes, in bytes.</summary>
    public virtual long MaximumPayloadBytes { get; protected set; }

    /// <summary>Starts to accept associations, which go to the listener that the caller puts into the source.</summary>
    public abstract Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen();

    /// <summary>Whether this transport can reach the address.</summary>
    public abstract bool IsResponsibleFor(Address remote);

    /// <summary>
    /// Opens an association; faults with <see cref="InvalidAssociationException"/> if that is impossible.
    /// </summary>
    public abstract Task<AssociationHandle> Associate(Address remoteAddress);

    /// <summary>Closes every association and stops listening.</summary>
    public abstract Task<bool> Shutdown();

    /// <summary>Takes a command that only this transport understands; false if it does not.</summary>
    public virtual Task<bool> ManagementCommand(object message) => Task.FromResult(false);
}

/// <summary>One end of an association between two actor systems.</summary>
public abstract class AssociationHandle
{
    /// <summary>Remembers both ends.</summary>
    protected AssociationHandle(Address localAddress, Address remoteAddress)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
    }

    /// <summary>This end.</summary>
    public Address LocalAddress { get; protected set; }

    /// <summary>The other end.</summary>
    public Address RemoteAddress { get; protected set; }

    /// <summary>Where the owner puts the listener for inbound events; nothing is read before.</summary>
    public TaskCompletionSource<IHandleEventListener> ReadHandlerSource { get; protected set; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Queues a payload; false if it cannot be taken now, and then the caller tries again later.</summary>
    public abstract bool Write(ByteString payload);

    /// <summary>Closes the association, any number of times. Both ends get <see cref="Disassociated"/>.</summary>
    [Obsolete("Say why: Disassociate(reason, log).")]
    public abstract void Disassociate();

    /// <summary>Closes the association and logs why.</summary>
    public void Disassociate(string reason, Event.ILoggingAdapter log)
    {
        if (log.IsDebugEnabled)
            Event.LoggingExtensions.Debug(log, "Association of [{0}] to [{1}] ends: {2}", LocalAddress, RemoteAddress,
                reason);
#pragma warning disable CS0618 // It is what the method above it is for.
        Disassociate();
#pragma warning restore CS0618
    }
}
