using System.Buffers;
using System.Text;

namespace SshLog.Terminal.Parsing;

/// <summary>Writes a saved terminal: numbers as 7-bit groups, lowest first; text as its UTF-8 length and bytes.</summary>
internal sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Write(long value)
    {
        var span = _buffer.GetSpan(10);
        var (rest, length) = ((ulong)value, 0);
        for (; rest >= 0x80; rest >>= 7)
            span[length++] = (byte)(rest | 0x80);
        span[length++] = (byte)rest;
        _buffer.Advance(length);
    }

    public void Write(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Write(bytes);
        _buffer.Advance(Encoding.UTF8.GetBytes(text, _buffer.GetSpan(bytes + 1)));
    }
}

/// <summary>Reads what <see cref="StateWriter"/> wrote. Anything else ends in a <see cref="FormatException"/>.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    public readonly bool AtEnd => _rest.IsEmpty;

    public int ReadInt(int least, int most) => (int)ReadLong(least, most);

    public long ReadLong(long least, long most)
    {
        ulong value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            if (_rest.IsEmpty)
                break;
            var next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)value >= least && (long)value <= most ? (long)value : throw Malformed();
        }

        throw Malformed();
    }

    public string ReadText(int longest)
    {
        var length = ReadInt(0, longest * 3);
        if (length > _rest.Length)
            throw Malformed();
        var text = Encoding.UTF8.GetString(_rest[..length]);
        _rest = _rest[length..];
        return text.Length <= longest ? text : throw Malformed();
    }

    public static FormatException Malformed() => new("These bytes are no saved terminal of this version.");
}
