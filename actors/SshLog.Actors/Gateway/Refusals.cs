using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Live;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>
/// What one client asked for and may not, in the daemon's log and, where it is about a session, in its recording: each once, and
/// no more than a few, whatever the client sends.
/// </summary>
/// <param name="services">Who records.</param>
/// <param name="client">The client.</param>
/// <param name="log">The log.</param>
internal sealed class Refusals(GatewayServices services, ClientIdentity client, ILoggingAdapter log)
{
    private const int Most = 32;

    private readonly HashSet<(SessionId? Session, string Request)> _seen = [];

    /// <summary>It was refused.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="watched">The session that the client watches; null for none.</param>
    /// <param name="why">Why not, one sentence.</param>
    public void Add(GatewayProtocol.IRequest request, SessionId? watched, string why)
    {
        var (session, what) = request switch
        {
            GatewayProtocol.TypeKeys => (watched, "type"),
            GatewayProtocol.KillSession kill => (kill.Session, "kill"),
            _ => (null, request.GetType().Name),
        };
        if (_seen.Count >= Most || !_seen.Add((session, what)))
            return;
        log.Warning("{0} may not {1}: {2}", client.Label, what, why);
        if (session is { } known)
            new ViewerNotes(services.Router, known, client).Refused(what, why);
    }
}
