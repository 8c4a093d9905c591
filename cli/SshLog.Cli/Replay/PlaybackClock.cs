namespace SshLog.Cli.Replay;

/// <summary>
/// Where in the recording a replay should be now. Runs from an anchor, so that waits that end late do not add up.
/// </summary>
/// <param name="time">The real clock.</param>
internal sealed class PlaybackClock(TimeProvider time)
{
    private long _anchor = time.GetTimestamp();
    private TimeSpan _anchorPosition;
    private double _speed = 1;
    private bool _paused;

    /// <summary>Recorded time per real time; above 0.</summary>
    public double Speed
    {
        get => _speed;
        set
        {
            Seek(Position);
            _speed = value;
        }
    }

    /// <summary>True while the position stands still.</summary>
    public bool Paused
    {
        get => _paused;
        set
        {
            Seek(Position);
            _paused = value;
        }
    }

    /// <summary>Recorded time since the beginning.</summary>
    public TimeSpan Position => _paused ? _anchorPosition : _anchorPosition + (time.GetElapsedTime(_anchor) * _speed);

    /// <summary>Goes on from <paramref name="position"/>.</summary>
    public void Seek(TimeSpan position)
    {
        _anchorPosition = position;
        _anchor = time.GetTimestamp();
    }

    /// <summary>Real time until <paramref name="position"/>; negative when it has passed. Not while paused.</summary>
    public TimeSpan Until(TimeSpan position) => (position - Position) / _speed;
}
