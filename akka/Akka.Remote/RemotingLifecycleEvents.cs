using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Something about remoting that is told on the event stream.</summary>
public abstract class RemotingLifecycleEvent
{
    /// <summary>At which level it is logged, if at all.</summary>
    public abstract LogLevel LogLevel();
}

/// <summary>Something about one association.</summary>
public abstract class AssociationEvent : RemotingLifecycleEvent
{
    private protected AssociationEvent(Address localAddress, Address remoteAddress, bool isInbound)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
        IsInbound = isInbound;
    }

    /// <summary>This end.</summary>
    public Address LocalAddress { get; }

    /// <summary>The other end.</summary>
    public Address RemoteAddress { get; }

    /// <summary>Whether the other end opened it.</summary>
    public bool IsInbound { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{GetType().Name} [{LocalAddress}] {(IsInbound ? "<-" : "->")} [{RemoteAddress}]";
}

/// <summary>Two systems have greeted each other.</summary>
public sealed class AssociatedEvent(Address localAddress, Address remoteAddress, bool inbound)
    : AssociationEvent(localAddress, remoteAddress, inbound)
{
    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

/// <summary>An association has ended.</summary>
public sealed class DisassociatedEvent(Address localAddress, Address remoteAddress, bool inbound)
    : AssociationEvent(localAddress, remoteAddress, inbound)
{
    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

/// <summary>An association could not be opened or kept.</summary>
public sealed class AssociationErrorEvent(
    Exception cause, Address localAddress, Address remoteAddress, bool inbound, LogLevel level)
    : AssociationEvent(localAddress, remoteAddress, inbound)
{
    /// <summary>Why.</summary>
    public Exception Cause { get; } = cause;

    /// <inheritdoc/>
    public override LogLevel LogLevel() => level;

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}: Error [{Cause.Message}]";
}

/// <summary>Remoting listens.</summary>
public sealed class RemotingListenEvent(IList<Address> listenAddresses) : RemotingLifecycleEvent
{
    /// <summary>Under these addresses.</summary>
    public IList<Address> ListenAddresses { get; } = listenAddresses;

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;

    /// <inheritdoc/>
    public override string ToString() => $"Remoting now listens on addresses: {string.Join(", ", ListenAddresses)}";
}

/// <summary>Remoting has ended.</summary>
public sealed class RemotingShutdownEvent : RemotingLifecycleEvent
{
    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;

    /// <inheritdoc/>
    public override string ToString() => "Remoting shut down";
}

/// <summary>Remoting could not start or end.</summary>
public sealed class RemotingErrorEvent(Exception cause) : RemotingLifecycleEvent
{
    /// <summary>Why.</summary>
    public Exception Cause { get; } = cause;

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;

    /// <inheritdoc/>
    public override string ToString() => $"Remoting error: [{Cause.Message}]";
}

/// <summary>One incarnation of a system is not spoken to again.</summary>
public sealed class QuarantinedEvent(Address address, int uid) : RemotingLifecycleEvent
{
    /// <summary>Where it was.</summary>
    public Address Address { get; } = address;

    /// <summary>Which incarnation.</summary>
    public int Uid { get; } = uid;

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    /// <inheritdoc/>
    public override string ToString() =>
        $"Association to [{Address}] having UID [{Uid}] is irrecoverably failed; UID is now quarantined";
}

/// <summary>A peer does not speak to this incarnation again.</summary>
public sealed class ThisActorSystemQuarantinedEvent(Address localAddress, Address remoteAddress)
    : RemotingLifecycleEvent
{
    /// <summary>This system.</summary>
    public Address LocalAddress { get; } = localAddress;

    /// <summary>The peer.</summary>
    public Address RemoteAddress { get; } = remoteAddress;

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;

    /// <inheritdoc/>
    public override string ToString() =>
        $"The remote system {RemoteAddress} has quarantined this system {LocalAddress}";
}
