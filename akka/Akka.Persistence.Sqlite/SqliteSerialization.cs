using System.Runtime.Serialization;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Akka.Persistence.Sqlite;

/// <summary>Payloads as the tables hold them: manifest, bytes, serializer's identifier.</summary>
internal static class SqliteSerialization
{
    public static (string Manifest, byte[] Bytes, int Serializer) Write(AkkaSerialization serialization, object payload)
    {
        var serializer = serialization.FindSerializerFor(payload);
        return (AkkaSerialization.ManifestFor(serializer, payload), serializer.ToBinary(payload),
            serializer.Identifier);
    }

    /// <summary>Reads the three columns.</summary>
    public static object Read(AkkaSerialization serialization, SqliteCursor row, int manifestAt, int payloadAt,
        int serializerAt, out int size)
    {
        var manifest = row.Text(manifestAt);
        var bytes = row.Blob(payloadAt);
        size = bytes.Length;
        if (!row.IsNull(serializerAt))
            return serialization.Deserialize(bytes, (int)row.Long(serializerAt), manifest);
        // Rows older than the column: the manifest is the name of a type.
        var type = Type.GetType(manifest)
            ?? throw new SerializationException($"Cannot find the type '{manifest}' of a row without serializer_id.");
        return serialization.FindSerializerForType(type).FromBinary(bytes, type);
    }
}
