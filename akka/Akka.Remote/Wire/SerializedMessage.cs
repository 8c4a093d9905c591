using System.Text;

namespace Akka.Remote.Wire;

/// <summary>A message as a serializer made it.</summary>
internal readonly record struct SerializedMessage(byte[] Bytes, int SerializerId, string Manifest)
{
    /// <summary>Payload: message (1), serializerId (2), messageManifest (3).</summary>
    public int Size => (Bytes.Length == 0 ? 0 : ProtoWriter.SizeOfBytes(Bytes.Length))
        + (SerializerId == 0 ? 0 : 1 + ProtoWriter.SizeOfVarint((ulong)SerializerId))
        + (Manifest.Length == 0 ? 0 : ProtoWriter.SizeOfBytes(Encoding.UTF8.GetByteCount(Manifest)));

    /// <summary>Writes it; <see cref="Size"/> bytes.</summary>
    public void Write(ref ProtoWriter writer)
    {
        if (Bytes.Length > 0)
            writer.Bytes(1, Bytes);
        writer.Number(2, (ulong)SerializerId);
        if (Manifest.Length > 0)
            writer.Text(3, Manifest, Encoding.UTF8.GetByteCount(Manifest));
    }

    /// <summary>As bytes of its own, to go into another message.</summary>
    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        var writer = new ProtoWriter(bytes);
        Write(ref writer);
        return bytes;
    }

    /// <summary>Reads a payload.</summary>
    public static SerializedMessage Read(ReadOnlySpan<byte> bytes)
    {
        var message = new SerializedMessage([], 0, "");
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            message = reader.Field switch
            {
                1 => message with { Bytes = reader.Bytes.ToArray() },
                2 => message with { SerializerId = (int)reader.Number },
                3 => message with { Manifest = reader.Text },
                _ => message,
            };
        }
        return message;
    }
}
