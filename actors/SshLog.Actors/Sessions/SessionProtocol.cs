using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Sessions;

/// <summary>What the probe, the router and the session actors say to each other.</summary>
public static class SessionProtocol
{
    /// <summary>The sessions that were there when the probe attached have all been delivered.</summary>
    /// <param name="Epoch">The attachment.</param>
    /// <param name="Live">Those sessions.</param>
    public sealed record Seeded(ulong Epoch, IReadOnlyCollection<SessionKey> Live);

    /// <summary>Router to session: record this.</summary>
    /// <param name="Incarnation">Whom it is meant for; another incarnation lets it be, as it is sent again to that one.</param>
    /// <param name="Batch">What the probe saw.</param>
    public sealed record Record(long Incarnation, ProbeBatch Batch);

    /// <summary>Session to router: recovered, ready for batches; sent by every incarnation.</summary>
    /// <param name="Session">Which.</param>
    /// <param name="Incarnation">Which.</param>
    /// <param name="State">As recovered.</param>
    public sealed record Ready(SessionId Session, long Incarnation, SessionState State);

    /// <summary>
    /// Router to session: you have recovered nothing, but this was recorded: another journal has taken the place of
    /// the one that held it. Begin again with a loss mark.
    /// </summary>
    /// <param name="Before">The session as it was last recorded.</param>
    public sealed record Continue(SessionState Before);

    /// <summary>Router to session: another journal is in place; recover from it.</summary>
    public sealed record Reopen
    {
        /// <summary>The only one needed.</summary>
        public static readonly Reopen Instance = new();
    }

    /// <summary>Session to router: this incarnation is gone (a write failed, or it was stopped).</summary>
    /// <param name="Session">Which.</param>
    public sealed record Down(SessionId Session);

    /// <summary>Session to router: everything up to here is in the journal (or was there already).</summary>
    /// <param name="Session">Which.</param>
    /// <param name="Position">The newest batch taken care of.</param>
    /// <param name="State">The session now.</param>
    /// <param name="OnlyOutput">True if nothing but output was written for it, or nothing at all.</param>
    public sealed record Recorded(SessionId Session, ProbePosition Position, SessionState State, bool OnlyOutput);

    /// <summary>Session to router: the journal or the snapshot store has failed.</summary>
    /// <param name="Cause">How.</param>
    public sealed record JournalFailed(Exception Cause);

    /// <summary>Router to session: the connection ended while nobody watched; say so in the journal.</summary>
    public sealed record EndUnobserved
    {
        /// <summary>The only one needed.</summary>
        public static readonly EndUnobserved Instance = new();
    }

    /// <summary>Session to router: over, and nothing has come for a while.</summary>
    /// <param name="Session">Which.</param>
    public sealed record Idle(SessionId Session);

    /// <summary>Router to session: stop when what is before this in the mailbox is done.</summary>
    public sealed record Stop
    {
        /// <summary>The only one needed.</summary>
        public static readonly Stop Instance = new();
    }

    /// <summary>
    /// Write a fact that the daemon itself knows into the recording of an open session. Answered with <see cref="Noted"/>
    /// once it is in the journal.
    /// </summary>
    /// <param name="Session">Which.</param>
    /// <param name="Fact">Makes the fact at the session's time.</param>
    public sealed record Note(SessionId Session, Func<DateTimeOffset, IAccounts, SessionEvent> Fact);

    /// <summary>The fact is in the journal.</summary>
    /// <param name="State">The session now; null if it is not open, or its journal fails.</param>
    public sealed record Noted(SessionState? State);

    /// <summary>Answered with <see cref="CurrentState"/>.</summary>
    /// <param name="Session">Which.</param>
    public sealed record GetState(SessionId Session);

    /// <summary>A session as of its last recorded batch.</summary>
    /// <param name="State">Null if it is not open.</param>
    public sealed record CurrentState(SessionState? State);

    /// <summary>Answered with <see cref="Recorders"/>.</summary>
    /// <param name="LetGo">A session whose recorder should stop at once if the session is over; null for none.</param>
    public sealed record GetRecorders(SessionId? LetGo);

    /// <summary>The sessions that may still be written to: those that are open, and those that ended a moment ago.</summary>
    /// <param name="Sessions">Their ids.</param>
    public sealed record Recorders(IReadOnlySet<SessionId> Sessions);

    /// <summary>Answered with <see cref="OpenSessions"/>.</summary>
    public sealed record GetOpenSessions
    {
        /// <summary>The only one needed.</summary>
        public static readonly GetOpenSessions Instance = new();
    }

    /// <summary>The sessions whose connection is open, as of their last recorded batch.</summary>
    /// <param name="Sessions">In no order.</param>
    public sealed record OpenSessions(IReadOnlyList<SessionSummary> Sessions);

    /// <summary>Answer <see cref="Drained"/> once everything received is recorded.</summary>
    public sealed record Drain
    {
        /// <summary>The only one needed.</summary>
        public static readonly Drain Instance = new();
    }

    /// <summary>Everything received is recorded.</summary>
    public sealed record Drained;
}
