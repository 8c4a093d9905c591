using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Actors.SignIns;

/// <summary>What the router, the keeper of failed sign-ins and its recorders say to each other.</summary>
public static class SignInProtocol
{
    /// <summary>Router to keeper: record these.</summary>
    /// <param name="Position">The batch that they come from.</param>
    /// <param name="Facts">At least one.</param>
    public sealed record Record(ProbePosition Position, IReadOnlyList<SignInFailed> Facts);

    /// <summary>Keeper to recorder: write these, if they are not in the journal.</summary>
    /// <param name="Incarnation">Whom it is meant for; another incarnation lets it be, as it is sent again to that one.</param>
    /// <param name="Number">Grows from one of these messages to the next.</param>
    /// <param name="Position">The batch that they come from.</param>
    /// <param name="Facts">At least one; <see cref="SignInFailed"/> of one connection, or a loss of some.</param>
    public sealed record Write(long Incarnation, long Number, ProbePosition Position, IReadOnlyList<SessionEvent> Facts);

    /// <summary>Recorder to keeper: recovered, ready; sent by every incarnation.</summary>
    /// <param name="Day">Whose.</param>
    /// <param name="Incarnation">Which.</param>
    public sealed record Ready(SignInDay Day, long Incarnation);

    /// <summary>Recorder to keeper: everything up to here is in the journal (or was there already).</summary>
    /// <param name="Day">Whose.</param>
    /// <param name="Number">Of the newest <see cref="Write"/> taken care of.</param>
    public sealed record Recorded(SignInDay Day, long Number);

    /// <summary>Recorder to keeper: nothing has come for a while.</summary>
    /// <param name="Day">Whose.</param>
    public sealed record Idle(SignInDay Day);
}
