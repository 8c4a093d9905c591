using Akka.Actor;

namespace Akka.Persistence;

/// <summary>From what, and how far, an actor recovers.</summary>
public sealed class Recovery
{
    /// <summary>The latest snapshot and all events after it.</summary>
    public static readonly Recovery Default = new();

    /// <summary>Nothing: the actor only learns its highest sequence number.</summary>
    public static readonly Recovery None = new(SnapshotSelectionCriteria.None, 0);

    /// <summary>Creates the description.</summary>
    /// <param name="fromSnapshot">Which snapshots may be used; the latest by default.</param>
    /// <param name="toSequenceNr">The last event to replay.</param>
    /// <param name="replayMax">How many events to replay at most.</param>
    public Recovery(SnapshotSelectionCriteria? fromSnapshot = null, long toSequenceNr = long.MaxValue,
        long replayMax = long.MaxValue)
    {
        FromSnapshot = fromSnapshot ?? SnapshotSelectionCriteria.Latest;
        ToSequenceNr = toSequenceNr;
        ReplayMax = replayMax;
    }

    /// <summary>Which snapshots may be used.</summary>
    public SnapshotSelectionCriteria FromSnapshot { get; }

    /// <summary>The last event to replay.</summary>
    public long ToSequenceNr { get; }

    /// <summary>How many events to replay at most.</summary>
    public long ReplayMax { get; }
}

/// <summary>Given to an actor after the last replayed event and before the first command.</summary>
public sealed class RecoveryCompleted : INoSerializationVerificationNeeded
{
    private RecoveryCompleted()
    {
    }

    /// <summary>The one instance.</summary>
    public static RecoveryCompleted Instance { get; } = new();
}

/// <summary>The journal or the snapshot store kept a recovering actor waiting too long.</summary>
public class RecoveryTimedOutException(string message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>Tells a recovering actor to look whether anything has come meanwhile.</summary>
internal sealed record RecoveryTick(int ActorInstanceId, bool Snapshot) : INoSerializationVerificationNeeded,
    INotInfluenceReceiveTimeout, Akka.Event.IDeadLetterSuppression;

internal sealed record RequestRecoveryPermit : INoSerializationVerificationNeeded
{
    public static RequestRecoveryPermit Instance { get; } = new();
}

internal sealed record RecoveryPermitGranted : INoSerializationVerificationNeeded, Akka.Event.IDeadLetterSuppression
{
    public static RecoveryPermitGranted Instance { get; } = new();
}

internal sealed record ReturnRecoveryPermit : INoSerializationVerificationNeeded
{
    public static ReturnRecoveryPermit Instance { get; } = new();
}

/// <summary>Lets a limited number of actors recover at a time; a permit of an actor that ends comes back.</summary>
internal sealed class RecoveryPermitter(int maxPermits) : UntypedActor
{
    private readonly LinkedList<IActorRef> _waiting = new();
    private readonly HashSet<IActorRef> _granted = [];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RequestRecoveryPermit:
                Context.Watch(Sender);
                if (_granted.Contains(Sender))
                    Sender.Tell(RecoveryPermitGranted.Instance, Self); // it restarted meanwhile
                else if (!_waiting.Contains(Sender))
                    _waiting.AddLast(Sender);
                break;
            case ReturnRecoveryPermit:
                Context.Unwatch(Sender);
                _granted.Remove(Sender);
                break;
            case Terminated ended:
                _granted.Remove(ended.ActorRef);
                _waiting.Remove(ended.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }

        while (_granted.Count < maxPermits && _waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            _granted.Add(next.Value);
            next.Value.Tell(RecoveryPermitGranted.Instance, Self);
        }
    }
}
