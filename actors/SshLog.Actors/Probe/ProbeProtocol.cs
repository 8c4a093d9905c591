using SshLog.Core.Probe;

namespace SshLog.Actors.Probe;

/// <summary>What is said to and by the <see cref="ProbeActor"/>.</summary>
public static class ProbeProtocol
{
    /// <summary>Answered with <see cref="Attached"/>, or <see cref="NotAttached"/> once an attempt has failed.</summary>
    public sealed record AwaitAttachment;

    /// <summary>The probe is attached.</summary>
    public sealed record Attached;

    /// <summary>The probe could not be attached; it is tried again later.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record NotAttached(Exception Cause);

    /// <summary>The credit of this batch may be given back: it is recorded, or given up.</summary>
    /// <param name="Batch">Which.</param>
    public sealed record Release(ProbeBatch Batch);

    /// <summary>Answered with <see cref="Health"/>.</summary>
    public sealed record GetHealth;

    /// <summary>How the probe is.</summary>
    /// <param name="Counters">Null while it is not attached.</param>
    /// <param name="Problem">Why it is not attached; null while it is.</param>
    /// <param name="UnknownSessions">Sessions that exist and that the probe does not know, at the canary's last look.</param>
    public sealed record Health(ProbeHealth? Counters, string? Problem, int UnknownSessions = 0);

    /// <summary>The canary has looked.</summary>
    /// <param name="UnknownSessions">Sessions that two looks have missed.</param>
    public sealed record CanaryLooked(int UnknownSessions);

    /// <summary>Detach, deliver what is left, and answer <see cref="Detached"/>.</summary>
    /// <param name="Patience">How long to wait for credit.</param>
    public sealed record Detach(TimeSpan Patience);

    /// <summary>Everything captured has been handed to the router.</summary>
    public sealed record Detached;
}
