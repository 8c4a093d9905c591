using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>
/// Ends sessions for clients. Who asked for it stands in the session's recording before anything is done; where nothing can
/// be recorded (a full disk) the session is ended all the same, and the daemon's log says who asked.
/// </summary>
internal static class KillRequests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public static async Task<GatewayProtocol.IReply> KillAsync(
        GatewayServices services, GatewayProtocol.KillSession kill, ClientIdentity client, ILoggingAdapter log)
    {
        if (services.Control is not { } control)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, "This daemon cannot end sessions.");
        var current = await services.Router
            .Ask<SessionProtocol.CurrentState>(new SessionProtocol.GetState(kill.Session), _patience).ConfigureAwait(false);
        if (current.State is not { Opened: { } opened } state)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.NotFound, "That session is not open.");
        var isRecorded = await RecordAsync(services, kill, client).ConfigureAwait(false);
        if (!isRecorded)
            log.Warning("Session {0} is ended for {1}; it could not be recorded", kill.Session, client.Label);
        var terminals = state.Channels.Values.Where(c => c.IsOpen && c.Kind == Core.Probe.ChannelKind.Pty).Select(c => (int)c.Index);
        var how = await control.EndAsync(
            new SessionKey(opened.MonitorStartedAt, opened.MonitorPid), [.. terminals], kill.Reason).ConfigureAwait(false);
        return new GatewayProtocol.SessionKilled(isRecorded ? how : how + " That could not be recorded; the daemon's log has it.");
    }

    private static async Task<bool> RecordAsync(GatewayServices services, GatewayProtocol.KillSession kill, ClientIdentity client)
    {
        var note = new SessionProtocol.Note(
            kill.Session,
            (at, accounts) => new KillRequested(at, client.Uid, client.NameBy(accounts), client.Pid, kill.Reason));
        try
        {
            var noted = await services.Router.Ask<SessionProtocol.Noted>(note, _patience).ConfigureAwait(false);
            return noted.State is not null;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }
}
