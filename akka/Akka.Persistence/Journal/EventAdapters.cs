using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Hocon;

namespace Akka.Persistence.Journal;

/// <summary>Turns events into what the journal stores.</summary>
public interface IWriteEventAdapter
{
    /// <summary>What is stored beside the event, for the way back; empty if nothing is needed.</summary>
    string Manifest(object evt);

    /// <summary>What is stored for the event; a <see cref="Tagged"/> adds tags.</summary>
    object ToJournal(object evt);
}

/// <summary>Turns what the journal stores into events.</summary>
public interface IReadEventAdapter
{
    /// <summary>The events, none to many, that a stored one stands for.</summary>
    IEventSequence FromJournal(object evt, string manifest);
}

/// <summary>Turns events into what the journal stores, and back.</summary>
public interface IEventAdapter : IWriteEventAdapter, IReadEventAdapter;

/// <summary>Events that a stored one stands for.</summary>
public interface IEventSequence
{
    /// <summary>The events.</summary>
    IEnumerable<object> Events { get; }
}

/// <summary>Makes <see cref="IEventSequence"/> instances.</summary>
public static class EventSequence
{
    /// <summary>No event.</summary>
    public static readonly IEventSequence Empty = new Sequence([]);

    /// <summary>One event.</summary>
    public static IEventSequence Single(object e) => new Sequence([e]);

    /// <summary>Events in order.</summary>
    public static IEventSequence Create(params object[] events) => new Sequence(events);

    /// <summary>Events in order.</summary>
    public static IEventSequence Create(IEnumerable<object> events) => new Sequence([.. events]);

    private sealed record Sequence(IReadOnlyList<object> All) : IEventSequence
    {
        public IEnumerable<object> Events => All;
    }
}

/// <summary>An event with tags, which the journal stores in a column of their own.</summary>
public readonly record struct Tagged
{
    /// <summary>Creates the tagged event.</summary>
    public Tagged(object payload, IEnumerable<string> tags)
        : this(payload, [.. tags])
    {
    }

    /// <summary>Creates the tagged event.</summary>
    public Tagged(object payload, IImmutableSet<string> tags)
    {
        Payload = payload;
        Tags = tags;
    }

    /// <summary>The event.</summary>
    public object Payload { get; }

    /// <summary>Its tags.</summary>
    public IImmutableSet<string> Tags { get; }
}

/// <summary>Stores events as they are.</summary>
public sealed class IdentityEventAdapter : IEventAdapter
{
    /// <summary>The one instance.</summary>
    public static IdentityEventAdapter Instance { get; } = new();

    /// <inheritdoc/>
    public string Manifest(object evt) => "";

    /// <inheritdoc/>
    public object ToJournal(object evt) => evt;

    /// <inheritdoc/>
    public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Single(evt);
}

/// <summary>The adapters of one journal, by the nearest type of the event.</summary>
public sealed class EventAdapters
{
    private readonly List<(Type Type, IEventAdapter Adapter)> _bindings = [];
    private readonly ConcurrentDictionary<Type, IEventAdapter> _byType = new();

    internal EventAdapters(ExtendedActorSystem system, Config config)
    {
        var adapters = new Dictionary<string, IEventAdapter>();
        foreach (var (name, type) in config.GetConfig("event-adapters").AsEnumerable())
            adapters[name] = Instantiate(system, type.Text);
        foreach (var (typeName, names) in config.GetConfig("event-adapter-bindings").AsEnumerable())
        {
            var name = names.Kind == HoconKind.Array ? names.Items.Single().Text : names.Text;
            var type = Type.GetType(typeName)
                ?? throw new ConfigurationException($"event-adapter-bindings: cannot find the type '{typeName}'.");
            if (!adapters.TryGetValue(name, out var adapter))
                throw new ConfigurationException($"event-adapter-bindings: there is no adapter '{name}'.");
            _bindings.Add((type, adapter));
        }
    }

    /// <summary>The adapter of a type of events.</summary>
    public IEventAdapter Get(Type type) => _bindings.Count == 0 ? IdentityEventAdapter.Instance
        : _byType.GetOrAdd(type, static (type, self) => self.Nearest(type), this);

    private IEventAdapter Nearest(Type type)
    {
        (Type Type, IEventAdapter Adapter)? nearest = null;
        foreach (var binding in _bindings)
            if (binding.Type.IsAssignableFrom(type)
                && (nearest is not { } found || found.Type.IsAssignableFrom(binding.Type)))
                nearest = binding;
        return nearest?.Adapter ?? IdentityEventAdapter.Instance;
    }

    private static IEventAdapter Instantiate(ExtendedActorSystem system, string typeName)
    {
        var type = Type.GetType(typeName)
            ?? throw new ConfigurationException($"event-adapters: cannot find the type '{typeName}'.");
        return (IEventAdapter)(type.GetConstructor([typeof(ExtendedActorSystem)]) is { } withSystem
            ? withSystem.Invoke([system])
            : Activator.CreateInstance(type)!);
    }
}
