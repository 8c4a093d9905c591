using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor whose constructor registers handlers by type.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor
{
    private readonly HandlerList _recover = new();
    private readonly HandlerList _command = new();
    private HandlerList? _open;
    private bool _constructed;

    /// <summary>Called by the engine alone; actors are made with <c>ActorOf</c>.</summary>
    protected ReceivePersistentActor() => _open = _command;

    private HandlerList Commands => _open ?? throw new InvalidOperationException(
        "You may only call Command-methods when constructing the actor and inside Become().");

    private HandlerList Recovers => !_constructed ? _recover : throw new InvalidOperationException(
        "You may only call Recover-methods when constructing the actor.");

    internal sealed override void Constructed()
    {
        _open = null;
        _constructed = true;
    }

    /// <summary>Handles replayed events of a type.</summary>
    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Recovers.Add(handler, shouldHandle);

    /// <summary>Handles replayed events of a type that meet a condition.</summary>
    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recovers.Add(handler, shouldHandle);

    /// <summary>Handles replayed events of a type if the function returns true.</summary>
    protected void Recover<T>(Func<T, bool> handler) => Recovers.Add(handler);

    /// <summary>Handles replayed events of a type.</summary>
    protected void Recover(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Recovers.Add(messageType, handler, shouldHandle);

    /// <summary>Handles all replayed events that no handler before took.</summary>
    protected void RecoverAny(Action<object> handler) => Recovers.Add(handler, null);

    /// <summary>Handles commands of a type.</summary>
    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Commands.Add(handler, shouldHandle);

    /// <summary>Handles commands of a type that meet a condition.</summary>
    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Commands.Add(handler, shouldHandle);

    /// <summary>Handles commands of a type if the function returns true.</summary>
    protected void Command<T>(Func<T, bool> handler) => Commands.Add(handler);

    /// <summary>Handles commands of a type.</summary>
    protected void Command(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Commands.Add(messageType, handler, shouldHandle);

    /// <summary>Handles commands of a type that meet a condition.</summary>
    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Commands.Add(messageType, handler, shouldHandle);

    /// <summary>Handles commands of a type if the function returns true.</summary>
    protected void Command(Type messageType, Func<object, bool> handler) => Commands.Add(messageType, handler);

    /// <summary>Handles all commands that no handler before took.</summary>
    protected void Command(Action<object> handler) => Commands.Add(handler, null);

    /// <summary>Handles all commands that no handler before took.</summary>
    protected void CommandAny(Action<object> handler) => Commands.Add(handler, null);

    /// <summary>Handles commands of a type asynchronously; other messages wait until the task ends.</summary>
    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Commands.Add<T>(message => RunTask(() => handler(message)), shouldHandle);

    /// <summary>Handles commands of a type that meet a condition asynchronously.</summary>
    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        CommandAsync(handler, shouldHandle);

    /// <summary>Handles commands of a type asynchronously; other messages wait until the task ends.</summary>
    protected void CommandAsync(
        Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Commands.Add(messageType, message => RunTask(() => handler(message)), shouldHandle);

    /// <summary>Handles all commands that no handler before took, asynchronously.</summary>
    protected void CommandAnyAsync(Func<object, Task> handler) =>
        Commands.Add<object>(message => RunTask(() => handler(message)), null);

    /// <summary>Replaces the behaviour by the handlers that the function registers.</summary>
    protected void Become(Action configure) => Become(Configure(configure));

    /// <summary>Puts the handlers that the function registers on top of the current behaviour.</summary>
    protected void BecomeStacked(Action configure) => BecomeStacked(Configure(configure));

    /// <inheritdoc/>
    protected sealed override void OnCommand(object message) => _command.Handle(message);

    /// <inheritdoc/>
    protected sealed override void OnRecover(object message) => _recover.Handle(message);

    private protected sealed override bool HandleCommand(object message) => _command.Handle(message);

    private protected sealed override bool HandleRecover(object message) => _recover.Handle(message);

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
