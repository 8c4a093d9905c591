using Akka.Actor;
using SshLog.Actors.Retention;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Holds, releases and deletes recordings for clients.</summary>
internal static class RecordingRequests
{
    // A large recording takes its time.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    public static async Task<GatewayProtocol.IReply> HoldsAsync(GatewayServices services, long after) => services.Retention is { } retention
        ? await retention.Ask<GatewayProtocol.IReply>(new RetentionProtocol.ListHolds(after), _patience).ConfigureAwait(false)
        : new GatewayProtocol.EventPage([], after, true);

    public static async Task<GatewayProtocol.IReply> ChangeAsync(
        GatewayServices services, GatewayProtocol.ChangeRecording change, ClientIdentity client)
    {
        if (services.Retention is not { } retention)
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, "This daemon deletes no recordings.");
        return Enum.IsDefined(change.Change)
            ? await retention.Ask<GatewayProtocol.IReply>(new RetentionProtocol.Change(change, client), _patience).ConfigureAwait(false)
            : new GatewayProtocol.Failure(GatewayProtocol.FailureCode.BadRequest, "That cannot be done to a recording.");
    }
}
