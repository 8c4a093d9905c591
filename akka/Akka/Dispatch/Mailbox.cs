using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// An actor's two queues and the right to run: at most one thread at a time holds it. System messages are handled
/// before and between ordinary ones; those wait while the mailbox is suspended or a task is awaited.
/// </summary>
internal sealed class Mailbox : IThreadPoolWorkItem
{
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int AwaitingTask = 4;
    private const int SuspendUnit = 8;
    private const int MaySchedule = Closed | Scheduled;

    private readonly ActorCell _cell;
    private readonly MessageDispatcher _dispatcher;
    private readonly object _systemGate = new();
    private Queue<ISystemMessage>? _systemQueue;
    private volatile int _systemCount;
    private volatile int _status;

    internal Mailbox(ActorCell cell, MessageDispatcher dispatcher, IMessageQueue queue)
    {
        _cell = cell;
        _dispatcher = dispatcher;
        Queue = queue;
    }

    internal IMessageQueue Queue { get; }

    internal bool IsClosed => (_status & Closed) != 0;

    internal bool IsSuspended => _status >= SuspendUnit;

    private bool ShouldProcess => (_status & ~Scheduled) == 0;

    internal void Enqueue(Envelope envelope)
    {
        Queue.Enqueue(_cell.Self, envelope);
        if ((_status & MaySchedule) == 0) Schedule();
        else if (IsClosed) CleanUp();
    }

    /// <summary>The first message of all; the actor does not run yet.</summary>
    internal void Begin(ISystemMessage message)
    {
        lock (_systemGate)
        {
            (_systemQueue ??= new Queue<ISystemMessage>()).Enqueue(message);
            _systemCount++;
        }
    }

    internal void EnqueueSystem(ISystemMessage message)
    {
        Begin(message);
        if ((_status & MaySchedule) == 0) Schedule();
        else if (IsClosed) CleanUp();
    }

    /// <summary>Runs the actor soon, if it has something to do and nobody runs it.</summary>
    internal void Schedule()
    {
        var status = _status;
        if ((status & MaySchedule) != 0) return;
        if (_systemCount == 0 && ((status & ~MaySchedule) != 0 || !Queue.HasMessages)) return;
        while (true)
        {
            var seen = Interlocked.CompareExchange(ref _status, status | Scheduled, status);
            if (seen == status) break;
            if ((seen & MaySchedule) != 0) return;
            status = seen;
        }

        _dispatcher.Execute(this);
    }

    internal void Suspend() => Interlocked.Add(ref _status, SuspendUnit);

    /// <summary>Takes one suspension back; whether messages may flow again.</summary>
    internal bool Resume()
    {
        while (true)
        {
            var status = _status;
            if (status < SuspendUnit) return true;
            if (Interlocked.CompareExchange(ref _status, status - SuspendUnit, status) == status)
                return status - SuspendUnit < SuspendUnit;
        }
    }

    /// <summary>Holds ordinary messages back until the awaited task ends.</summary>
    internal void SuspendForTask() => Interlocked.Or(ref _status, AwaitingTask);

    internal void ResumeAfterTask()
    {
        Interlocked.And(ref _status, ~AwaitingTask);
        Schedule();
    }

    internal void BecomeClosed() => Interlocked.Or(ref _status, Closed);

    /// <summary>Hands what is left to the dead letters; also called by a sender that came too late.</summary>
    internal void CleanUp()
    {
        var deadLetters = _cell.SystemImpl.DeadLetterMailbox;
        while (TryDequeueSystem(out var message)) deadLetters.SystemEnqueue(_cell.Self, message);
        lock (_systemGate) Queue.CleanUp(_cell.Self, deadLetters);
    }

    void IThreadPoolWorkItem.Execute() => Run();

    internal void Run()
    {
        var previous = ActorCell.Current;
        ActorCell.Current = _cell;
        try
        {
            if (!IsClosed)
            {
                ProcessSystemMessages();
                ProcessMessages();
            }
        }
        finally
        {
            ActorCell.Current = previous;
            Interlocked.And(ref _status, ~Scheduled);
            Schedule();
        }
    }

    private void ProcessSystemMessages()
    {
        while (_systemCount > 0 && !IsClosed && TryDequeueSystem(out var message)) _cell.SystemInvoke(message);
    }

    private void ProcessMessages()
    {
        for (var left = _dispatcher.Throughput; left > 0 && ShouldProcess; left--)
        {
            if (!Queue.TryDequeue(out var envelope)) return;
            _cell.Invoke(envelope);
            if (_systemCount > 0) ProcessSystemMessages();
        }
    }

    private bool TryDequeueSystem(out ISystemMessage message)
    {
        lock (_systemGate)
        {
            if (_systemQueue is not null && _systemQueue.TryDequeue(out message!))
            {
                _systemCount--;
                return true;
            }
        }

        message = null!;
        return false;
    }
}

/// <summary>Takes over the messages of actors that ended.</summary>
internal sealed class DeadLetterMailbox(Func<IActorRef> deadLetters) : IMessageQueue
{
    public bool HasMessages => false;

    public int Count => 0;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (envelope.Message is Akka.Event.DeadLetter) return;
        deadLetters().Tell(
            new Akka.Event.DeadLetter(envelope.Message, envelope.Sender ?? deadLetters(), receiver), envelope.Sender);
    }

    internal void SystemEnqueue(IActorRef receiver, ISystemMessage message) =>
        deadLetters().Tell(new Akka.Event.DeadLetter(message, receiver, receiver), receiver);

    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        return false;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
    }
}
