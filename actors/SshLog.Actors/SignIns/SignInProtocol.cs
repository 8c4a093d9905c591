using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Actors.SignIns;

/// <summary>What the router, the keeper of failed sign-ins and its recorders say to each other.</summary>
public static class SignInProtocol
{
    /// <summary>Router to keeper, keeper to recorder: record these.</summary>
    /// <param name="Position">The batch that they come from; grows from one of these messages to the next.</param>
    /// <param name="Facts">At least one; <see cref="SignInFailed"/>, or a loss of some.</param>
    public sealed record Record(ProbePosition Position, IReadOnlyList<SessionEvent> Facts);

    /// <summary>Recorder to keeper: recovered, ready; sent by every incarnation.</summary>
    /// <param name="Day">Whose.</param>
    public sealed record Ready(SignInDay Day);

    /// <summary>Recorder to keeper: everything up to here is in the journal (or was there already).</summary>
    /// <param name="Day">Whose.</param>
    /// <param name="Position">The newest batch taken care of.</param>
    public sealed record Recorded(SignInDay Day, ProbePosition Position);

    /// <summary>Recorder to keeper: nothing has come for a while.</summary>
    /// <param name="Day">Whose.</param>
    public sealed record Idle(SignInDay Day);
}
