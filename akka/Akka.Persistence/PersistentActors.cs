using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor with one method for commands and one for replayed events.</summary>
public abstract class PersistentActor : Eventsourced;

/// <summary>A persistent actor whose methods take every message.</summary>
public abstract class UntypedPersistentActor : Eventsourced
{
    /// <inheritdoc cref="ActorBase.Context"/>
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    /// <summary>Handles a command.</summary>
    protected abstract void OnCommand(object message);

    /// <summary>Handles a replayed event, a snapshot offer or the end of the recovery.</summary>
    protected abstract void OnRecover(object message);

    /// <summary>Replaces the behaviour.</summary>
    protected void Become(UntypedReceive receive) => Context.Become(receive);

    /// <summary>Puts a behaviour on top of the current one.</summary>
    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);

    /// <inheritdoc/>
    protected sealed override bool ReceiveCommand(object message) => HandleCommand(message);

    /// <inheritdoc/>
    protected sealed override bool ReceiveRecover(object message) => HandleRecover(message);

    private protected virtual bool HandleCommand(object message)
    {
        OnCommand(message);
        return true;
    }

    private protected virtual bool HandleRecover(object message)
    {
        OnRecover(message);
        return true;
    }
}
