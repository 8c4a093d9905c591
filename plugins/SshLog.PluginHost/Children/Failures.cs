namespace SshLog.PluginHost.Children;

/// <summary>How often a plug-in has failed, and what follows: it waits longer each time, and in the end it is off.</summary>
/// <param name="most">So many within <see cref="Window"/> and it is off.</param>
/// <param name="time">Clock.</param>
internal sealed class Failures(int most, TimeProvider time)
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);
    private readonly Queue<long> _times = new();
    private long _last;

    /// <summary>Failures that are older do not count.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Failures since the daemon started.</summary>
    public int Total { get; private set; }

    /// <summary>True from the last of too many failures on, for good.</summary>
    public bool IsOff { get; private set; }

    /// <summary>How long it has still to wait.</summary>
    public TimeSpan Wait
    {
        get
        {
            if (_times.Count == 0)
                return TimeSpan.Zero;
            var delay = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(_times.Count - 1, 10)));
            var left = (delay < _longest ? delay : _longest) - time.GetElapsedTime(_last);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>One more.</summary>
    public void Add()
    {
        Total++;
        _last = time.GetTimestamp();
        _times.Enqueue(_last);
        while (time.GetElapsedTime(_times.Peek()) > Window)
            _times.Dequeue();
        IsOff |= _times.Count >= most;
    }
}
