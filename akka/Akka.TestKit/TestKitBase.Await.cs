using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Akka.TestKit;

/// <content>Waiting for conditions, and time limits around blocks.</content>
public abstract partial class TestKitBase
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    /// <summary>Waits until a condition holds.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    /// <summary>Waits until a condition holds.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string? message,
        CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Waits until a condition holds, looking at intervals.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null,
        CancellationToken cancellationToken = default) =>
        // On the calling thread throughout: it carries the implicit sender.
        Poll(
            conditionIsFulfilled, LimitOr(max), interval,
            limit => Fail($"Timeout {limit} expired while waiting for condition.", message), cancellationToken);

    /// <summary>Waits until a condition holds, looking at intervals.</summary>
    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max = null, TimeSpan? interval = null, string? message = null,
        CancellationToken cancellationToken = default) => AwaitConditionAsync(
            () => Task.FromResult(conditionIsFulfilled()), max, interval, message, cancellationToken);

    /// <summary>Waits until a condition holds, looking at intervals.</summary>
    public async Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max = null, TimeSpan? interval = null,
        string? message = null, CancellationToken cancellationToken = default)
    {
        var limit = LimitOr(max);
        var end = EndIn(limit);
        while (!await conditionIsFulfilled())
        {
            if (Left(end) <= TimeSpan.Zero) Fail($"Timeout {limit} expired while waiting for condition.", message);
            await Task.Delay(interval ?? Interval, cancellationToken);
        }
    }

    /// <summary>Waits until assertions hold, trying at intervals.</summary>
    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        ExceptionDispatchInfo? last = null;
        Poll(
            () =>
            {
                try
                {
                    assertion();
                    return true;
                }
                catch (Exception failure)
                {
                    last = ExceptionDispatchInfo.Capture(failure);
                    return false;
                }
            },
            LimitOr(duration), interval, _ => last!.Throw(), cancellationToken);
    }

    /// <summary>Waits until assertions hold, trying at intervals.</summary>
    public Task AwaitAssertAsync(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null,
        CancellationToken cancellationToken = default) => AwaitAssertAsync(
        () =>
        {
            assertion();
            return Task.CompletedTask;
        },
        duration, interval, cancellationToken);

    /// <summary>Waits until assertions hold, trying at intervals.</summary>
    public async Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        var end = EndIn(LimitOr(duration));
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Left(end) > TimeSpan.Zero)
            {
                await Task.Delay(interval ?? Interval, cancellationToken);
            }
        }
    }

    /// <summary>Runs a block that must end within a time; waits inside it do not exceed that.</summary>
    public void Within(TimeSpan max, Action action) => Within(TimeSpan.Zero, max, action);

    /// <summary>Runs a block that must take between two times.</summary>
    public void Within(TimeSpan min, TimeSpan max, Action action) => Within(min, max, () =>
    {
        action();
        return true;
    });

    /// <summary>Runs a block that must end within a time.</summary>
    public T Within<T>(TimeSpan max, Func<T> function) => Within(TimeSpan.Zero, max, function);

    /// <summary>Runs a block that must take between two times.</summary>
    public T Within<T>(TimeSpan min, TimeSpan max, Func<T> function) =>
        WithinAsync(min, max, () => Task.FromResult(function())).GetAwaiter().GetResult();

    /// <summary>Runs a block that must end within a time.</summary>
    public Task WithinAsync(TimeSpan max, Func<Task> actionAsync) => WithinAsync(TimeSpan.Zero, max, async () =>
    {
        await actionAsync();
        return true;
    });

    /// <summary>Runs a block that must take between two times.</summary>
    public async Task<T> WithinAsync<T>(TimeSpan min, TimeSpan max, Func<Task<T>> function)
    {
        var limit = LimitOr(max);
        var outer = _end;
        var start = Stopwatch.GetTimestamp();
        _end = EndIn(limit);
        try
        {
            var result = await function();
            var took = Stopwatch.GetElapsedTime(start);
            if (took < min) Fail($"Block took {took}, should have taken at least {min}", null);
            if (took > limit) Fail($"Block took {took}, exceeding {limit}", null);
            return result;
        }
        finally
        {
            _end = outer;
        }
    }

    private static void Poll(
        Func<bool> done, TimeSpan limit, TimeSpan? interval, Action<TimeSpan> late, CancellationToken token)
    {
        var end = EndIn(limit);
        while (!done())
        {
            if (Left(end) <= TimeSpan.Zero)
            {
                late(limit);
                return;
            }

            token.WaitHandle.WaitOne(interval ?? Interval);
            token.ThrowIfCancellationRequested();
        }
    }
}
