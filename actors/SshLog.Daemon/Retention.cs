using System.Net;
using SshLog.Actors.Retention;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Recording;
using SshLog.Core.Rules;
using SshLog.Core.Sessions;
using SshLog.Native;
using SshLog.Persistence.State;

namespace SshLog.Daemon;

/// <summary>Retention as the configuration wants it.</summary>
internal static class Retention
{
    /// <summary>The daemon itself, as what events about no recording are told of.</summary>
    public static RecordingSubject Daemon(SessionContext context)
    {
        var key = new SessionKey(new BootTime(MonotonicClock.NanosecondsSinceBoot()), Environment.ProcessId);
        var nowhere = new IPEndPoint(IPAddress.Any, 0);
        return new RecordingSubject(
            SessionId.Derive(context.Clock, key), context.Host, Environment.ProcessId, nowhere, nowhere,
            context.Clock.ToWallTime(key.StartedAt), string.Empty, null);
    }

    /// <param name="policy">Sections retention and storage.</param>
    /// <param name="state">Where the journal is.</param>
    /// <param name="store">Keeps and deletes.</param>
    /// <param name="actions">How far each action has come.</param>
    /// <param name="daemon">See <see cref="Daemon"/>.</param>
    /// <param name="context">Clock and accounts.</param>
    public static RetentionPorts Ports(
        RetentionPolicy policy, StateDirectory state, IRetentionStore store, IActionStore actions, RecordingSubject daemon,
        SessionContext context) =>
        new(store, policy, state.ReadFigures, actions.Oldest, daemon, context, new BootTimeProvider(context.Clock));
}
