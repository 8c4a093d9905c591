namespace SshLog.Remoting.Sockets;

/// <summary>
/// How many frames of a peer may be without an answer. An answer may be a hundred times its question, so who asks on is heard no faster
/// than it is answered. Not every frame has an answer: what is older than a second is forgotten, and a peer that sends only such frames is
/// slowed down, no more.
/// </summary>
internal sealed class AnswerWindow(TimeProvider time)
{
    private const int MostOpen = 16;
    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _slice = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _memory = TimeSpan.FromSeconds(1);

    private long _forgotten = time.GetTimestamp();
    private int _open;

    /// <summary>Counts a frame of the peer, once there is room for it or it has waited long enough.</summary>
    public async ValueTask OpenAsync()
    {
        if (time.GetElapsedTime(_forgotten) > _memory)
        {
            _forgotten = time.GetTimestamp();
            Volatile.Write(ref _open, 0);
        }
        var since = time.GetTimestamp();
        while (Volatile.Read(ref _open) >= MostOpen)
        {
            if (time.GetElapsedTime(since) > _longestWait)
                return;
            await Task.Delay(_slice, time).ConfigureAwait(false);
        }
        Interlocked.Increment(ref _open);
    }

    /// <summary>Counts a frame to the peer; one that was not asked for frees nothing.</summary>
    public void Answered()
    {
        if (Interlocked.Decrement(ref _open) < 0)
            Interlocked.Increment(ref _open);
    }
}
