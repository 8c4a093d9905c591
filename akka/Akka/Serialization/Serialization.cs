using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Serialization;

/// <summary>
/// The address under which a peer can reach this system's actors, while something is serialized for it.
/// </summary>
/// <param name="Address">Put into actor references that have no host.</param>
/// <param name="System">The system that serializes.</param>
public sealed record Information(Address Address, ActorSystem System);

/// <summary>The serializers of an actor system and what they are bound to.</summary>
public class Serialization
{
    [ThreadStatic]
    private static Information? _transport;

    private readonly Dictionary<string, Serializer> _byName = [];
    private readonly ConcurrentDictionary<int, Serializer> _byId = new();
    private readonly List<(Type Type, Serializer Serializer)> _bindings = [];
    private readonly ConcurrentDictionary<Type, Serializer> _byType = new();
    private readonly Lock _lock = new();

    /// <summary>Creates the serializers that the settings and the setup of a system name.</summary>
    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        var actor = system.Settings.Config.GetConfig("akka.actor");
        foreach (var (name, type) in actor.GetConfig("serializers").AsEnumerable())
            AddSerializer(name, Instantiate(name, type.Text, actor));
        foreach (var (type, name) in actor.GetConfig("serialization-bindings").AsEnumerable())
            Bind(type, name.Text);
        var setup = system.Settings.Setup.Get<SerializationSetup>();
        if (!setup.HasValue)
            return;
        foreach (var details in setup.Value.CreateSerializers(system))
        {
            AddSerializer(details.Alias, details.Serializer);
            foreach (var type in details.UseFor)
                AddSerializationMap(type, details.Serializer);
        }
    }

    /// <summary>The system that these serializers belong to.</summary>
    public ActorSystem System { get; }

    /// <summary>What is being serialized on this thread is meant for this address; null if for none.</summary>
    public static Information? CurrentTransportInformation => _transport;

    /// <summary>Runs an action that serializes for a peer.</summary>
    public static T WithTransport<T>(Information information, Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var before = _transport;
        _transport = information;
        try
        {
            return action();
        }
        finally
        {
            _transport = before;
        }
    }

    /// <summary>Runs an action that serializes for a peer.</summary>
    public static T WithTransport<T>(ActorSystem system, Address address, Func<T> action) =>
        WithTransport(new Information(address, system), action);

    /// <summary>
    /// The path of an actor as it is written into messages: with the transport's address, if there is one.
    /// </summary>
    public static string SerializedActorPath(IActorRef actorRef)
    {
        if (actorRef is null || actorRef.Equals(ActorRefs.NoSender))
            return "";
        return _transport is { } transport
            ? actorRef.Path.ToSerializationFormatWithAddress(transport.Address)
            : actorRef.Path.ToSerializationFormat();
    }

    /// <summary>
    /// What is stored beside the bytes of a message: empty, a type's name, or the serializer's own name.
    /// </summary>
    public static string ManifestFor(Serializer s, object msg) => s switch
    {
        SerializerWithStringManifest named => named.Manifest(msg),
        { IncludeManifest: true } => ShortName(msg.GetType()),
        _ => "",
    };

    /// <summary>Serializes with the serializer that is bound to the object's type.</summary>
    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    /// <summary>Deserializes.</summary>
    /// <exception cref="SerializationException">
    /// No serializer has the identifier, or it refuses the manifest.
    /// </exception>
    public object Deserialize(byte[] bytes, int serializerId, string? manifest)
    {
        var serializer = GetSerializerById(serializerId);
        if (serializer is SerializerWithStringManifest named)
            return named.FromBinary(bytes, manifest ?? "");
        if (string.IsNullOrEmpty(manifest))
            return serializer.FromBinary<object>(bytes);
        var type = Type.GetType(manifest) ?? throw new SerializationException(
            $"Cannot find the type '{manifest}' that serializer {serializerId} is to read.");
        return serializer.FromBinary(bytes, type);
    }

    /// <summary>Deserializes.</summary>
    /// <exception cref="SerializationException">No serializer has the identifier.</exception>
    public object Deserialize(byte[] bytes, int serializerId, Type type) =>
        GetSerializerById(serializerId).FromBinary(bytes, type);

    /// <summary>The serializer bound to the object's type or to its nearest base type or interface.</summary>
    public Serializer FindSerializerFor(object obj, string? defaultSerializerName = null)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return FindSerializerForType(obj.GetType(), defaultSerializerName);
    }

    /// <summary>The serializer bound to a type or to its nearest base type or interface.</summary>
    /// <param name="objectType">Type to serialize.</param>
    /// <param name="defaultSerializerName">Serializer to use where nothing nearer than object is bound.</param>
    /// <exception cref="SerializationException">None is bound.</exception>
    public Serializer FindSerializerForType(Type objectType, string? defaultSerializerName = null)
    {
        var serializer = _byType.GetOrAdd(objectType, static (type, self) => self.Nearest(type), this);
        return defaultSerializerName is not null && serializer is NewtonSoftJsonSerializer
            && _byName.TryGetValue(defaultSerializerName, out var named) ? named : serializer;
    }

    /// <summary>The serializer with an identifier.</summary>
    /// <exception cref="SerializationException">There is none.</exception>
    public Serializer GetSerializerById(int serializerId) =>
        _byId.TryGetValue(serializerId, out var serializer) ? serializer : throw new SerializationException(
            $"Cannot find a serializer with the id {serializerId}: add it to akka.actor.serializers on this side too.");

    /// <summary>Adds a serializer; a later one takes the place of an earlier one with the same identifier.</summary>
    public void AddSerializer(string name, Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        lock (_lock)
            _byName[name] = serializer;
        _byId[serializer.Identifier] = serializer;
    }

    /// <summary>Binds a type and what derives from it to a serializer.</summary>
    public void AddSerializationMap(Type type, Serializer serializer)
    {
        lock (_lock)
        {
            _bindings.RemoveAll(binding => binding.Type == type);
            _bindings.Add((type, serializer));
        }

        _byType.Clear();
    }

    /// <summary>A type's name with that of its assembly, without versions.</summary>
    internal static string ShortName(Type type) =>
        type.Assembly == typeof(object).Assembly ? type.FullName! : $"{type.FullName}, {type.Assembly.GetName().Name}";

    private Serializer Nearest(Type type)
    {
        lock (_lock)
        {
            (Type Type, Serializer Serializer)? nearest = null;
            foreach (var binding in _bindings)
                if (binding.Type.IsAssignableFrom(type)
                    && (nearest is not { } found || found.Type.IsAssignableFrom(binding.Type)))
                    nearest = binding;
            return nearest?.Serializer
                ?? throw new SerializationException($"No serializer is bound to {type} or its base types.");
        }
    }

    private Serializer Instantiate(string name, string typeName, Config actor)
    {
        var type = Type.GetType(typeName) ?? throw new ConfigurationException(
            $"akka.actor.serializers.{name}: cannot find the type '{typeName}'.");
        var settings = actor.GetConfig($"serialization-settings.{name}");
        var withSettings = type.GetConstructor([typeof(ExtendedActorSystem), typeof(Config)]);
        return (Serializer)(withSettings is null
            ? Activator.CreateInstance(type, System)!
            : withSettings.Invoke([System, settings]));
    }

    private void Bind(string typeName, string name)
    {
        var path = $"akka.actor.serialization-bindings.\"{typeName}\"";
        if (!_byName.TryGetValue(name, out var serializer))
            throw new ConfigurationException($"{path}: there is no serializer '{name}'.");
        if (Type.GetType(typeName) is { } type)
            AddSerializationMap(type, serializer);
        else
            System.Log.Log(Event.LogLevel.WarningLevel, null, $"{path}: cannot find the type; the binding is ignored.");
    }
}
