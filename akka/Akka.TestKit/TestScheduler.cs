using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>A scheduler whose time only moves when the test says so.</summary>
public sealed class TestScheduler : SchedulerBase
{
    private readonly object _gate = new();
    private readonly PriorityQueue<Entry, (DateTimeOffset Due, long Number)> _entries = new();
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private DateTimeOffset _now;
    private long _number;

    /// <summary>Created by the actor system from <c>akka.scheduler.implementation</c>.</summary>
    public TestScheduler(Config config, ILoggingAdapter log) => _now = _start;

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => TimeNow - _start;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => TimeNow - _start;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow
    {
        get
        {
            lock (_gate) return _now;
        }
    }

    /// <summary>Moves time on and runs what falls due, in order, each at its own time.</summary>
    public void Advance(TimeSpan offset)
    {
        DateTimeOffset target;
        lock (_gate) target = _now + offset;
        while (true)
        {
            Entry? entry;
            lock (_gate)
            {
                if (!_entries.TryPeek(out entry, out var priority) || priority.Due > target)
                {
                    _now = target;
                    return;
                }

                _entries.Dequeue();
                _now = priority.Due > _now ? priority.Due : _now;
                if (entry.IsCancelled) continue;
                if (entry.Interval is { } interval) Add(entry, priority.Due + interval);
            }

            entry.Action();
        }
    }

    /// <summary>Moves time on to a moment.</summary>
    public void AdvanceTo(DateTimeOffset when) => Advance(when - TimeNow);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable)
    {
        lock (_gate) Add(new Entry(action, null, cancelable), _now + delay);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable)
    {
        lock (_gate) Add(new Entry(action, interval, cancelable), _now + initialDelay);
    }

    private void Add(Entry entry, DateTimeOffset due) => _entries.Enqueue(entry, (due, _number++));

    private sealed record Entry(Action Action, TimeSpan? Interval, ICancelable? Cancelable)
    {
        internal bool IsCancelled => Cancelable is { IsCancellationRequested: true };
    }
}
