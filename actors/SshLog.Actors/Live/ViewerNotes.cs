using Akka.Actor;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Live;

/// <summary>What one client does to one session, for the session's recording.</summary>
/// <param name="router">Who records.</param>
/// <param name="session">The session.</param>
/// <param name="client">The client.</param>
internal sealed class ViewerNotes(IActorRef router, SessionId session, ClientIdentity client)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task<SessionProtocol.Noted> JoinedAsync(int channel, bool mayType) =>
        AskAsync((at, name) => new ViewerJoined(at, channel, client.Uid, name, client.From, mayType));

    public Task<SessionProtocol.Noted> TypedAsync(int channel, long bytes) => AskAsync(InputOf(channel, bytes));

    /// <summary>Typed without waiting until it is recorded.</summary>
    public void Typed(int channel, long bytes) => Tell(InputOf(channel, bytes));

    public void Left(int channel) => Tell((at, name) => new ViewerLeft(at, channel, client.Uid, name, client.From));

    public void Refused(string request, string why) =>
        Tell((at, name) => new RequestRefused(at, client.Uid, name, client.From, request, why));

    private Func<DateTimeOffset, string, SessionEvent> InputOf(int channel, long bytes) =>
        (at, name) => new InputInjected(at, channel, client.Uid, name, client.From, bytes);

    private Task<SessionProtocol.Noted> AskAsync(Func<DateTimeOffset, string, SessionEvent> fact) =>
        router.Ask<SessionProtocol.Noted>(Note(fact), Patience);

    // Nobody waits for the answer.
    private void Tell(Func<DateTimeOffset, string, SessionEvent> fact) => router.Tell(Note(fact), ActorRefs.Nobody);

    private SessionProtocol.Note Note(Func<DateTimeOffset, string, SessionEvent> fact)
    {
        var who = client;
        return new SessionProtocol.Note(session, (at, accounts) => fact(at, who.NameBy(accounts)));
    }
}
