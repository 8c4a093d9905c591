using System.Buffers.Binary;

namespace SshLog.Remoting.Screening;

/// <summary>
/// Reads one protobuf message field by field, strictly: it stops at what a lenient parser would read in its own way
/// (overlong or truncated numbers, groups, fields out of range), so that the screen and Akka can never read the same
/// bytes differently. Never throws, never allocates.
/// </summary>
/// <param name="bytes">The message.</param>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private const int LargestField = 31;

    private ReadOnlySpan<byte> _rest = bytes;
    private uint _seen;

    /// <summary>True once something was malformed, or a singular field came twice.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of that field.</summary>
    public WireType Type { get; private set; }

    /// <summary>Value of a number; 0 otherwise.</summary>
    public ulong Number { get; private set; }

    /// <summary>Value of a string, bytes or message; empty otherwise.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Reads the next field; false at the end and at the first flaw.</summary>
    /// <param name="repeatable">Number of the one field that may come several times; 0 for none.</param>
    public bool Next(int repeatable = 0)
    {
        if (_rest.IsEmpty || Malformed)
            return false;
        Number = 0;
        Bytes = default;
        if (!TryVarint(out var tag) || tag >> 3 is 0 or > LargestField)
            return Fail();
        Field = (int)(tag >> 3);
        Type = (WireType)(tag & 7);
        var bit = 1u << Field;
        if ((_seen & bit) != 0 && Field != repeatable)
            return Fail();
        _seen |= bit;
        return TryValue() || Fail();
    }

    private bool TryValue()
    {
        switch (Type)
        {
            case WireType.Varint when TryVarint(out var number):
                Number = number;
                return true;
            case WireType.Fixed64 when _rest.Length >= 8:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[8..];
                return true;
            case WireType.Bytes when TryVarint(out var length) && length <= (ulong)_rest.Length:
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            default:
                return false;
        }
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < 5 && i < _rest.Length; i++)
        {
            var part = _rest[i];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part >= 0x80)
                continue;
            _rest = _rest[(i + 1)..];
            // A zero last part is the same number in more bytes than it needs; above 31 bits nothing of ours goes.
            return (part != 0 || i == 0) && value <= int.MaxValue;
        }
        return false;
    }

    private bool Fail()
    {
        Malformed = true;
        return false;
    }
}

/// <summary>How a protobuf field is written.</summary>
internal enum WireType
{
    /// <summary>A number in 7-bit parts.</summary>
    Varint = 0,

    /// <summary>Eight bytes, little-endian.</summary>
    Fixed64 = 1,

    /// <summary>Length, then that many bytes.</summary>
    Bytes = 2,
}
