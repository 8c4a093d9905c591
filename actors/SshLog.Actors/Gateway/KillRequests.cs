using Akka.Actor;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Ends sessions for clients. Who asked for it stands in the session's recording before anything is done.</summary>
internal static class KillRequests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public static async Task<GatewayProtocol.IReply> KillAsync(
        GatewayServices services, GatewayProtocol.KillSession kill, ClientIdentity client)
    {
        if (services.Control is not { } control)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, "This daemon cannot end sessions.");
        var request = new SessionProtocol.Note(
            kill.Session,
            (at, accounts) => new KillRequested(
                at, client.Uid, client.NameBy(accounts), client.Pid, kill.Reason));
        var noted = await services.Router.Ask<SessionProtocol.Noted>(request, _patience).ConfigureAwait(false);
        if (noted.State is not { Opened: { } opened } state)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.NotFound, "That session is not open.");
        var terminals = state.Channels.Values.Where(c => c.IsOpen && c.Kind == Core.Probe.ChannelKind.Pty).Select(c => (int)c.Index);
        var how = await control.EndAsync(
            new SessionKey(opened.MonitorStartedAt, opened.MonitorPid), [.. terminals], kill.Reason).ConfigureAwait(false);
        return new GatewayProtocol.SessionKilled(how);
    }
}
