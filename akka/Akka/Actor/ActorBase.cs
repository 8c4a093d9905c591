using Akka.Event;

namespace Akka.Actor;

/// <summary>A base for all actors: life cycle, behaviour and context.</summary>
public abstract class ActorBase
{
    private readonly ActorCell _cell;

    /// <summary>Called by the engine alone; actors are made with <c>ActorOf</c>.</summary>
    /// <exception cref="ActorInitializationException">The actor was made with <c>new</c>.</exception>
    protected ActorBase()
    {
        _cell = ActorCell.Current ?? throw new ActorInitializationException(
            "Do not create actors using 'new', always create them using an ActorContext/System");
        _cell.Become(Receive);
    }

    /// <summary>The context of the actor whose handler runs.</summary>
    /// <exception cref="NotSupportedException">No handler runs on this thread.</exception>
    protected static IActorContext Context => ActorCell.Current ?? throw new NotSupportedException(
        "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    /// <summary>The actor itself.</summary>
    protected IActorRef Self => _cell.Self;

    /// <summary>Who sent the current message.</summary>
    protected IActorRef Sender => Context.Sender;

    internal ActorCell Cell => _cell;

    /// <summary>Handles a message; returns whether it did.</summary>
    protected abstract bool Receive(object message);

    /// <summary>Called before the first message of the first incarnation.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Called after the actor stopped, and before a restart unless PreRestart is overridden.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>Called on the failed instance before a restart: stops the children, then calls PostStop.</summary>
    /// <param name="reason">What failed.</param>
    /// <param name="message">The message that was being handled, or null.</param>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in Context.GetChildren().ToArray())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }

    /// <summary>Called on the new instance after a restart: calls PreStart.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>How failures of children are handled.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Called for a message that no handler took.</summary>
    /// <exception cref="DeathPactException">The message is <see cref="Terminated"/>.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated) throw new DeathPactException(terminated.ActorRef);
        _cell.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    /// <summary>Replaces the behaviour.</summary>
    protected void Become(Receive receive) => _cell.Become(receive);

    /// <summary>Puts a behaviour on top of the current one.</summary>
    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    /// <summary>Goes back to the behaviour below.</summary>
    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    /// <summary>Sets after which silence <see cref="ReceiveTimeout"/> is sent; null ends it.</summary>
    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    /// <summary>Wraps every call of a behaviour; returns whether the message was handled.</summary>
    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        if (receive(message)) return true;
        Unhandled(message);
        return false;
    }

    /// <summary>Wraps <see cref="PreStart"/>.</summary>
    public virtual void AroundPreStart() => PreStart();

    /// <summary>Wraps <see cref="PostStop"/>.</summary>
    public virtual void AroundPostStop() => PostStop();

    /// <summary>Wraps <see cref="PreRestart"/>.</summary>
    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    /// <summary>Wraps <see cref="PostRestart"/>.</summary>
    public virtual void AroundPostRestart(Exception reason) => PostRestart(reason);

    /// <summary>Called by the engine when the constructor has run.</summary>
    internal virtual void Constructed()
    {
    }

    internal SupervisorStrategy GetSupervisorStrategy() => SupervisorStrategy();
}

/// <summary>An actor that handles every message in one method.</summary>
public abstract class UntypedActor : ActorBase
{
    /// <inheritdoc cref="ActorBase.Context"/>
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message) => Handle(message);

    /// <summary>Handles a message.</summary>
    protected abstract void OnReceive(object message);

    /// <summary>Replaces the behaviour.</summary>
    protected void Become(UntypedReceive receive) => Context.Become(receive);

    /// <summary>Puts a behaviour on top of the current one.</summary>
    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);

    /// <summary>Runs an action as if it were asynchronous: ordinary messages wait until it ends.</summary>
    protected void RunTask(Action action) => Akka.Dispatch.ActorTaskScheduler.RunTask(action);

    /// <summary>Runs an asynchronous function; ordinary messages wait until it ends.</summary>
    protected void RunTask(Func<Task> action) => Akka.Dispatch.ActorTaskScheduler.RunTask(action);

    private protected virtual bool Handle(object message)
    {
        OnReceive(message);
        return true;
    }
}
