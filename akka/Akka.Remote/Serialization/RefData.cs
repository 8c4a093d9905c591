using System.Text;
using Akka.Actor;
using Akka.Remote.Wire;

namespace Akka.Remote.Serialization;

/// <summary>A reference on the wire: path (1).</summary>
internal static class RefData
{
    public static byte[] Write(IActorRef actor) =>
        WritePath(Akka.Serialization.Serialization.SerializedActorPath(actor));

    public static byte[] WritePath(string path)
    {
        var size = Encoding.UTF8.GetByteCount(path);
        var bytes = new byte[ProtoWriter.SizeOfBytes(size)];
        var writer = new ProtoWriter(bytes);
        writer.Text(1, path, size);
        return bytes;
    }

    public static string ReadPath(ReadOnlySpan<byte> bytes)
    {
        var path = "";
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                path = reader.Text;
        }
        return path;
    }

    public static IInternalActorRef? Read(ExtendedActorSystem system, ReadOnlySpan<byte> bytes)
    {
        var path = ReadPath(bytes);
        return path.Length == 0 ? null : (IInternalActorRef)system.Provider.ResolveActorRef(path);
    }
}

/// <summary>A message inside a message.</summary>
internal static class Wrapped
{
    public static SerializedMessage Serialize(ExtendedActorSystem system, object? message)
    {
        if (message is null)
            return new SerializedMessage([], 0, "");
        var serializer = system.Serialization.FindSerializerFor(message);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
        return new SerializedMessage(serializer.ToBinary(message), serializer.Identifier, manifest);
    }

    public static object? Deserialize(ExtendedActorSystem system, ReadOnlySpan<byte> bytes) =>
        Deserialize(system, SerializedMessage.Read(bytes));

    /// <summary>Identifier 0 stands for null.</summary>
    public static object? Deserialize(ExtendedActorSystem system, in SerializedMessage message) =>
        message.SerializerId == 0
            ? null
            : system.Serialization.Deserialize(message.Bytes, message.SerializerId, message.Manifest);
}
