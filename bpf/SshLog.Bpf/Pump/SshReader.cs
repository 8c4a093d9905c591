using System.Buffers.Binary;

namespace SshLog.Bpf.Pump;

/// <summary>Reads SSH's data types (RFC 4251, 5) off a span. Never throws.</summary>
internal ref struct SshReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>What is not read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public bool TryReadUInt32(out uint number)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(Rest, out number))
            return false;
        Rest = Rest[sizeof(uint)..];
        return true;
    }

    public bool TryReadUInt64(out ulong number)
    {
        if (!BinaryPrimitives.TryReadUInt64BigEndian(Rest, out number))
            return false;
        Rest = Rest[sizeof(ulong)..];
        return true;
    }

    /// <summary>A length and so many bytes.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(Rest, out var length) || length > Rest.Length - sizeof(uint))
            return false;
        value = Rest.Slice(sizeof(uint), (int)length);
        Rest = Rest[(sizeof(uint) + (int)length)..];
        return true;
    }

    public bool TrySkipStrings(int count)
    {
        while (count-- > 0)
        {
            if (!TryReadString(out _))
                return false;
        }

        return true;
    }
}
