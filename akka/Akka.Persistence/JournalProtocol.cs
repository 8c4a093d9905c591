using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>A message between persistent actors and their journal or snapshot store.</summary>
public interface IPersistenceMessage : INoSerializationVerificationNeeded;

/// <summary>A message to or from a journal.</summary>
public interface IJournalMessage : IPersistenceMessage;

/// <summary>A request to a journal.</summary>
public interface IJournalRequest : IJournalMessage;

/// <summary>A journal's answer.</summary>
public interface IJournalResponse : IJournalMessage;

/// <summary>Events up to a sequence number were deleted.</summary>
public sealed record DeleteMessagesSuccess(long ToSequenceNr) : IJournalResponse;

/// <summary>Events could not be deleted.</summary>
public sealed record DeleteMessagesFailure(Exception Cause, long ToSequenceNr) : IJournalResponse;

internal sealed record DeleteMessagesTo(string PersistenceId, long ToSequenceNr, IActorRef PersistentActor)
    : IJournalRequest;

internal sealed record WriteMessages(
    IReadOnlyList<IPersistentEnvelope> Messages, IActorRef PersistentActor, int ActorInstanceId) : IJournalRequest;

/// <summary>A whole <see cref="WriteMessages"/> has been answered: the next may follow.</summary>
internal sealed record WriteMessagesDone(int ActorInstanceId)
    : IJournalResponse, IDeadLetterSuppression;

internal sealed record WriteMessageSuccess(IPersistentRepresentation Persistent, int ActorInstanceId)
    : IJournalResponse, IDeadLetterSuppression;

internal sealed record WriteMessageRejected(
    IPersistentRepresentation Persistent, Exception Cause, int ActorInstanceId)
    : IJournalResponse, IDeadLetterSuppression;

internal sealed record WriteMessageFailure(
    IPersistentRepresentation Persistent, Exception Cause, int ActorInstanceId)
    : IJournalResponse, IDeadLetterSuppression;

/// <summary>A <see cref="NonPersistentMessage"/> has had its turn.</summary>
internal sealed record LoopMessageSuccess(object Message, int ActorInstanceId)
    : IJournalResponse, IDeadLetterSuppression;

internal sealed record ReplayMessages(
    long FromSequenceNr, long ToSequenceNr, long Max, string PersistenceId, IActorRef PersistentActor)
    : IJournalRequest;

internal sealed record ReplayedMessage(IPersistentRepresentation Persistent) : IJournalResponse, IDeadLetterSuppression;

internal sealed record RecoverySuccess(long HighestSequenceNr) : IJournalResponse, IDeadLetterSuppression;

internal sealed record ReplayMessagesFailure(Exception Cause) : IJournalResponse, IDeadLetterSuppression;

/// <summary>What to replay: whose events, from and to which sequence number, how many at most.</summary>
internal sealed record ReplayRange(string PersistenceId, long From, long To, long Max);

/// <summary>Sent among replayed events: the actor says when it has got that far.</summary>
internal sealed class ReplayMark : IJournalResponse, IDeadLetterSuppression
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public void Reach() => _reached.TrySetResult();
}
