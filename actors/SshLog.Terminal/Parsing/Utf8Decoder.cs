namespace SshLog.Terminal.Parsing;

/// <summary>
/// UTF-8 byte by byte as xterm.js decodes it: what is malformed, too long, a surrogate or U+FEFF vanishes.
/// </summary>
internal struct Utf8Decoder
{
    private int _needed;
    private int _length;
    private int _decoded;

    /// <summary>True between characters.</summary>
    public readonly bool IsIdle => _needed == 0;

    /// <summary>Takes the next byte.</summary>
    /// <returns>The character that it completes; -1 if it completes none.</returns>
    public int Take(byte next)
    {
        if (_needed > 0)
        {
            if ((next & 0xc0) == 0x80)
            {
                _decoded = (_decoded << 6) | (next & 0x3f);
                return --_needed == 0 && IsWellFormed() ? _decoded : -1;
            }

            _needed = 0;
        }

        if (next < 0x80)
            return next;
        if ((next & 0xe0) == 0xc0)
            (_needed, _length, _decoded) = (1, 2, next & 0x1f);
        else if ((next & 0xf0) == 0xe0)
            (_needed, _length, _decoded) = (2, 3, next & 0x0f);
        else if ((next & 0xf8) == 0xf0)
            (_needed, _length, _decoded) = (3, 4, next & 0x07);
        return -1;
    }

    /// <summary>The bytes of a character that has begun.</summary>
    public readonly byte[] Unfinished()
    {
        var bytes = new byte[_needed > 0 ? _length - _needed : 0];
        for (var i = 0; i < bytes.Length; i++)
        {
            var bits = _decoded >> (6 * (bytes.Length - 1 - i));
            bytes[i] = (byte)(i > 0 ? 0x80 | (bits & 0x3f) : ((0xf00 >> _length) & 0xff) | bits);
        }

        return bytes;
    }

    public readonly void Save(StateWriter writer)
    {
        writer.Write(_needed);
        writer.Write(_needed > 0 ? _length : 0);
        writer.Write(_needed > 0 ? _decoded : 0);
    }

    public void Load(ref StateReader reader)
    {
        _needed = reader.ReadInt(0, 3);
        _length = reader.ReadInt(0, 4);
        _decoded = reader.ReadInt(0, 0x1fffff);
    }

    private readonly bool IsWellFormed() => _length switch
    {
        2 => _decoded >= 0x80,
        3 => _decoded is >= 0x800 and not (>= 0xd800 and <= 0xdfff) and not 0xfeff,
        _ => _decoded is >= 0x10000 and <= 0x10ffff,
    };
}
