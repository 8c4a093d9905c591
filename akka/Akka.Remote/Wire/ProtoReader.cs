using System.Buffers.Binary;

namespace Akka.Remote.Wire;

/// <summary>
/// Reads the fields of one protobuf message. By hand, because generated classes cost a client most of its start-up;
/// lenient like them: unknown fields are passed over, the last of several wins.
/// </summary>
/// <param name="bytes">The message.</param>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Number of the field read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, when it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value, when it is a string, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its value as text.</summary>
    public readonly string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads the next field; false at the end.</summary>
    /// <exception cref="WireFormatException">The bytes are no protobuf message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = ReadVarint();
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = ReadVarint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(ReadVarint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new WireFormatException("a field of unknown wire type");
        }
        return true;
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
            throw new WireFormatException("a truncated field");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] >= 0x80)
                continue;
            _rest = _rest[(i + 1)..];
            return value;
        }
        throw new WireFormatException("a truncated number");
    }
}

/// <summary>Bytes from a peer that are not what they should be.</summary>
internal sealed class WireFormatException(string what) : Exception("Malformed message from a peer: " + what);
