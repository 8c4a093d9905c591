using Akka.Dispatch;

namespace Akka.Actor;

/// <content>Receive timeout, timers and stash.</content>
internal sealed partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable? _receiveTimeoutTask;
    private bool _receiveTimeoutChanged;
    private TimerScheduler? _timers;
    private IStash? _stash;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        _receiveTimeout = timeout is { } value && value > TimeSpan.Zero ? value : null;
        _receiveTimeoutChanged = true;
    }

    /// <summary>Makes a stash that returns its messages to the head of this actor's mailbox.</summary>
    internal IStash CreateStash()
    {
        if (_mailbox!.Queue is not IDequeBasedMessageQueueSemantics queue)
        {
            throw new NotSupportedException(
                $"An actor with a stash needs a deque-based mailbox, not [{_mailbox.Queue.GetType()}].");
        }

        return new MailboxStash(this, queue, Props.Deploy.StashCapacity);
    }

    private static bool IsNeutral(object message) =>
        (message is TimerMessage timer ? timer.Content : message) is INotInfluenceReceiveTimeout;

    private bool InfluencesReceiveTimeout(object message) => _receiveTimeout is not null && !IsNeutral(message);

    private void CheckReceiveTimeout()
    {
        _receiveTimeoutChanged = false;
        CancelReceiveTimeout();
        if (_receiveTimeout is not { } timeout || _pendingTasks > 0 || _mailbox!.IsClosed) return;
        _receiveTimeoutTask = SystemImpl.Scheduler.ScheduleTellOnceCancelable(
            timeout, Self, Akka.Actor.ReceiveTimeout.Instance, Self);
    }

    private void CancelReceiveTimeout()
    {
        _receiveTimeoutTask?.Cancel();
        _receiveTimeoutTask = null;
    }

    private bool TryAcceptTimer(TimerMessage timer, out object content)
    {
        content = timer.Content;
        return ReferenceEquals(timer.Owner, _timers) && _timers is not null && _timers.Accept(timer);
    }
}
