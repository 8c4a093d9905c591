using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>A temporary reference that completes a task with the first message it is told.</summary>
internal sealed class FutureActorRef<T>(TaskCompletionSource<T> completion, ActorPath path, IActorRefProvider provider)
    : MinimalActorRef
{
    private readonly object _gate = new();
    private HashSet<IInternalActorRef>? _watchedBy = [];

    public override ActorPath Path => path;

    public override IActorRefProvider Provider => provider;

    public override IInternalActorRef Parent => provider.TempContainer;

    public override bool IsTerminated => completion.Task.IsCompleted;

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var handled = message switch
        {
            T answer => completion.TrySetResult(answer),
            null => completion.TrySetResult(default!),
            Status.Failure failure => completion.TrySetException(
                failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message.")),
            Status.Success { Status: T answer } => completion.TrySetResult(answer),
            _ => completion.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (!handled) provider.DeadLetters.Tell(message!, this);
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch when watch.Watchee.Equals(this):
                lock (_gate)
                {
                    if (_watchedBy is not null)
                    {
                        _watchedBy.Add(watch.Watcher);
                        return;
                    }
                }

                watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, true, false));
                break;
            case Unwatch unwatch when unwatch.Watchee.Equals(this):
                lock (_gate) _watchedBy?.Remove(unwatch.Watcher);
                break;
            case DeathWatchNotification notification:
                Tell(new Terminated(
                    notification.Actor, notification.ExistenceConfirmed, notification.AddressTerminated), this);
                break;
        }
    }

    public override void Stop()
    {
        HashSet<IInternalActorRef>? watchers;
        lock (_gate)
        {
            watchers = _watchedBy;
            _watchedBy = null;
        }

        if (watchers is null) return;
        foreach (var watcher in watchers) watcher.SendSystemMessage(new DeathWatchNotification(this, true, false));
    }
}
