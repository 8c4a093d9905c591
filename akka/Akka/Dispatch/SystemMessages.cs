using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>A message of the engine to itself: handled before ordinary messages, never seen by an actor.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded;

/// <summary>A base for system messages.</summary>
public abstract class SystemMessage : ISystemMessage;

/// <summary>Makes the first instance; a failure found before that is carried along.</summary>
public sealed class Create(ActorInitializationException? failure = null) : SystemMessage
{
    /// <summary>Why it cannot be made, or null.</summary>
    public ActorInitializationException? Failure { get; } = failure;
}

/// <summary>Restarts the actor.</summary>
public sealed class Recreate(Exception cause) : SystemMessage
{
    /// <summary>What failed.</summary>
    public Exception Cause { get; } = cause;
}

/// <summary>Stops the processing of ordinary messages; counted.</summary>
public sealed class Suspend : SystemMessage;

/// <summary>Takes one <see cref="Suspend"/> back.</summary>
public sealed class Resume(Exception? causedByFailure) : SystemMessage
{
    /// <summary>The failure this answers, or null.</summary>
    public Exception? CausedByFailure { get; } = causedByFailure;
}

/// <summary>Stops the actor.</summary>
public sealed class Terminate : SystemMessage;

/// <summary>A child tells its parent that it exists.</summary>
public sealed class Supervise(IActorRef child, bool async) : SystemMessage
{
    /// <summary>The child.</summary>
    public IActorRef Child { get; } = child;

    /// <summary>Whether the child was made by another process.</summary>
    public bool Async { get; } = async;
}

/// <summary>Asks to be told of the end of an actor.</summary>
public sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    /// <summary>The actor to be watched.</summary>
    public IInternalActorRef Watchee { get; } = watchee;

    /// <summary>The actor to be told.</summary>
    public IInternalActorRef Watcher { get; } = watcher;
}

/// <summary>Takes a <see cref="Watch"/> back.</summary>
public sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    /// <summary>The actor that was watched.</summary>
    public IInternalActorRef Watchee { get; } = watchee;

    /// <summary>The actor that was to be told.</summary>
    public IInternalActorRef Watcher { get; } = watcher;
}

/// <summary>Tells a watcher or a parent that an actor ended.</summary>
public sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    : SystemMessage
{
    /// <summary>The actor that ended.</summary>
    public IActorRef Actor { get; } = actor;

    /// <summary>Whether it is known to have existed.</summary>
    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    /// <summary>Whether its whole system became unreachable.</summary>
    public bool AddressTerminated { get; } = addressTerminated;
}

/// <summary>Tells a parent that its child failed.</summary>
public sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage
{
    /// <summary>The child.</summary>
    public IActorRef Child { get; } = child;

    /// <summary>What was thrown.</summary>
    public Exception Cause { get; } = cause;

    /// <summary>The child's incarnation.</summary>
    public long Uid { get; } = uid;
}

/// <summary>Asks the system guardian to wait for an answer before it ends.</summary>
public sealed class RegisterTerminationHook : INoSerializationVerificationNeeded
{
    private RegisterTerminationHook()
    {
    }

    /// <summary>The only instance.</summary>
    public static readonly RegisterTerminationHook Instance = new();
}

/// <summary>The system guardian tells its hooks that the system ends.</summary>
public sealed class TerminationHook : INoSerializationVerificationNeeded
{
    private TerminationHook()
    {
    }

    /// <summary>The only instance.</summary>
    public static readonly TerminationHook Instance = new();
}

/// <summary>A hook answers that it is ready for the end.</summary>
public sealed class TerminationHookDone : INoSerializationVerificationNeeded
{
    private TerminationHookDone()
    {
    }

    /// <summary>The only instance.</summary>
    public static readonly TerminationHookDone Instance = new();
}
