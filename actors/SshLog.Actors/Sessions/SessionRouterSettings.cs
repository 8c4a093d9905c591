using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Sessions;

/// <summary>What the router and its sessions need.</summary>
/// <param name="Context">The machine.</param>
/// <param name="Codec">Encodes events.</param>
/// <param name="Time">Wall time.</param>
/// <param name="WindowBytes">Most bytes of one session that wait while its actor is failing; beyond it output is left out,
/// exactly accounted for.</param>
public sealed record SessionRouterSettings(
    SessionContext Context, IEventCodec Codec, TimeProvider Time, int WindowBytes = 4 * 1024 * 1024)
{
    /// <summary>Told of each loss when it is in the journal, on an actor's thread: it must return at once.</summary>
    public Action<SessionId, LossRecorded> OnLoss { get; init; } = (_, _) => { };

    /// <summary>Connections that have not signed in and of which everything is remembered; of the oldest beyond it only the beginning.</summary>
    public const int MaxConnectionsBeforeSignIn = 1024;

    /// <summary>Events remembered of a connection that has not signed in.</summary>
    public const int MaxEventsBeforeSignIn = 256;
}
