using Akka.Actor;
using SshLog.Actors.Live;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;

namespace SshLog.Bench.Recordings;

/// <summary>Begins to watch the first channel of a session and ends with its first page, which holds the screen.</summary>
internal sealed class LateViewer : ReceiveActor
{
    private readonly IActorRef _live;
    private readonly SessionId _session;

    public LateViewer(IActorRef live, SessionId session, TaskCompletionSource<IReadOnlyList<LiveUpdate>> seen)
    {
        (_live, _session) = (live, session);
        Receive<LiveProtocol.Watching>(_ => Sender.Tell(LiveProtocol.Read.Instance));
        Receive<LiveProtocol.Page>(page =>
        {
            seen.TrySetResult(page.Updates);
            Context.Stop(Self);
        });
    }

    protected override void PreStart() => _live.Tell(new LiveProtocol.Watch(_session, 0));
}
