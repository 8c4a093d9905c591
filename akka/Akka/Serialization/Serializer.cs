using System.Runtime.Serialization;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Turns objects into bytes and back.</summary>
public abstract class Serializer
{
    /// <summary>The system that this serializer belongs to.</summary>
    protected readonly ExtendedActorSystem system;

    private readonly Lazy<int> _identifier;

    /// <summary>Creates the serializer for a system.</summary>
    protected Serializer(ExtendedActorSystem system)
    {
        this.system = system;
        _identifier = new Lazy<int>(() => ConfiguredIdentifier(system, GetType()));
    }

    /// <summary>
    /// The number that stands for this serializer in journals and on the wire; by default that of
    /// <c>akka.actor.serialization-identifiers</c>.
    /// </summary>
    public virtual int Identifier => _identifier.Value;

    /// <summary>True if the type's name has to be stored beside the bytes.</summary>
    public abstract bool IncludeManifest { get; }

    /// <summary>Serializes an object.</summary>
    public abstract byte[] ToBinary(object obj);

    /// <summary>Deserializes an object of a type.</summary>
    public abstract object FromBinary(byte[] bytes, Type type);

    /// <summary>Deserializes an object of a type.</summary>
    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));

    /// <summary>Serializes an object whose actor references are to be reachable from an address.</summary>
    public byte[] ToBinaryWithAddress(Address address, object obj) =>
        Serialization.WithTransport(new Information(address, system), () => ToBinary(obj));

    private static int ConfiguredIdentifier(ActorSystem system, Type type)
    {
        var name = Serialization.ShortName(type);
        var path = $"akka.actor.serialization-identifiers.\"{name}\"";
        return system.Settings.Config.HasPath(path)
            ? system.Settings.Config.GetInt(path)
            : throw new SerializationException(
                $"{name} has no identifier: override Identifier, or set akka.actor.serialization-identifiers.");
    }
}

/// <summary>A serializer that names what it wrote by a text of its own, independent of type names.</summary>
public abstract class SerializerWithStringManifest(ExtendedActorSystem system) : Serializer(system)
{
    /// <summary>Always true.</summary>
    public sealed override bool IncludeManifest => true;

    /// <summary>The name under which the bytes of an object are stored.</summary>
    public abstract string Manifest(object o);

    /// <summary>Deserializes by name. An unknown name is a <see cref="SerializationException"/>.</summary>
    public abstract object FromBinary(byte[] bytes, string manifest);

    /// <summary>Deserializes by the name of a type.</summary>
    public sealed override object FromBinary(byte[] bytes, Type type) =>
        FromBinary(bytes, Serialization.ShortName(type));
}

/// <summary>Passes byte arrays through (identifier 4).</summary>
public class ByteArraySerializer(ExtendedActorSystem system) : Serializer(system)
{
    /// <summary>4.</summary>
    public override int Identifier => 4;

    /// <summary>False: there is one type.</summary>
    public override bool IncludeManifest => false;

    /// <summary>Returns the array itself.</summary>
    public override byte[] ToBinary(object obj) => obj as byte[]
        ?? throw new SerializationException($"{obj?.GetType()} is not an array of bytes.");

    /// <summary>Returns the array itself.</summary>
    public override object FromBinary(byte[] bytes, Type type) => bytes;
}

/// <summary>
/// The serializer of last resort (identifier 1). With Akka.NET it writes JSON with type names; here it refuses, because
/// such JSON makes any type of the process constructible by whoever writes the bytes.
/// </summary>
public class NewtonSoftJsonSerializer(ExtendedActorSystem system) : Serializer(system)
{
    /// <summary>1.</summary>
    public override int Identifier => 1;

    /// <summary>False, as with Akka.NET.</summary>
    public override bool IncludeManifest => false;

    /// <summary>Refuses.</summary>
    public override byte[] ToBinary(object obj) => throw new SerializationException(
        $"No serializer is bound to {obj?.GetType()}: add it to akka.actor.serialization-bindings.");

    /// <summary>Refuses.</summary>
    public override object FromBinary(byte[] bytes, Type type) =>
        throw new SerializationException("JSON with type names (serializer 1) is not read.");
}
