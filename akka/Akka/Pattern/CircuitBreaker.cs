using Akka.Actor;

namespace Akka.Pattern;

/// <summary>A call was refused because the circuit breaker is open.</summary>
public class OpenCircuitException : AkkaException
{
    /// <inheritdoc cref="Exception(string, Exception)"/>
    public OpenCircuitException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>
/// Refuses calls to something that keeps failing. Closed: calls pass, failures are counted. Open: calls fail at once.
/// Half-open: one call decides.
/// </summary>
public class CircuitBreaker
{
    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    private readonly object _gate = new();
    private readonly IScheduler _scheduler;
    private readonly List<Action> _onOpen = [];
    private readonly List<Action> _onHalfOpen = [];
    private readonly List<Action> _onClose = [];
    private State _state;
    private int _failures;
    private bool _trying;
    private TimeSpan _nextReset;

    /// <summary>Creates a closed circuit breaker.</summary>
    /// <param name="scheduler">Waits for the reset.</param>
    /// <param name="maxFailures">After how many failures in a row it opens.</param>
    /// <param name="callTimeout">How long a call may take.</param>
    /// <param name="resetTimeout">How long it stays open.</param>
    public CircuitBreaker(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, TimeSpan.FromDays(36500), 1)
    {
    }

    private CircuitBreaker(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout, TimeSpan maxResetTimeout,
        double exponentialBackoffFactor)
    {
        _scheduler = scheduler;
        MaxFailures = maxFailures;
        CallTimeout = callTimeout;
        ResetTimeout = resetTimeout;
        MaxResetTimeout = maxResetTimeout;
        ExponentialBackoffFactor = exponentialBackoffFactor;
        _nextReset = resetTimeout;
    }

    /// <summary>After how many failures in a row it opens.</summary>
    public int MaxFailures { get; }

    /// <summary>How long a call may take.</summary>
    public TimeSpan CallTimeout { get; }

    /// <summary>How long it stays open at first.</summary>
    public TimeSpan ResetTimeout { get; }

    /// <summary>How long it stays open at most.</summary>
    public TimeSpan MaxResetTimeout { get; }

    /// <summary>By what the time it stays open grows.</summary>
    public double ExponentialBackoffFactor { get; }

    /// <summary>The failures counted.</summary>
    public long CurrentFailureCount
    {
        get
        {
            lock (_gate) return _failures;
        }
    }

    /// <summary>Whether calls pass.</summary>
    public bool IsClosed => Is(State.Closed);

    /// <summary>Whether calls are refused.</summary>
    public bool IsOpen => Is(State.Open);

    /// <summary>Whether one call may try.</summary>
    public bool IsHalfOpen => Is(State.HalfOpen);

    /// <summary>Creates a closed circuit breaker.</summary>
    public static CircuitBreaker Create(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(scheduler, maxFailures, callTimeout, resetTimeout);

    /// <summary>The same, closed, staying open twice as long each time.</summary>
    public CircuitBreaker WithExponentialBackoff(TimeSpan maxResetTimeout) =>
        new(_scheduler, MaxFailures, CallTimeout, ResetTimeout, maxResetTimeout, 2);

    /// <summary>Runs a call.</summary>
    /// <exception cref="OpenCircuitException">The circuit breaker is open.</exception>
    public Task<T> WithCircuitBreaker<T>(Func<Task<T>> body) => WithCircuitBreaker(_ => body());

    /// <summary>Runs a call; its token is cancelled when it takes too long.</summary>
    /// <exception cref="OpenCircuitException">The circuit breaker is open.</exception>
    public async Task<T> WithCircuitBreaker<T>(Func<CancellationToken, Task<T>> body)
    {
        Enter();
        using var timeUp = new CancellationTokenSource(CallTimeout);
        try
        {
            var result = await body(timeUp.Token).WaitAsync(CallTimeout).ConfigureAwait(false);
            Succeeded();
            return result;
        }
        catch
        {
            Failed();
            throw;
        }
    }

    /// <summary>Runs a call.</summary>
    /// <exception cref="OpenCircuitException">The circuit breaker is open.</exception>
    public Task WithCircuitBreaker(Func<Task> body) => WithCircuitBreaker(_ => body());

    /// <summary>Runs a call; its token is cancelled when it takes too long.</summary>
    /// <exception cref="OpenCircuitException">The circuit breaker is open.</exception>
    public Task WithCircuitBreaker(Func<CancellationToken, Task> body) => WithCircuitBreaker(async cancellation =>
    {
        await body(cancellation).ConfigureAwait(false);
        return true;
    });

    /// <summary>Runs a call that blocks.</summary>
    /// <exception cref="OpenCircuitException">The circuit breaker is open.</exception>
    public T WithSyncCircuitBreaker<T>(Func<T> body) =>
        WithCircuitBreaker(() => Task.Run(body)).GetAwaiter().GetResult();

    /// <summary>Runs a call that blocks.</summary>
    /// <exception cref="OpenCircuitException">The circuit breaker is open.</exception>
    public void WithSyncCircuitBreaker(Action body) =>
        WithCircuitBreaker(() => Task.Run(body)).GetAwaiter().GetResult();

    /// <summary>Counts a success of a call made elsewhere.</summary>
    public void Succeed() => Succeeded();

    /// <summary>Counts a failure of a call made elsewhere.</summary>
    public void Fail() => Failed();

    /// <summary>Runs an action whenever it opens.</summary>
    public CircuitBreaker OnOpen(Action callback) => Add(_onOpen, callback);

    /// <summary>Runs an action whenever it becomes half-open.</summary>
    public CircuitBreaker OnHalfOpen(Action callback) => Add(_onHalfOpen, callback);

    /// <summary>Runs an action whenever it closes.</summary>
    public CircuitBreaker OnClose(Action callback) => Add(_onClose, callback);

    private bool Is(State state)
    {
        lock (_gate) return _state == state;
    }

    private CircuitBreaker Add(List<Action> callbacks, Action callback)
    {
        lock (_gate) callbacks.Add(callback);
        return this;
    }

    private void Enter()
    {
        lock (_gate)
        {
            if (_state == State.Open) throw new OpenCircuitException("Circuit Breaker is open; calls are failing fast");
            if (_state != State.HalfOpen) return;
            if (_trying)
            {
                throw new OpenCircuitException(
                    "Circuit breaker is half open, only one call is allowed; this call is failing fast.");
            }

            _trying = true;
        }
    }

    private void Succeeded()
    {
        lock (_gate)
        {
            _failures = 0;
            if (_state != State.HalfOpen) return;
            _state = State.Closed;
            _nextReset = ResetTimeout;
        }

        Notify(_onClose);
    }

    private void Failed()
    {
        TimeSpan reset;
        lock (_gate)
        {
            if (_state == State.Open || (_state == State.Closed && ++_failures < MaxFailures)) return;
            _state = State.Open;
            reset = _nextReset;
            var longer = _nextReset * ExponentialBackoffFactor;
            _nextReset = longer < MaxResetTimeout ? longer : MaxResetTimeout;
        }

        Notify(_onOpen);
        _scheduler.Advanced.ScheduleOnce(reset, AttemptReset);
    }

    private void AttemptReset()
    {
        lock (_gate)
        {
            _state = State.HalfOpen;
            _trying = false;
        }

        Notify(_onHalfOpen);
    }

    private void Notify(List<Action> callbacks)
    {
        Action[] all;
        lock (_gate) all = [.. callbacks];
        foreach (var callback in all) callback();
    }
}
