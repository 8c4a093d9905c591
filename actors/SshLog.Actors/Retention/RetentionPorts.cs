using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Core.Recording;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Retention;

/// <summary>What keeping and deleting recordings needs from outside.</summary>
/// <param name="Store">Does it.</param>
/// <param name="Policy">When.</param>
/// <param name="Storage">How much room there is.</param>
/// <param name="OldestCursor">Ordering that the slowest action has come to; null if there is none. What it has not seen is not
/// deleted by itself.</param>
/// <param name="Daemon">The daemon, as the subject of events about the room.</param>
/// <param name="Context">The recording whose output is stopped, and names of users.</param>
/// <param name="Time">The session's clock.</param>
public sealed record RetentionPorts(
    IRetentionStore Store,
    RetentionPolicy Policy,
    Func<GatewayProtocol.StorageFigures> Storage,
    Func<long?> OldestCursor,
    RecordingSubject Daemon,
    SessionContext Context,
    TimeProvider Time)
{
    /// <summary>Between two looks for what is due.</summary>
    public TimeSpan CleanEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two measurements of the room while the journal grows or room is short.</summary>
    public TimeSpan MeasureEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two measurements of the room while nothing is written.</summary>
    public TimeSpan MeasureEveryIdle { get; init; } = TimeSpan.FromSeconds(30);
}
