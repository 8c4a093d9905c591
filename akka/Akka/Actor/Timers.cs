namespace Akka.Actor;

/// <summary>An actor with timers.</summary>
public interface IWithTimers
{
    /// <summary>Set by the engine before the actor starts.</summary>
    ITimerScheduler Timers { get; set; }
}

/// <summary>
/// Timers of one incarnation of an actor, by key. A new timer replaces the one with the same key; the message of a
/// replaced or cancelled timer never arrives. All end with the incarnation.
/// </summary>
public interface ITimerScheduler
{
    /// <summary>Sends a message to the actor every interval.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    /// <summary>Sends a message to the actor every interval, from the given sender.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender);

    /// <summary>Sends a message to the actor after a delay, then every interval.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    /// <summary>Sends a message to the actor after a delay, then every interval, from the given sender.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender);

    /// <summary>Sends a message to the actor once.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    /// <summary>Sends a message to the actor once, from the given sender.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender);

    /// <summary>Whether the key's timer runs.</summary>
    bool IsTimerActive(object key);

    /// <summary>Ends the key's timer.</summary>
    void Cancel(object key);

    /// <summary>Ends all timers.</summary>
    void CancelAll();

    /// <summary>The keys of the timers that run.</summary>
    IReadOnlyCollection<object> ActiveTimers { get; }
}

/// <summary>A timer's message on its way; recognised by owner and generation when it arrives.</summary>
internal sealed class TimerMessage(object key, object content, long generation, bool repeat, TimerScheduler owner)
    : IAutoReceivedMessage, INoSerializationVerificationNeeded, Akka.Event.IDeadLetterSuppression
{
    internal object Key => key;

    internal object Content => content;

    internal long Generation => generation;

    internal bool Repeat => repeat;

    internal TimerScheduler Owner => owner;

    public override string ToString() => $"TimerMsg(key={key}, generation={generation})";
}

internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, (long Generation, ICancelable Task)> _timers = [];
    private long _generation;

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        Start(key, msg, interval, interval, cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval, cell.Self);

    public void StartPeriodicTimer(
        object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) =>
        Start(key, msg, timeout, null, cell.Self);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) =>
        Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer)) timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values) timer.Task.Cancel();
        _timers.Clear();
    }

    /// <summary>Whether the message is that of a timer that still runs; a single one ends with it.</summary>
    internal bool Accept(TimerMessage message)
    {
        if (!_timers.TryGetValue(message.Key, out var timer) || timer.Generation != message.Generation) return false;
        if (!message.Repeat) _timers.Remove(message.Key);
        return true;
    }

    private void Start(object key, object content, TimeSpan delay, TimeSpan? interval, IActorRef sender)
    {
        Cancel(key);
        var message = new TimerMessage(key, content, ++_generation, interval is not null, this);
        var scheduler = cell.SystemImpl.Scheduler;
        var task = interval is { } period
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, period, cell.Self, message, sender)
            : scheduler.ScheduleTellOnceCancelable(delay, cell.Self, message, sender);
        _timers[key] = (_generation, task);
    }
}
