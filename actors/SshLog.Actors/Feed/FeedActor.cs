using Akka.Actor;
using Akka.Event;
using SshLog.Core.Journal;

namespace SshLog.Actors.Feed;

/// <summary>
/// Wakes those who wait for events, and the catalogue. It also hears of every failure of the journal and has a damaged
/// one replaced; then the catalogue begins again from the new one.
/// </summary>
public sealed class FeedActor : ReceiveActor
{
    private readonly IJournalCare _care;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _catalogue;
    private readonly Dictionary<IActorRef, bool> _waiting = [];
    private readonly HashSet<IActorRef> _concerned = [];

    /// <param name="feed">The journal.</param>
    /// <param name="catalogue">The read model.</param>
    /// <param name="care">Replaces a damaged journal.</param>
    public FeedActor(IEventFeed feed, ICatalogue catalogue, IJournalCare care)
    {
        _care = care;
        _catalogue = Context.ActorOf(CatalogueActor.Props(feed, catalogue), "catalogue");
        Receive<FeedProtocol.JournalAdvanced>(advanced =>
        {
            TellGrown(advanced.OnlyOutput);
            if (!advanced.OnlyOutput)
                _catalogue.Tell(advanced);
        });
        Receive<FeedProtocol.NotifyGrown>(asked =>
        {
            // As a lambda expression it would tell Akka whether the message was handled.
            _waiting[Sender] = asked.ByOutput;
        });
        Receive<FeedProtocol.NotifyReplaced>(_ =>
        {
            _concerned.Add(Sender);
        });
        Receive<FeedProtocol.Examine>(examine => Examine(examine.Cause));
        Receive<FeedProtocol.GetOpenInJournal>(_catalogue.Forward);
        Receive<FeedProtocol.GetCursor>(_catalogue.Forward);
        Receive<FeedProtocol.ForgetMe>(_ =>
        {
            _waiting.Remove(Sender);
            _concerned.Remove(Sender);
        });
    }

    /// <summary>How to make one.</summary>
    public static Props Props(IEventFeed feed, ICatalogue catalogue, IJournalCare care) =>
        Akka.Actor.Props.Create(() => new FeedActor(feed, catalogue, care));

    private void TellGrown(bool onlyOutput)
    {
        foreach (var (waiting, byOutput) in _waiting)
        {
            if (onlyOutput && !byOutput)
                continue;
            _waiting.Remove(waiting);
            waiting.Tell(FeedProtocol.Grown.Instance);
        }
    }

    private void Examine(Exception cause)
    {
        try
        {
            if (_care.Examine(cause) is not { } done)
                return;
            _log.Error("{0}", done);
            foreach (var concerned in _concerned.Append(_catalogue))
                concerned.Tell(FeedProtocol.JournalReplaced.Instance);
        }
        catch (JournalUnavailableException e)
        {
            _log.Error("{0}", e.Message);
        }
    }
}
