using System.Collections.Concurrent;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The extensions of an actor system, each made once.</summary>
internal sealed class ExtensionTable(ActorSystemImpl system)
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();

    internal object Register(IExtensionId id)
    {
        var lazy = _extensions.GetOrAdd(
            id.ExtensionType, static (_, made) => new Lazy<object>(() => made.id.CreateExtension(made.system)),
            (id, system));
        try
        {
            return lazy.Value;
        }
        catch
        {
            _extensions.TryRemove(KeyValuePair.Create(id.ExtensionType, lazy));
            throw;
        }
    }

    internal object? Find(Type type) => _extensions.TryGetValue(type, out var lazy) ? lazy.Value : null;

    /// <summary>Makes the extensions that <c>akka.extensions</c> names.</summary>
    internal void LoadConfigured()
    {
        foreach (var name in system.Settings.Config.GetStringList("akka.extensions"))
        {
            var type = Type.GetType(name);
            if (type is null || !typeof(IExtensionId).IsAssignableFrom(type))
            {
                system.Log.Error("[{0}] of akka.extensions is not an ExtensionId, skipping...", name);
                continue;
            }

            Register((IExtensionId)Activator.CreateInstance(type, nonPublic: true)!);
        }
    }
}

/// <summary>What runs after the last actor ended, last registered first.</summary>
internal sealed class TerminationCallbacks
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<Action> _callbacks = new();
    private bool _ran;

    internal Task Done => _done.Task;

    internal void Add(Action code)
    {
        lock (_callbacks)
        {
            if (_ran) throw new InvalidOperationException("ActorSystem already terminated.");
            _callbacks.Push(code);
        }
    }

    internal void Run()
    {
        List<Exception> failures = [];
        while (true)
        {
            Action code;
            lock (_callbacks)
            {
                if (!_callbacks.TryPop(out code!))
                {
                    _ran = true;
                    break;
                }
            }

            try
            {
                code();
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count == 0) _done.TrySetResult();
        else _done.TrySetException(failures);
    }
}
