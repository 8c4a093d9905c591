using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Answers on a probe's behalf.</summary>
public abstract class AutoPilot
{
    /// <summary>No autopilot.</summary>
    public static readonly NoAutoPilot NoAutoPilot = NoAutoPilot.Instance;

    /// <summary>The same autopilot goes on.</summary>
    public static readonly KeepRunning KeepRunning = KeepRunning.Instance;

    /// <summary>Called with every message; returns who is called with the next.</summary>
    public abstract AutoPilot Run(IActorRef sender, object message);
}

/// <summary>No autopilot.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    private NoAutoPilot()
    {
    }

    /// <summary>The only instance.</summary>
    public static NoAutoPilot Instance { get; } = new();

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>The same autopilot goes on.</summary>
public sealed class KeepRunning : AutoPilot
{
    private KeepRunning()
    {
    }

    /// <summary>The only instance.</summary>
    public static KeepRunning Instance { get; } = new();

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("Must not call");
}

/// <summary>An autopilot that is a function.</summary>
public sealed class DelegateAutoPilot(Func<IActorRef, object, AutoPilot> behaviour) : AutoPilot
{
    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => behaviour(sender, message);
}

/// <summary>The messages that a test has not looked at yet.</summary>
internal sealed class MessageBox : IDisposable
{
    private readonly LinkedList<Envelope> _messages = [];
    private readonly SemaphoreSlim _count = new(0);

    internal bool HasMessages => _count.CurrentCount > 0;

    internal void Add(Envelope envelope)
    {
        lock (_messages) _messages.AddLast(envelope);
        _count.Release();
    }

    internal async ValueTask<Envelope?> TakeAsync(TimeSpan limit, bool peek, CancellationToken token)
    {
        if (limit < TimeSpan.Zero) limit = TimeSpan.Zero;
        if (!await _count.WaitAsync(limit, token).ConfigureAwait(false)) return null;
        Envelope first;
        lock (_messages)
        {
            first = _messages.First!.Value;
            if (!peek) _messages.RemoveFirst();
        }

        if (peek) _count.Release();
        return first;
    }

    public void Dispose() => _count.Dispose();
}

/// <summary>The actor behind a probe: keeps what it is told for the test.</summary>
internal sealed class InternalTestActor(MessageBox box) : UntypedActor
{
    private Func<object, bool>? _ignore;
    private AutoPilot _autoPilot = AutoPilot.NoAutoPilot;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SetIgnore ignore:
                _ignore = ignore.Ignore;
                return;
            case SetAutoPilot pilot:
                _autoPilot = pilot.Pilot;
                return;
            case WatchActor watch:
                Context.Watch(watch.Actor);
                return;
            case UnwatchActor unwatch:
                Context.Unwatch(unwatch.Actor);
                return;
            case Spawn spawn:
                Sender.Tell(spawn.Make(Context));
                return;
        }

        var next = _autoPilot is NoAutoPilot ? _autoPilot : _autoPilot.Run(Sender, message);
        if (next is not KeepRunning) _autoPilot = next;
        if (_ignore is null || !_ignore(message)) box.Add(new Envelope(message, Sender));
    }

    internal sealed record SetIgnore(Func<object, bool>? Ignore) : INoSerializationVerificationNeeded;

    internal sealed record SetAutoPilot(AutoPilot Pilot) : INoSerializationVerificationNeeded;

    internal sealed record WatchActor(IActorRef Actor) : INoSerializationVerificationNeeded;

    internal sealed record UnwatchActor(IActorRef Actor) : INoSerializationVerificationNeeded;

    internal sealed record Spawn(Func<IActorContext, IActorRef> Make) : INoSerializationVerificationNeeded;
}

/// <summary>Keeps the test actor as the implicit sender across awaits of a test.</summary>
internal sealed class TestSynchronizationContext(ActorCell cell) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => Run(d, state), null);

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    private void Run(SendOrPostCallback callback, object? state)
    {
        var previous = (ActorCell.Current, SynchronizationContext.Current);
        ActorCell.Current = cell;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            ActorCell.Current = previous.Item1;
            SetSynchronizationContext(previous.Item2);
        }
    }
}
