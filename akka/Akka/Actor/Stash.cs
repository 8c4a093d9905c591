using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Messages put aside for later.</summary>
public interface IStash
{
    /// <summary>Puts the current message aside.</summary>
    /// <exception cref="StashOverflowException">The stash is full.</exception>
    void Stash();

    /// <summary>Returns the oldest message to the head of the mailbox.</summary>
    void Unstash();

    /// <summary>Returns all messages to the head of the mailbox, in order.</summary>
    void UnstashAll();

    /// <summary>Returns the messages that meet the condition to the head of the mailbox and drops the others.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Empties the stash and returns what it held.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Puts messages before those in the stash.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);

    /// <summary>How many messages it holds.</summary>
    int Count { get; }

    /// <summary>Whether it holds none.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether it holds any.</summary>
    bool NonEmpty { get; }

    /// <summary>Whether it takes no more.</summary>
    bool IsFull { get; }

    /// <summary>The most messages it holds, or -1.</summary>
    int Capacity { get; }
}

/// <summary>An actor with a stash.</summary>
public interface IActorStash
{
    /// <summary>Set by the engine before the actor starts.</summary>
    IStash Stash { get; set; }
}

/// <summary>An actor with a stash.</summary>
public interface IWithStash : IActorStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>;

/// <summary>An actor with a stash whose mailbox has no limit.</summary>
public interface IWithUnboundedStash : IActorStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>;

/// <summary>Makes stashes for actors that need more than one.</summary>
internal static class StashFactory
{
    /// <summary>Makes a stash beside the actor's own; its owner empties it when the actor ends.</summary>
    internal static IStash CreateStash(this IActorContext context) => ((ActorCell)context).CreateStash();
}

/// <summary>A stash over the head of a mailbox.</summary>
internal sealed class MailboxStash(ActorCell cell, IDequeBasedMessageQueueSemantics queue, int capacity) : IStash
{
    private LinkedList<Envelope> _stashed = [];
    private long _lastTurn = -1;

    public int Count => _stashed.Count;

    public bool IsEmpty => _stashed.Count == 0;

    public bool NonEmpty => _stashed.Count > 0;

    public bool IsFull => capacity >= 0 && _stashed.Count >= capacity;

    public int Capacity => capacity;

    public void Stash()
    {
        var current = cell.CurrentEnvelope;
        if (current.Message is null) throw new IllegalActorStateException("There is no current message to stash.");
        if (_lastTurn == cell.Turn)
        {
            throw new IllegalActorStateException(
                $"Can't stash the same message {current.Message} more than once");
        }

        if (IsFull)
        {
            throw new StashOverflowException(
                $"Couldn't enqueue message {current.Message} to stash of {cell.Self}: it holds {capacity} messages");
        }

        _lastTurn = cell.Turn;
        _stashed.AddLast(current);
    }

    public void Unstash()
    {
        if (_stashed.First is not { } first) return;
        _stashed.RemoveFirst();
        Return(first.Value);
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        var stashed = _stashed;
        _stashed = [];
        for (var node = stashed.Last; node is not null; node = node.Previous)
            if (predicate(node.Value)) Return(node.Value);
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var stashed = _stashed;
        _stashed = [];
        return stashed;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse()) _stashed.AddFirst(envelope);
    }

    private void Return(Envelope envelope)
    {
        if (envelope.Message is Terminated terminated) cell.TerminatedQueuedFor(terminated.ActorRef);
        queue.EnqueueFirst(envelope);
    }
}
