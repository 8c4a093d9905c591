using System.Buffers.Binary;

namespace SshLog.Remoting.Sockets;

/// <summary>
/// Cuts a byte stream into frames: length (4 bytes, big-endian, at least 1), then that many bytes. Pure; any bytes
/// end in frames, a wish for more, or <see cref="Broken"/>.
/// </summary>
/// <param name="limit">Largest frame, bytes.</param>
internal sealed class FrameBuffer(int limit)
{
    /// <summary>Bytes of the length before each frame.</summary>
    public const int HeaderLength = 4;

    private byte[] _bytes = new byte[Math.Min(64 << 10, limit) + HeaderLength];
    private int _start;
    private int _end;

    /// <summary>True once a length was zero or above the limit; nothing more can be read then.</summary>
    public bool Broken { get; private set; }

    /// <summary>Where the next bytes go; never empty.</summary>
    public Memory<byte> Free()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _bytes.Length)
            MakeRoom();
        return _bytes.AsMemory(_end);
    }

    /// <summary>Says how many bytes were put into <see cref="Free"/>.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>The next whole frame, valid until the next call of <see cref="Free"/>.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        var available = _end - _start;
        if (Broken || available < HeaderLength)
            return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(_start));
        if (length == 0 || length > limit)
        {
            Broken = true;
            return false;
        }
        if (available - HeaderLength < length)
            return false;
        frame = _bytes.AsMemory(_start + HeaderLength, (int)length);
        _start += HeaderLength + (int)length;
        return true;
    }

    // The buffer grows only for a peer that really sends large frames, and never beyond one frame.
    private void MakeRoom()
    {
        var pending = _end - _start;
        var target = _start > 0 ? _bytes : new byte[Math.Min(_bytes.Length * 2, limit + HeaderLength)];
        Buffer.BlockCopy(_bytes, _start, target, 0, pending);
        _bytes = target;
        _start = 0;
        _end = pending;
    }
}
