using Akka.Actor;
using SshLog.Actors.Actions;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Answers clients' questions about actions.</summary>
internal static class ActionRequests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The actions with what each has still to look at.</summary>
    public static async Task<GatewayProtocol.IReply> ListAsync(GatewayServices services)
    {
        if (services.Actions is not { } supervisor)
            return new GatewayProtocol.ActionList([]);
        var actions = await supervisor.Ask<ActionProtocol.Actions>(ActionProtocol.GetActions.Instance, _patience).ConfigureAwait(false);
        // Not asked of the feed, which may be waiting for a disk: that is when a status is wanted.
        var newest = services.Catalogue.Cursor;
        return new GatewayProtocol.ActionList([.. actions.All.Select(a => new GatewayProtocol.ActionStatus(
            a.Name, a.Plugin, a.State, Math.Max(0, newest - a.Cursor), a.Delivered, a.LastSuccess, a.LastError,
            a.LastErrorAt, a.DeadLetters))]);
    }

    /// <summary>Retries or drops.</summary>
    public static async Task<GatewayProtocol.IReply> ChangeAsync(GatewayServices services, GatewayProtocol.ChangeAction change)
    {
        object message = change.Change == GatewayProtocol.ActionChange.Drop
            ? new ActionProtocol.Drop(change.Action)
            : new ActionProtocol.Retry(change.Action);
        if (services.Actions is { } supervisor
            && await supervisor.Ask<ActionProtocol.Done>(message, _patience).ConfigureAwait(false) is { Known: true } done)
        {
            return new GatewayProtocol.ActionChanged(done.Events);
        }

        return new GatewayProtocol.Failure(
            GatewayProtocol.FailureCode.NotFound, $"No action is called '{change.Action}': see sshlog actions.");
    }
}
