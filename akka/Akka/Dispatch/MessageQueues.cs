using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>A property that an actor may require of its message queue.</summary>
public interface ISemantics;

/// <summary>An actor that wants a certain kind of message queue.</summary>
public interface IRequiresMessageQueue<T> where T : ISemantics;

/// <summary>A queue without a limit.</summary>
public interface IUnboundedMessageQueueSemantics : ISemantics;

/// <summary>A queue with a limit.</summary>
public interface IBoundedMessageQueueSemantics : ISemantics
{
    /// <summary>How long a sender waits for room.</summary>
    TimeSpan PushTimeOut { get; }
}

/// <summary>A queue that takes messages at its head too, as a stash needs.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    /// <summary>Puts a message before all others.</summary>
    void EnqueueFirst(Envelope envelope);
}

/// <summary>A queue without a limit that takes messages at its head too.</summary>
public interface IUnboundedDequeBasedMessageQueueSemantics
    : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

/// <summary>A queue with a limit that takes messages at its head too.</summary>
public interface IBoundedDequeBasedMessageQueueSemantics
    : IDequeBasedMessageQueueSemantics, IBoundedMessageQueueSemantics;

/// <summary>The messages that wait for an actor. Any thread enqueues; only the actor's own dequeues.</summary>
public interface IMessageQueue
{
    /// <summary>Whether a message waits.</summary>
    bool HasMessages { get; }

    /// <summary>How many messages wait.</summary>
    int Count { get; }

    /// <summary>Puts a message behind all others.</summary>
    void Enqueue(IActorRef receiver, Envelope envelope);

    /// <summary>Takes the first message.</summary>
    bool TryDequeue(out Envelope envelope);

    /// <summary>Hands what is left to the dead letters.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}

/// <summary>The default queue: no limit, and a head that the actor's own thread may refill (for its stash).</summary>
public class UnboundedMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _back = new();
    private Stack<Envelope>? _front;
    private volatile int _frontCount;

    /// <inheritdoc/>
    public bool HasMessages => _frontCount > 0 || !_back.IsEmpty;

    /// <inheritdoc/>
    public int Count => _frontCount + _back.Count;

    /// <inheritdoc/>
    public virtual void Enqueue(IActorRef receiver, Envelope envelope) => _back.Enqueue(envelope);

    /// <inheritdoc/>
    public void EnqueueFirst(Envelope envelope)
    {
        (_front ??= new Stack<Envelope>()).Push(envelope);
        _frontCount++;
    }

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope)
    {
        if (_frontCount == 0) return _back.TryDequeue(out envelope);
        envelope = _front!.Pop();
        _frontCount--;
        return true;
    }

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope)) deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>A queue with a limit: what arrives beyond it goes to the dead letters.</summary>
public sealed class BoundedMessageQueue(int capacity, TimeSpan pushTimeOut)
    : UnboundedMessageQueue, IBoundedDequeBasedMessageQueueSemantics
{
    /// <inheritdoc/>
    public TimeSpan PushTimeOut => pushTimeOut;

    /// <inheritdoc/>
    public override void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (Count >= capacity)
        {
            ((IInternalActorRef)receiver).Provider.DeadLetters.Tell(
                new Akka.Event.DeadLetter(envelope.Message, envelope.Sender, receiver), envelope.Sender);
        }
        else
        {
            base.Enqueue(receiver, envelope);
        }
    }
}

/// <summary>Makes the queues of a kind of mailbox; configured by name.</summary>
public abstract class MailboxType(Settings settings, Config config)
{
    /// <summary>The system's settings.</summary>
    protected Settings Settings { get; } = settings;

    /// <summary>The mailbox's own configuration.</summary>
    protected Config Config { get; } = config;

    /// <summary>Makes the queue of one actor.</summary>
    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}

/// <summary>Mailboxes without a limit.</summary>
public sealed class UnboundedMailbox(Settings settings, Config config) : MailboxType(settings, config)
{
    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
}

/// <summary>Mailboxes without a limit, for actors with a stash.</summary>
public sealed class UnboundedDequeBasedMailbox(Settings settings, Config config) : MailboxType(settings, config)
{
    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
}

/// <summary>Mailboxes with a limit: <c>mailbox-capacity</c> messages.</summary>
public sealed class BoundedMailbox(Settings settings, Config config) : MailboxType(settings, config)
{
    private readonly int _capacity = config.GetInt("mailbox-capacity", 1000);

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new BoundedMessageQueue(_capacity, TimeSpan.Zero);
}
