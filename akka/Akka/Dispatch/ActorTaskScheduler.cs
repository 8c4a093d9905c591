using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// Runs asynchronous functions inside an actor: what follows an <c>await</c> runs on the actor's turn, with its context
/// and sender, while ordinary messages wait.
/// </summary>
public static class ActorTaskScheduler
{
    /// <summary>Runs an action; ordinary messages wait until it ends.</summary>
    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Runs an asynchronous function; ordinary messages wait until it ends.</summary>
    /// <exception cref="InvalidOperationException">No actor's handler runs on this thread.</exception>
    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException(
            "Cannot run an actor task outside of an actor.");
        var turn = new ActorSynchronizationContext(cell, cell.CurrentEnvelope);
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(turn);
        Task task;
        try
        {
            task = asyncAction();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }

        if (task.IsCompletedSuccessfully) return;
        if (task.IsCompleted) ExceptionDispatchInfo.Throw(Unwrap(task));
        cell.BeginTask();
        task.ContinueWith(
            static (done, state) => ((ActorSynchronizationContext)state!).Finish(done),
            turn, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    internal static Exception Unwrap(Task task) =>
        task.Exception is { } failure ? failure.InnerExceptions.Count == 1 ? failure.InnerException! : failure
        : new TaskCanceledException(task);
}

/// <summary>Sends continuations to the actor they belong to.</summary>
internal sealed class ActorSynchronizationContext(ActorCell cell, Envelope envelope) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        cell.SendSystemMessage(new TaskContinuation(this, envelope, d, state));

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (ActorCell.Current == cell) d(state);
        else throw new NotSupportedException("An actor's context cannot be entered from outside.");
    }

    public override SynchronizationContext CreateCopy() => this;

    internal void Finish(Task task) => cell.SendSystemMessage(
        new TaskFinished(envelope, task.IsCompletedSuccessfully ? null : ActorTaskScheduler.Unwrap(task)));
}

/// <summary>What follows an <c>await</c>.</summary>
internal sealed class TaskContinuation(
    SynchronizationContext context, Envelope envelope, SendOrPostCallback callback, object? state) : ISystemMessage
{
    internal Envelope Envelope => envelope;

    internal void Run()
    {
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            callback(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }
}

/// <summary>An awaited task ended.</summary>
internal sealed class TaskFinished(Envelope envelope, Exception? failure) : ISystemMessage
{
    internal Envelope Envelope => envelope;

    internal Exception? Failure => failure;
}
