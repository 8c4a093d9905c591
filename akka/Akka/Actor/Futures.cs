using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Requests with an answer.</summary>
public static class Futures
{
    /// <summary>Sends a request; the first answer completes the task.</summary>
    /// <exception cref="AskTimeoutException">No answer came in time.</exception>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    /// <inheritdoc cref="Ask(ICanTell, object, TimeSpan?)"/>
    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    /// <inheritdoc cref="Ask(ICanTell, object, TimeSpan?)"/>
    public static Task<object> Ask(
        this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    /// <summary>
    /// Sends a request; the first answer of the type completes the task, <see cref="Status.Failure"/> faults it.
    /// </summary>
    /// <exception cref="AskTimeoutException">No answer came in time.</exception>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    /// <inheritdoc cref="Ask{T}(ICanTell, object, TimeSpan?)"/>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <inheritdoc cref="Ask{T}(ICanTell, object, TimeSpan?)"/>
    public static Task<T> Ask<T>(
        this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    /// <summary>Sends a request that names the reference to answer to.</summary>
    /// <exception cref="AskTimeoutException">No answer came in time.</exception>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        var provider = ProviderOf(self) ?? throw new ArgumentException(
            "Unable to resolve the target Provider", nameof(self));
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var path = provider.TempPath();
        var future = new FutureActorRef<T>(completion, path, provider);
        var limit = timeout ?? provider.Settings.AskTimeout;
        var ending = new AskEnding<T>(completion, future, limit);
        provider.RegisterTempActor(future, path);
        ending.Begin(cancellationToken);
        self.Tell(messageFactory(future), future);
        return completion.Task;
    }

    private static IActorRefProvider? ProviderOf(ICanTell target) => target switch
    {
        ActorSelection selection => ProviderOf(selection.Anchor),
        IInternalActorRef actor => actor.Provider,
        _ => ActorCell.Current?.SystemImpl.Provider,
    };

    /// <summary>Ends an Ask: by its answer, in time or not, or by cancellation.</summary>
    private sealed class AskEnding<T>(TaskCompletionSource<T> completion, FutureActorRef<T> future, TimeSpan limit)
    {
        private Timer? _timer;
        private CancellationTokenRegistration _registration;

        internal void Begin(CancellationToken cancellationToken)
        {
            if (limit > TimeSpan.Zero)
            {
                using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
                _timer = new Timer(
                    static state => ((AskEnding<T>)state!).Late(), this, limit, Timeout.InfiniteTimeSpan);
            }
            else if (limit == TimeSpan.Zero)
            {
                Late();
            }

            if (cancellationToken.CanBeCanceled)
            {
                _registration = cancellationToken.UnsafeRegister(
                    static (state, token) => ((AskEnding<T>)state!).Cancelled(token), this);
            }

            completion.Task.ContinueWith(
                static (_, state) => ((AskEnding<T>)state!).End(), this, CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        private void Late() => completion.TrySetException(
            new AskTimeoutException($"Timeout after {limit} seconds"));

        private void Cancelled(CancellationToken token) => completion.TrySetCanceled(token);

        private void End()
        {
            _timer?.Dispose();
            _registration.Dispose();
            future.Provider.UnregisterTempActor(future.Path);
            future.Stop();
        }
    }
}

/// <summary>Stopping with an answer.</summary>
public static class GracefulStopSupport
{
    /// <summary>Sends <see cref="PoisonPill"/> and waits for the end.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Sends a stop message and waits for the end; false if the actor did not end in time.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            return await target.WatchAsync(stopMessage, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>Waiting for an actor's end.</summary>
public static class WatchAsyncSupport
{
    /// <summary>Waits for the end of an actor; true if it is known to have ended.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        try
        {
            return await target.WatchAsync(null, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    internal static async Task<bool> WatchAsync(this IActorRef target, object? then, CancellationToken token)
    {
        if (target is not IInternalActorRef { IsTerminated: false } watchee) return true;
        var completion = new TaskCompletionSource<Terminated>(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = watchee.Provider;
        var path = provider.TempPath();
        var future = new FutureActorRef<Terminated>(completion, path, provider);
        provider.RegisterTempActor(future, path);
        try
        {
            watchee.SendSystemMessage(new Watch(watchee, future));
            if (then is not null) target.Tell(then, ActorRefs.NoSender);
            var terminated = await completion.Task.WaitAsync(token).ConfigureAwait(false);
            return terminated.ActorRef.Equals(target);
        }
        finally
        {
            watchee.SendSystemMessage(new Unwatch(watchee, future));
            provider.UnregisterTempActor(path);
            future.Stop();
        }
    }
}

/// <summary>Sending the result of a task to an actor.</summary>
public static class PipeToSupport
{
    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task ends.</summary>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<T, object>? success = null,
        Func<Exception, object>? failure = null) =>
        taskToPipe.PipeTo(recipient, false, sender, success, failure);

    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task ends.</summary>
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null,
        Func<T, object>? success = null, Func<Exception, object>? failure = null)
    {
        sender ??= ActorRefs.NoSender;
        try
        {
            var result = await taskToPipe.ConfigureAwait(useConfigureAwait);
            recipient.Tell(success is null ? result! : success(result), sender);
        }
        catch (Exception thrown)
        {
            recipient.Tell(failure is null ? new Status.Failure(thrown) : failure(thrown), sender);
        }
    }

    /// <summary>Sends a message when the task ends: what the functions return, or nothing for plain success.</summary>
    public static Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<object>? success = null,
        Func<Exception, object>? failure = null) =>
        taskToPipe.PipeTo(recipient, false, sender, success, failure);

    /// <summary>Sends a message when the task ends: what the functions return, or nothing for plain success.</summary>
    public static async Task PipeTo(
        this Task taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null,
        Func<object>? success = null, Func<Exception, object>? failure = null)
    {
        sender ??= ActorRefs.NoSender;
        try
        {
            await taskToPipe.ConfigureAwait(useConfigureAwait);
            if (success is not null) recipient.Tell(success(), sender);
        }
        catch (Exception thrown)
        {
            recipient.Tell(failure is null ? new Status.Failure(thrown) : failure(thrown), sender);
        }
    }

    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task ends.</summary>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<T, object>? success = null,
        Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, false, sender, success, failure);

    /// <summary>Sends a message when the task ends: what the functions return, or nothing for plain success.</summary>
    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<object>? success = null,
        Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, false, sender, success, failure);
}
