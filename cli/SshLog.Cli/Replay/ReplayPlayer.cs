using System.Threading.Channels;
using SshLog.Cli.Formatting;

namespace SshLog.Cli.Replay;

/// <summary>How to replay.</summary>
/// <param name="Speed">Recorded time per real time; above 0.</param>
/// <param name="IdleLimit">Longer gaps are shortened to this; null leaves them.</param>
/// <param name="Wait">False shows everything at once.</param>
internal sealed record ReplayOptions(double Speed, TimeSpan? IdleLimit, bool Wait);

/// <summary>Shows the steps of a recording in their time, and obeys keys.</summary>
/// <param name="options">How.</param>
/// <param name="screen">Where.</param>
/// <param name="time">Clock to wait by.</param>
internal sealed class ReplayPlayer(ReplayOptions options, IReplayScreen screen, TimeProvider time)
{
    private const double SlowestSpeed = 1.0 / 64;
    private const double FastestSpeed = 1024;

    /// <summary>Waits below this are not worth a timer.</summary>
    private static readonly TimeSpan _shortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Being later than this (the process was stopped, the pipe was full) is not made up for.</summary>
    private static readonly TimeSpan _mostBehind = TimeSpan.FromSeconds(1);

    private readonly Channel<ReplayKey> _keys =
        Channel.CreateBounded<ReplayKey>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly PlaybackClock _clock = new(time) { Speed = options.Speed };
    private bool _stepOutput;
    private bool _stepCommand;
    private bool _quit;

    /// <summary>A key was typed; on any thread.</summary>
    public void Press(ReplayKey key) => _keys.Writer.TryWrite(key);

    /// <summary>Ends after the last step, when quit, or when cancelled.</summary>
    public async Task RunAsync(IAsyncEnumerable<ReplayStep> steps, CancellationToken cancellation)
    {
        DateTimeOffset? previous = null;
        var position = TimeSpan.Zero;
        await foreach (var step in steps.WithCancellation(cancellation))
        {
            if (step is ReplayStep.Command)
            {
                ArriveAtCommand(position);
                continue;
            }

            if (previous is { } before)
                position += Shorten(step.At - before);
            else
                _clock.Seek(position);
            previous = step.At;
            await WaitForAsync(position, cancellation);
            if (_quit)
                return;
            Show(step);
        }
    }

    private void Show(ReplayStep step)
    {
        if (step is ReplayStep.Output output)
            screen.Write(output);
        else if (step is ReplayStep.Gap gap)
            screen.Mark(LossText.Describe(gap.Loss));
    }

    private TimeSpan Shorten(TimeSpan gap)
    {
        if (gap < TimeSpan.Zero)
            return TimeSpan.Zero;
        return options.IdleLimit is { } limit && gap > limit ? limit : gap;
    }

    private void ArriveAtCommand(TimeSpan position)
    {
        if (!_stepCommand)
            return;
        _stepCommand = false;
        _clock.Seek(position);
    }

    private async Task WaitForAsync(TimeSpan position, CancellationToken cancellation)
    {
        while (true)
        {
            while (_keys.Reader.TryRead(out var key))
                Obey(key);
            if (_quit)
                return;
            if (_stepOutput || _stepCommand)
            {
                _stepOutput = false;
                _clock.Seek(position);
                return;
            }

            if (_clock.Paused)
                await _keys.Reader.WaitToReadAsync(cancellation);
            else if (!options.Wait || await WaitOrKeyAsync(_clock.Until(position), position, cancellation))
                return;
        }
    }

    /// <summary>True when the time has come; false to look again: a key came, or the wait is over.</summary>
    private async Task<bool> WaitOrKeyAsync(TimeSpan wait, TimeSpan position, CancellationToken cancellation)
    {
        if (wait < -_mostBehind)
            _clock.Seek(position);
        if (wait < _shortestWait)
            return true;
        var longest = TimeSpan.FromDays(1);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var key = _keys.Reader.WaitToReadAsync(over.Token).AsTask();
        await Task.WhenAny(Task.Delay(wait < longest ? wait : longest, time, over.Token), key);
        await over.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return false;
    }

    private void Obey(ReplayKey key)
    {
        switch (key)
        {
            case ReplayKey.Quit:
                _quit = true;
                break;
            case ReplayKey.Pause:
                _clock.Paused = !_clock.Paused;
                break;
            case ReplayKey.NextOutput:
                _clock.Paused = true;
                _stepOutput = true;
                break;
            case ReplayKey.NextCommand:
                _stepCommand = true;
                break;
            case ReplayKey.Faster:
                _clock.Speed = Math.Min(_clock.Speed * 2, FastestSpeed);
                break;
            case ReplayKey.Slower:
                _clock.Speed = Math.Max(_clock.Speed / 2, SlowestSpeed);
                break;
        }
    }
}
