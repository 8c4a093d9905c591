using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Serialization;
using Akka.Remote.Wire;

namespace Akka.Remote;

/// <summary>
/// Gives messages of peers to the actors of this system. Runs on the connection's reader; never throws.
/// </summary>
internal sealed class InboundDispatcher(Remoting remoting)
{
    /// <summary>Deserializes and delivers one message.</summary>
    public void Dispatch(in Pdu pdu)
    {
        var system = remoting.System;
        var recipient = (IInternalActorRef)remoting.Provider.ResolveActorRef(pdu.Recipient!);
        object? message;
        try
        {
            message = Wrapped.Deserialize(system, pdu.Message);
        }
        catch (Exception error)
        {
            remoting.Log.Warning(
                "Cannot deserialize a message for {0} (serializer {1}, manifest '{2}'): {3}. It is dropped, the "
                + "association goes on", recipient, pdu.Message.SerializerId, pdu.Message.Manifest, error.Message);
            return;
        }
        if (message is null)
            return;
        var sender = string.IsNullOrEmpty(pdu.Sender)
            ? system.DeadLetters
            : remoting.Provider.ResolveActorRef(pdu.Sender);
        if (remoting.Settings.LogReceive)
            remoting.Log.Debug("Received {0} for {1} from {2}", message, recipient, sender);
        if (!recipient.IsLocal)
            remoting.Log.Error("Dropping {0}: {1} is not of this system", message.GetType(), recipient);
        else if (IsTrusted(recipient, message))
            Deliver(recipient, message, sender);
        else
            remoting.Log.Debug("Untrusted mode: dropping {0} for {1}", message.GetType(), recipient);
    }

    private static void Deliver(IInternalActorRef recipient, object message, IActorRef sender)
    {
        switch (message)
        {
            case ActorSelectionMessage selection:
                ActorSelection.DeliverSelection(recipient, sender, selection);
                break;
            case ISystemMessage system:
                recipient.SendSystemMessage(system);
                break;
            default:
                recipient.Tell(message, sender);
                break;
        }
    }

    private bool IsTrusted(IInternalActorRef recipient, object message)
    {
        if (!remoting.Settings.UntrustedMode)
            return true;
        return message switch
        {
            ActorSelectionMessage selection => selection.Message is not IPossiblyHarmful
                && recipient.Path.Elements.Count == 0
                && remoting.Settings.TrustedSelectionPaths.Contains("/" + string.Join('/', selection.Elements)),
            ISystemMessage => message is Watch or Unwatch or DeathWatchNotification,
            _ => message is not IPossiblyHarmful,
        };
    }
}
