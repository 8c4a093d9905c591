using Akka.Actor;
using Google.Protobuf;

namespace Akka.Remote.Transport;

/// <summary>Something that happened to a listening transport.</summary>
public interface IAssociationEvent;

/// <summary>Receives the associations that others open.</summary>
public interface IAssociationEventListener
{
    /// <summary>Called by the transport; must not block.</summary>
    void Notify(IAssociationEvent ev);
}

/// <summary>Another system has opened an association.</summary>
public sealed class InboundAssociation(AssociationHandle association) : IAssociationEvent
{
    /// <summary>This end of it.</summary>
    public AssociationHandle Association { get; } = association;
}

/// <summary>Something that happened to one association.</summary>
public interface IHandleEvent;

/// <summary>Receives what arrives over one association, in order.</summary>
public interface IHandleEventListener
{
    /// <summary>Called by the transport; must not block.</summary>
    void Notify(IHandleEvent ev);
}

/// <summary>A payload as the other end has written it.</summary>
public sealed class InboundPayload(ByteString payload) : IHandleEvent
{
    /// <summary>The bytes.</summary>
    public ByteString Payload { get; } = payload;
}

/// <summary>The association is gone.</summary>
public sealed class Disassociated(DisassociateInfo info) : IHandleEvent
{
    internal DisassociateInfo Info { get; } = info;
}

/// <summary>How an association ended.</summary>
public enum DisassociateInfo
{
    /// <summary>Without a word: the peer may still be alive.</summary>
    Unknown = 0,

    /// <summary>The peer has ended.</summary>
    Shutdown = 1,

    /// <summary>The peer has put us into quarantine.</summary>
    Quarantined = 2,
}

/// <summary>An association that cannot be opened, now or ever.</summary>
public sealed class InvalidAssociationException(string message, Exception? cause = null)
    : AkkaException(message, cause);
