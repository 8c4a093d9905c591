using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace SshLog.Remoting.Sockets;

/// <summary>
/// Writes frames to one peer in order: a bounded queue, and one sender at a time that takes several frames per
/// system call. A caller that finds nobody sending sends at once on its own thread.
/// </summary>
internal sealed class FrameWriter(Socket socket, int highWaterMark, TimeProvider time)
{
    private const int BatchFrames = 64;
    private const int BatchBytes = 256 << 10;

    private readonly Lock _gate = new();
    private readonly Queue<ByteString> _queue = new();
    private readonly List<ArraySegment<byte>> _segments = new(2 * BatchFrames);
    private readonly byte[] _headers = new byte[BatchFrames * FrameBuffer.HeaderLength];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _queuedBytes;
    private long _lastProgress = time.GetTimestamp();
    private bool _sending;
    private bool _completed;

    /// <summary>
    /// Takes a frame, or says no because the peer has the high-water mark's worth to read, or is gone.
    /// </summary>
    public bool TryWrite(ByteString frame)
    {
        lock (_gate)
        {
            if (_completed || (_queuedBytes > 0 && _queuedBytes + frame.Length > highWaterMark))
                return false;
            _queue.Enqueue(frame);
            _queuedBytes += frame.Length;
            if (_sending)
                return true;
            _sending = true;
            _lastProgress = time.GetTimestamp();
        }
        _ = SendAllAsync();
        return true;
    }

    /// <summary>Whether more waits for the peer than half of what may.</summary>
    public bool IsBehind
    {
        get
        {
            lock (_gate)
                return !_completed && _queuedBytes > highWaterMark / 2;
        }
    }

    /// <summary>Whether the peer has taken nothing for that long although there is something for it.</summary>
    public bool StalledFor(TimeSpan limit)
    {
        lock (_gate)
            return _sending && time.GetElapsedTime(_lastProgress) > limit;
    }

    /// <summary>Takes no more frames; the task ends when those taken are with the kernel, or cannot be sent.</summary>
    public Task CompleteAsync()
    {
        lock (_gate)
        {
            _completed = true;
            if (!_sending)
                _drained.TrySetResult();
        }
        return _drained.Task;
    }

    private async Task SendAllAsync()
    {
        try
        {
            while (TakeBatch() is > 0 and var bytes)
            {
                await socket.SendAsync(_segments, SocketFlags.None).ConfigureAwait(false);
                lock (_gate)
                {
                    _queuedBytes -= bytes;
                    _lastProgress = time.GetTimestamp();
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The reader of the same socket notices too, and it is the one that says so.
            lock (_gate)
            {
                _completed = true;
                _sending = false;
                _queue.Clear();
            }
            _drained.TrySetResult();
        }
    }

    private int TakeBatch()
    {
        lock (_gate)
        {
            _segments.Clear();
            var bytes = 0;
            for (var n = 0; n < BatchFrames && bytes < BatchBytes && _queue.TryDequeue(out var frame); n++)
            {
                var header = new ArraySegment<byte>(
                    _headers, n * FrameBuffer.HeaderLength, FrameBuffer.HeaderLength);
                BinaryPrimitives.WriteInt32BigEndian(header, frame.Length);
                _segments.Add(header);
                _segments.Add(SegmentOf(frame));
                bytes += frame.Length;
            }
            if (bytes > 0)
                return bytes;
            _sending = false;
            if (_completed)
                _drained.TrySetResult();
            return 0;
        }
    }

    private static ArraySegment<byte> SegmentOf(ByteString bytes) =>
        MemoryMarshal.TryGetArray(bytes.Memory, out var segment)
            ? segment
            : new ArraySegment<byte>(bytes.ToByteArray());
}
