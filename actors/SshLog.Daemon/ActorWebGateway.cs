using Akka.Actor;
using SshLog.Actors.Gateway;
using SshLog.Core.Protocol;
using SshLog.Web;

namespace SshLog.Daemon;

/// <summary>The gateway as the web page asks it: an actor of the same process, which may have failed all the same.</summary>
/// <param name="gateway">The gateway actor.</param>
/// <param name="patience">How long an answer may take; longer than any that comes at all.</param>
internal sealed class ActorWebGateway(IActorRef gateway, TimeSpan? patience = null) : IWebGateway
{
    private static readonly TimeSpan _opening = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _ordinary = GatewayProtocol.ReadFeed.LongestWait + TimeSpan.FromSeconds(10);

    // A large recording takes its time: the daemon itself waits for ten minutes.
    private static readonly TimeSpan _change = TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public async Task<IWebConnection> OpenAsync(ClientIdentity client, Role role)
    {
        var opened = await gateway.Ask<GatewayActor.Opened>(new GatewayActor.Open(client, role), _opening).ConfigureAwait(false);
        return new Connection(opened.Connection, patience);
    }

    private sealed class Connection(IActorRef actor, TimeSpan? patience) : IWebConnection
    {
        public async Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request, CancellationToken cancellation)
        {
            try
            {
                return await actor.Ask<GatewayProtocol.IReply>(request, patience ?? Patience(request), cancellation).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, "The daemon does not answer; its log may say why.");
            }
        }

        public ValueTask DisposeAsync()
        {
            actor.Tell(PoisonPill.Instance);
            return ValueTask.CompletedTask;
        }

        private static TimeSpan Patience(GatewayProtocol.IRequest request) =>
            request is GatewayProtocol.ChangeRecording or GatewayProtocol.ListHolds or GatewayProtocol.RotateKey ? _change : _ordinary;
    }
}
