using Akka.Actor;

namespace Akka.Serialization;

public abstract class Serializer(ExtendedActorSystem system)
{
    protected readonly ExtendedActorSystem system = system;

    public virtual int Identifier => 0;

    public abstract bool IncludeManifest { get; }

    public abstract byte[] ToBinary(object obj);

    public abstract object FromBinary(byte[] bytes, Type type);
}

public class Serialization(ExtendedActorSystem system)
{
    public ActorSystem System => system;

    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    public object Deserialize(byte[] bytes, int serializerId, string manifest) =>
        throw new NotSupportedException($"No serializer {serializerId} for {manifest} of {bytes.Length} bytes.");

    public Serializer FindSerializerFor(object obj, string? defaultSerializerName = null) =>
        throw new NotSupportedException($"No serializer for {obj} ({defaultSerializerName}).");

    public static string ManifestFor(Serializer s, object msg) => "";

    public static string SerializedActorPath(IActorRef actorRef) => actorRef.Path.ToSerializationFormat();
}
