using System.Globalization;
using System.Threading.Channels;
using SshLog.Formatting;
using SshLog.Terminal;

namespace SshLog.Cli.Replay;

/// <summary>How to replay.</summary>
/// <param name="Speed">Recorded time per real time; above 0.</param>
/// <param name="IdleLimit">Longer gaps are shortened to this; null leaves them.</param>
/// <param name="Wait">False shows everything at once.</param>
/// <param name="Follow">True to go on with a session that is open.</param>
internal sealed record ReplayOptions(double Speed, TimeSpan? IdleLimit, bool Wait, bool Follow = false);

/// <summary>Shows the steps of a recording in their time, and obeys keys.</summary>
/// <param name="options">How.</param>
/// <param name="screen">Where.</param>
/// <param name="time">Clock to wait by.</param>
internal sealed class ReplayPlayer(ReplayOptions options, IReplayScreen screen, TimeProvider time)
{
    /// <summary>Least recorded time per real time.</summary>
    public const double SlowestSpeed = 1.0 / 64;

    private const double FastestSpeed = 1024;

    /// <summary>Waits below this are not worth a timer.</summary>
    private static readonly TimeSpan _shortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Being later than this (the process was stopped, the pipe was full) is not made up for.</summary>
    private static readonly TimeSpan _mostBehind = TimeSpan.FromSeconds(1);

    private readonly Channel<ReplayInput> _keys =
        Channel.CreateBounded<ReplayInput>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly PlaybackClock _clock = new(time) { Speed = options.Speed };
    private readonly ReplayPrompt _prompt = new(screen);
    private Recording? _recording;
    private CancellationTokenSource? _left;
    private ReplayTarget? _target;
    private bool _stepOutput;
    private bool _stepCommand;
    private bool _quit;
    private bool _hasStatus;
    private TimeSpan _position;
    private DateTimeOffset? _now;
    private long _sequenceNr;

    /// <summary>A key was typed; on any thread.</summary>
    public void Press(ReplayInput key) => _keys.Writer.TryWrite(key);

    /// <summary>Replays from a place on; ends after the last step, when quit, or when cancelled.</summary>
    /// <param name="recording">What.</param>
    /// <param name="from">Where to begin; null for the beginning.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Recording recording, ReplayTarget? from, CancellationToken cancellation)
    {
        _recording = recording;
        _target = from;
        do
        {
            await SeekAsync(recording, cancellation);
            using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            _left = left;
            await RunAsync(recording.StepsAsync(_sequenceNr, options.Follow, left.Token), cancellation);
            // Paused at the end: there may be something to look at again.
            while (_clock.Paused && !_quit && _target is null && await _keys.Reader.WaitToReadAsync(cancellation))
                ObeyKeys();
        }
        while (_target is not null && !_quit);
    }

    /// <summary>Replays steps; ends after the last one, when quit or to go elsewhere, or when cancelled.</summary>
    public async Task RunAsync(IAsyncEnumerable<ReplayStep> steps, CancellationToken cancellation)
    {
        await using var enumerator = steps.GetAsyncEnumerator(cancellation);
        while (await NextAsync(enumerator, cancellation))
        {
            var step = enumerator.Current;
            if (step is ReplayStep.Command)
            {
                // Nothing has been waited for yet: the replay is still where it was.
                ArriveAtCommand();
                continue;
            }

            if (step is ReplayStep.Resize && _now is null)
            {
                Show(step);
                continue;
            }

            if (_now is { } before)
                _position += Shorten(step.At - before);
            else
                _clock.Seek(_position);
            await WaitForAsync(_position, cancellation);
            if (_quit || _target is not null)
                return;
            (_now, _sequenceNr) = (step.At, step.SequenceNr);
            Show(step);
        }
    }

    /// <summary>The next step; keys are obeyed while a session that is open has none.</summary>
    /// <returns>False when there is no more, or something else is to be done.</returns>
    private async Task<bool> NextAsync(IAsyncEnumerator<ReplayStep> steps, CancellationToken cancellation)
    {
        var next = steps.MoveNextAsync();
        if (next.IsCompleted || _recording is null)
            return await next;
        var waiting = next.AsTask();
        while (!waiting.IsCompleted)
        {
            var key = _keys.Reader.WaitToReadAsync(cancellation).AsTask();
            await Task.WhenAny(waiting, key);
            cancellation.ThrowIfCancellationRequested();
            ObeyKeys();
            if (_quit || _target is not null)
            {
                await LeaveAsync(waiting);
                cancellation.ThrowIfCancellationRequested();
                return false;
            }
        }

        return await waiting;
    }

    private async Task LeaveAsync(Task<bool> waiting)
    {
        await _left!.CancelAsync();
        try
        {
            await waiting;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    private async Task SeekAsync(Recording recording, CancellationToken cancellation)
    {
        if (_target is not { } target)
            return;
        _target = null;
        if (target is ReplayTarget.Text)
            screen.Status("searching; any key gives up");
        var givenUp = false;
        var place = await recording.FindAsync(
            target, _sequenceNr, _now ?? recording.Start, () => givenUp = _keys.Reader.TryPeek(out _), cancellation);
        if (place is null)
        {
            Tell(target is not ReplayTarget.Text text ? "no such command"
                : (givenUp ? "given up, not searched to the end: " : "not found: ") + SafeText.Escape(text.Needle));
            return;
        }

        (_sequenceNr, _now) = (place.SequenceNr, place.At);
        _clock.Seek(_position);
        // Before the channel opens nothing is shown; what was seen elsewhere must go.
        screen.Show(place.Screen ?? new ChannelScreen(0, new HeadlessTerminal(0, 0)));
        Tell(Where());
    }

    private void Show(ReplayStep step)
    {
        if (_hasStatus && !_clock.Paused && step is ReplayStep.Output)
            Tell(null);
        if (step is ReplayStep.Output output)
            screen.Write(output);
        else if (step is ReplayStep.Gap gap)
            screen.Mark(gap.Mark);
        else if (step is ReplayStep.Resize resize)
            screen.Resize(resize.Columns, resize.Rows);
        _hasStatus |= step is ReplayStep.Gap;
    }

    private TimeSpan Shorten(TimeSpan gap)
    {
        if (gap < TimeSpan.Zero)
            return TimeSpan.Zero;
        return options.IdleLimit is { } limit && gap > limit ? limit : gap;
    }

    private void ArriveAtCommand()
    {
        if (!_stepCommand)
            return;
        _stepCommand = false;
        _clock.Seek(_position);
    }

    private async Task WaitForAsync(TimeSpan position, CancellationToken cancellation)
    {
        while (true)
        {
            ObeyKeys();
            if (_quit || _target is not null)
                return;
            if (_stepOutput || _stepCommand)
            {
                _stepOutput = false;
                _clock.Seek(position);
                return;
            }

            if (_clock.Paused || _prompt.IsOpen)
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

    private void ObeyKeys()
    {
        while (!_quit && _target is null && _keys.Reader.TryRead(out var key))
        {
            if (_prompt.IsOpen)
                _target = _prompt.Take(key);
            else
                Obey(key);
        }
    }

    private void Obey(ReplayInput input)
    {
        switch (input.Key)
        {
            case ReplayKey.Quit:
                _quit = true;
                break;
            case ReplayKey.Pause:
                _clock.Paused = !_clock.Paused;
                Tell(_clock.Paused ? $"paused, {Where()}; ? for help" : null);
                break;
            case ReplayKey.NextOutput:
                _clock.Paused = true;
                _stepOutput = true;
                break;
            case ReplayKey.NextCommand when _recording is null:
                _stepCommand = true;
                break;
            case ReplayKey.Faster or ReplayKey.Slower:
                var speed = input.Key == ReplayKey.Faster ? _clock.Speed * 2 : _clock.Speed / 2;
                _clock.Speed = Math.Clamp(speed, SlowestSpeed, FastestSpeed);
                Tell(string.Create(CultureInfo.InvariantCulture, $"speed {_clock.Speed:0.######}"));
                break;
            case ReplayKey.Help:
                _clock.Paused = true;
                _hasStatus = true;
                screen.Help([.. ReplayKeys.All.Select(k => $"  {k.Keys,-12}{k.Meaning}"), "", "  space goes on"]);
                break;
            default:
                if (_recording is not null && !_prompt.Open(input))
                    _target = input.Key == ReplayKey.SearchAgain ? _prompt.Again : Target(input);
                break;
        }
    }

    private static ReplayTarget? Target(ReplayInput input) => input.Key switch
    {
        ReplayKey.NextCommand => new ReplayTarget.Command(Next: true),
        ReplayKey.PreviousCommand => new ReplayTarget.Command(Next: false),
        ReplayKey.Forward => new ReplayTarget.Step(TimeSpan.FromSeconds(5)),
        ReplayKey.Back => new ReplayTarget.Step(TimeSpan.FromSeconds(-5)),
        ReplayKey.FarForward => new ReplayTarget.Step(TimeSpan.FromMinutes(1)),
        ReplayKey.FarBack => new ReplayTarget.Step(TimeSpan.FromMinutes(-1)),
        ReplayKey.Tenth => new ReplayTarget.Part((input.Character - '0') / 10.0),
        ReplayKey.End => new ReplayTarget.End(),
        _ => null,
    };

    private void Tell(string? status)
    {
        _hasStatus = status is not null;
        screen.Status(status);
    }

    private string Where()
    {
        if (_recording is null || _now is not { } now)
            return "at the beginning";
        var (at, length) = (now - _recording.Start, _recording.Length);
        var part = length > TimeSpan.Zero ? Math.Clamp(at / length * 100, 0, 100) : 100;
        return string.Create(CultureInfo.InvariantCulture, $"{Span(at)} of {Span(length)}, {part:0} %");
    }

    // As a place to go to is written: hours go on beyond a day.
    private static string Span(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}");
}
