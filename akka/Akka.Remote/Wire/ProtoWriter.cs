using System.Buffers.Binary;
using System.Text;

namespace Akka.Remote.Wire;

/// <summary>Writes the fields of a protobuf message; a nested message is written by another one first.</summary>
internal ref struct ProtoWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that a field of so many bytes takes: tag (one byte up to field 15), length, content.</summary>
    public static int SizeOfBytes(int length) => 1 + SizeOfVarint((ulong)length) + length;

    /// <summary>Bytes that a number takes.</summary>
    public static int SizeOfVarint(ulong value)
    {
        var size = 1;
        while ((value >>= 7) != 0)
            size++;
        return size;
    }

    /// <summary>A number field; nothing for 0, as proto3 has it.</summary>
    public void Number(int field, ulong value)
    {
        if (value == 0)
            return;
        Varint((ulong)field << 3);
        Varint(value);
    }

    /// <summary>A fixed64 field; nothing for 0.</summary>
    public void Fixed64(int field, ulong value)
    {
        if (value == 0)
            return;
        Varint(((ulong)field << 3) | 1);
        BinaryPrimitives.WriteUInt64LittleEndian(_target[Length..], value);
        Length += 8;
    }

    /// <summary>A field of bytes, also when empty: an empty message is there.</summary>
    public void Bytes(int field, scoped ReadOnlySpan<byte> value)
    {
        Begin(field, value.Length);
        value.CopyTo(_target[Length..]);
        Length += value.Length;
    }

    /// <summary>A string field whose size in bytes is known.</summary>
    public void Text(int field, string value, int byteCount)
    {
        Begin(field, byteCount);
        Length += Encoding.UTF8.GetBytes(value, _target[Length..]);
    }

    /// <summary>Tag and length of a field of bytes; the content is written next.</summary>
    public void Begin(int field, int length)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)length);
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _target[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _target[Length++] = (byte)value;
    }
}
