using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The default scheduler: the runtime's timers, so that an idle system has no tick at all.</summary>
public sealed class TimerQueueScheduler : SchedulerBase, IDisposable
{
    // The runtime's timers end at 49.7 days; what is to come later takes several of them.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    private readonly ConcurrentDictionary<Entry, byte> _entries = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ILoggingAdapter _log;
    private volatile bool _disposed;

    /// <summary>Created by the actor system from <c>akka.scheduler.implementation</c>.</summary>
    public TimerQueueScheduler(Config config, ILoggingAdapter log) => _log = log;

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_started);

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(_started);

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    /// <summary>Drops everything that is still to come.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var entry in _entries.Keys) entry.Drop();
    }

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Begin(delay, Timeout.InfiniteTimeSpan, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Begin(initialDelay, interval, action, cancelable);

    private void Begin(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable)
    {
        if (_disposed) throw new SchedulerException("The scheduler was stopped with its actor system.");
        if (cancelable is { IsCancellationRequested: true }) return;
        var entry = new Entry(this, action, cancelable, interval == Timeout.InfiniteTimeSpan);
        _entries[entry] = 0;
        entry.Begin(delay, interval);
    }

    private sealed class Entry(TimerQueueScheduler owner, Action action, ICancelable? cancelable, bool once)
    {
        private readonly object _gate = new();
        private Timer? _timer;
        private CancellationTokenRegistration _registration;
        private TimeSpan _interval;
        private TimeSpan _left;
        private bool _done;

        internal void Begin(TimeSpan delay, TimeSpan interval)
        {
            using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
            lock (_gate)
            {
                _interval = interval;
                _timer = new Timer(static state => ((Entry)state!).Fire(), this, Timeout.Infinite, Timeout.Infinite);
                Wait(delay);
                if (cancelable is not null)
                    _registration = cancelable.Token.UnsafeRegister(static state => ((Entry)state!).Drop(), this);
                if (_done) _timer.Dispose();
            }
        }

        internal void Drop()
        {
            lock (_gate)
            {
                _done = true;
                _timer?.Dispose();
            }

            owner._entries.TryRemove(this, out _);
        }

        private void Wait(TimeSpan delay)
        {
            _left = delay > Longest ? delay - Longest : TimeSpan.Zero;
            var isLast = _left == TimeSpan.Zero;
            _timer!.Change(
                isLast ? delay : Longest, isLast && _interval <= Longest ? _interval : Timeout.InfiniteTimeSpan);
        }

        private void Fire()
        {
            lock (_gate)
            {
                if (_done) return;
                if (_left > TimeSpan.Zero)
                {
                    Wait(_left);
                    return;
                }

                if (once)
                {
                    _done = true;
                    _timer!.Dispose();
                    owner._entries.TryRemove(this, out _);
                }
                else if (_interval > Longest)
                {
                    Wait(_interval);
                }
            }

            if (once) _registration.Dispose();
            if (owner._disposed || cancelable is { IsCancellationRequested: true }) return;
            try
            {
                action();
            }
            catch (Exception failure)
            {
                owner._log.Error(failure, "A scheduled action failed.");
                if (!once) Drop();
            }
        }
    }
}
