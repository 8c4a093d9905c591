namespace SshLog.Actors.Feed;

/// <summary>
/// Work that can wait leaves the processor to whoever wants it now. It does not run at a lower priority: a thread that the kernel does not
/// let run in the middle of its work holds up the whole process at the next garbage collection. Used by one thread.
/// </summary>
/// <param name="isBusy">True if nothing is to spare.</param>
internal sealed class SpareTime(Func<bool> isBusy)
{
    /// <summary>When to ask again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A machine that is always busy gets the work done too, a piece every few seconds.</summary>
    private const int Patience = 3;

    private int _asked;

    /// <summary>True if the next piece of work may be done.</summary>
    public bool IsNow()
    {
        if (isBusy() && ++_asked <= Patience)
            return false;
        _asked = 0;
        return true;
    }
}
