namespace SshLog.Remoting.Screening;

/// <summary>The small messages inside a frame, read strictly.</summary>
internal static class FrameParts
{
    // ActorRefData: path (1).
    public static bool TryReadPath(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> path)
    {
        path = default;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader is not { Field: 1, Type: WireType.Bytes })
                return false;
            path = reader.Bytes;
        }
        return !reader.Malformed && !path.IsEmpty;
    }

    // Payload: message (1), serializerId (2), messageManifest (3).
    public static bool TryReadPayload(ReadOnlySpan<byte> bytes, out Payload payload)
    {
        payload = default;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Bytes):
                    payload.Message = reader.Bytes;
                    break;
                case (2, WireType.Varint):
                    payload.SerializerId = (int)reader.Number;
                    break;
                case (3, WireType.Bytes):
                    payload.Manifest = reader.Bytes;
                    break;
                default:
                    return false;
            }
        }
        return !reader.Malformed;
    }

    // Selection's step: type (1), matcher (2).
    public static bool TryReadChildName(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> name)
    {
        const ulong childName = 2;
        ulong type = 0;
        name = default;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader is { Field: 1, Type: WireType.Varint })
                type = reader.Number;
            else if (reader is { Field: 2, Type: WireType.Bytes })
                name = reader.Bytes;
            else
                return false;
        }
        return !reader.Malformed && type == childName;
    }
}

/// <summary>A message as its serializer made it.</summary>
internal ref struct Payload
{
    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Message;

    /// <summary>Which serializer.</summary>
    public int SerializerId;

    /// <summary>What it calls them.</summary>
    public ReadOnlySpan<byte> Manifest;
}
