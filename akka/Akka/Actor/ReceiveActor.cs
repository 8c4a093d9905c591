using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor whose constructor, and functions given to Become, register handlers by message type.</summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly HandlerList _initial = new();
    private HandlerList? _open;

    /// <summary>Called by the engine alone; actors are made with <c>ActorOf</c>.</summary>
    protected ReceiveActor() => _open = _initial;

    private HandlerList Open => _open ?? throw new InvalidOperationException(
        "You may only call Receive-methods when constructing the actor and inside Become().");

    internal sealed override void Constructed() => _open = null;

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message) => _initial.Handle(message);

    /// <summary>Replaces the behaviour by the handlers that the function registers.</summary>
    protected void Become(Action configure) => Become(Configure(configure));

    /// <summary>Puts the handlers that the function registers on top of the current behaviour.</summary>
    protected void BecomeStacked(Action configure) => BecomeStacked(Configure(configure));

    /// <summary>Handles messages of a type.</summary>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Open.Add(handler, shouldHandle);

    /// <summary>Handles messages of a type that meet a condition.</summary>
    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Open.Add(handler, shouldHandle);

    /// <summary>Handles messages of a type if the function returns true.</summary>
    protected void Receive<T>(Func<T, bool> handler) => Open.Add(handler);

    /// <summary>Handles messages of a type.</summary>
    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Open.Add(messageType, handler, shouldHandle);

    /// <summary>Handles messages of a type that meet a condition.</summary>
    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Open.Add(messageType, handler, shouldHandle);

    /// <summary>Handles messages of a type if the function returns true.</summary>
    protected void Receive(Type messageType, Func<object, bool> handler) => Open.Add(messageType, handler);

    /// <summary>Handles all messages that no handler before took.</summary>
    protected void ReceiveAny(Action<object> handler) => Open.Add(handler, null);

    /// <summary>Handles messages of a type asynchronously; other messages wait until the task ends.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Open.Add(Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type that meet a condition asynchronously.</summary>
    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        Open.Add(Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type asynchronously; other messages wait until the task ends.</summary>
    protected void ReceiveAsync(
        Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Open.Add(messageType, Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type that meet a condition asynchronously.</summary>
    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Open.Add(messageType, Wrap(handler), shouldHandle);

    /// <summary>Handles all messages that no handler before took, asynchronously.</summary>
    protected void ReceiveAnyAsync(Func<object, Task> handler) => Open.Add(Wrap(handler), null);

    private protected sealed override bool Handle(object message) => _initial.Handle(message);

    private static Action<T> Wrap<T>(Func<T, Task> handler) =>
        message => ActorTaskScheduler.RunTask(() => handler(message));

    private Receive Configure(Action configure)
    {
        var outer = _open;
        var handlers = _open = new HandlerList();
        try
        {
            configure();
        }
        finally
        {
            _open = outer;
        }

        return handlers.Handle;
    }
}
