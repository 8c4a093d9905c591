namespace Akka.Actor;

/// <summary>A behaviour as a list of typed handlers; the first that takes a message wins.</summary>
internal sealed class HandlerList
{
    private readonly List<Handler> _handlers = [];
    private bool _takesAny;

    internal bool Handle(object message)
    {
        foreach (var handler in _handlers)
            if (handler.TryHandle(message)) return true;
        return false;
    }

    internal void Add<T>(Action<T> handler, Predicate<T>? shouldHandle)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Append(new ActionHandler<T>(handler, shouldHandle), shouldHandle is null && typeof(T) == typeof(object));
    }

    internal void Add<T>(Func<T, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Append(new FuncHandler<T>(handler), takesAny: false);
    }

    internal void Add(Type type, Action<object> handler, Predicate<object>? shouldHandle)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(type);
        Append(
            new FuncHandler<object>(message =>
            {
                if (!type.IsInstanceOfType(message) || (shouldHandle is not null && !shouldHandle(message)))
                    return false;
                handler(message);
                return true;
            }),
            shouldHandle is null && type == typeof(object));
    }

    internal void Add(Type type, Func<object, bool> handler) =>
        Append(new FuncHandler<object>(message => type.IsInstanceOfType(message) && handler(message)), false);

    private void Append(Handler handler, bool takesAny)
    {
        if (_takesAny)
        {
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        }

        _takesAny = takesAny;
        _handlers.Add(handler);
    }

    private abstract class Handler
    {
        internal abstract bool TryHandle(object message);
    }

    private sealed class ActionHandler<T>(Action<T> handler, Predicate<T>? shouldHandle) : Handler
    {
        internal override bool TryHandle(object message)
        {
            if (message is not T typed || (shouldHandle is not null && !shouldHandle(typed))) return false;
            handler(typed);
            return true;
        }
    }

    private sealed class FuncHandler<T>(Func<T, bool> handler) : Handler
    {
        internal override bool TryHandle(object message) => message is T typed && handler(typed);
    }
}
