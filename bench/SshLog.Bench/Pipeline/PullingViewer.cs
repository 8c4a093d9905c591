using Akka.Actor;
using SshLog.Actors.Gateway;
using SshLog.Actors.Live;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;
using SshLog.Persistence.Journal;

namespace SshLog.Bench.Pipeline;

/// <summary>Watches a channel and asks for the next page as soon as it has one.</summary>
internal sealed class PullingViewer : ReceiveActor
{
    private readonly IActorRef _live;
    private readonly SessionId _session;

    public PullingViewer(IActorRef live, SessionId session)
    {
        (_live, _session) = (live, session);
        Receive<LiveProtocol.Watching>(_ => Sender.Tell(LiveProtocol.Read.Instance));
        // It has not printed anything yet.
        Receive<LiveProtocol.NotShown>(_ => Sender.Tell(LiveProtocol.Read.Instance));
        Receive<LiveProtocol.Page>(_ => Sender.Tell(LiveProtocol.Read.Instance));
    }

    /// <summary>Starts some on the first channel of a session.</summary>
    public static void Start(ActorSystem system, int count, SessionId session, IActorRef router, IActorRef feed, JournalReader reader)
    {
        if (count == 0)
            return;
        var daemon = new GatewayProtocol.DaemonStatus("bench", 0, DateTimeOffset.UnixEpoch, string.Empty, 0, 0, 0, string.Empty);
        var services = new GatewayServices(router, ActorRefs.Nobody, feed, null!, reader, reader, null!, null!, daemon);
        var live = system.ActorOf(LiveScreens.Props(services), "live");
        for (var i = 0; i < count; i++)
            system.ActorOf(Props.Create(() => new PullingViewer(live, session)));
    }

    protected override void PreStart() => _live.Tell(new LiveProtocol.Watch(_session, 0));
}
