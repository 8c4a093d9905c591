using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;

namespace SshLog.Bpf.Pump;

/// <summary>
/// Remembers beyond our own death how far each sign-in has come: its messages leave the ring buffer long before it is over. What is
/// remembered goes up to what is recorded, and no further, because the records behind that are read again.
/// </summary>
/// <param name="maps">Where.</param>
internal sealed class SignInMemory(IKernelMaps maps)
{
    private const int Most = 4096;
    private readonly Queue<(WireSessionKey Session, ulong Position, SignInProgress? Progress)> waiting = new();

    /// <summary>How far a sign-in has come; null when it is over.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="position">Ring buffer position behind the message that told it.</param>
    /// <param name="progress">What is known.</param>
    public void Keep(SessionKey session, ulong position, SignInProgress? progress)
    {
        waiting.Enqueue((session.ToWire(), position, progress));
        // Nothing is recorded any more.
        if (waiting.Count > Most)
            waiting.Dequeue();
    }

    /// <summary>Everything up to a position is recorded, and its room is about to be made free.</summary>
    public void Store(ulong recorded)
    {
        while (waiting.TryPeek(out var next) && next.Position <= recorded)
        {
            waiting.Dequeue();
            if (next.Progress?.ToBytes(WireLimits.SignInProgressLimit) is { } bytes)
                maps.StoreSignIn(next.Session, next.Position, bytes);
            else
                maps.DeleteSignIn(next.Session);
        }
    }
}
