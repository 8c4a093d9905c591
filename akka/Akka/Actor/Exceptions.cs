namespace Akka.Actor;

/// <summary>A base for the engine's exceptions.</summary>
public abstract class AkkaException : Exception
{
    /// <inheritdoc cref="Exception()"/>
    protected AkkaException()
    {
    }

    /// <inheritdoc cref="Exception(string, Exception)"/>
    protected AkkaException(string? message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>What caused it.</summary>
    protected Exception? Cause => InnerException;
}

/// <summary>An actor could not be created.</summary>
public class ActorInitializationException : AkkaException
{
    /// <inheritdoc cref="Exception(string, Exception)"/>
    public ActorInitializationException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>An actor could not be created.</summary>
    public ActorInitializationException(IActorRef? actor, string message, Exception? cause = null)
        : base(actor is null ? message : $"[{actor}]: {message}", cause) => Actor = actor!;

    /// <summary>The actor, or null.</summary>
    public IActorRef Actor { get; } = null!;
}

/// <summary>PreRestart threw.</summary>
public sealed class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? message)
    : ActorInitializationException(actor, $"PreRestart failed (restart cause: {cause.Message}, message: {message})",
        restartException)
{
    /// <summary>Why the actor was to be restarted.</summary>
    public Exception OriginalCause { get; } = cause;
}

/// <summary>PostRestart, or the constructor during a restart, threw.</summary>
public sealed class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({originalCause.GetType().Name})", cause)
{
    /// <summary>Why the actor was restarted.</summary>
    public Exception OriginalCause { get; } = originalCause;
}

/// <summary>A name is already taken by a sibling or not allowed.</summary>
public class InvalidActorNameException(string message, Exception? innerException = null)
    : AkkaException(message, innerException);

/// <summary>An actor was sent <see cref="Kill"/>.</summary>
public class ActorKilledException(string message) : AkkaException(message);

/// <summary>An actor did not handle the end of an actor it watched.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    /// <summary>The actor that ended.</summary>
    public IActorRef DeadActor { get; } = deadActor;
}

/// <summary>No actor answered for a selection.</summary>
public class ActorNotFoundException : AkkaException
{
    /// <inheritdoc cref="Exception()"/>
    public ActorNotFoundException()
    {
    }

    /// <inheritdoc cref="Exception(string, Exception)"/>
    public ActorNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>An operation is not allowed now.</summary>
public class InvalidMessageException(string message) : AkkaException(message);

/// <summary>An operation was used in a state that does not allow it.</summary>
public class IllegalActorStateException(string message) : AkkaException(message);

/// <summary>Nobody answered in time.</summary>
public class AskTimeoutException(string message) : AkkaException(message);

/// <summary>The stash holds as many messages as it may.</summary>
public class StashOverflowException(string message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>A scheduler was used after it was stopped, or wrongly.</summary>
public class SchedulerException(string message) : AkkaException(message);

/// <summary>A logger did not start.</summary>
public class LoggerInitializationException(string message, Exception? cause = null) : AkkaException(message, cause);
