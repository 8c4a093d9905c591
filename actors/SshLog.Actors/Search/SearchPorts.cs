using Akka.Actor;
using SshLog.Core.Journal;

namespace SshLog.Actors.Search;

/// <summary>What the search index needs from outside.</summary>
/// <param name="Index">Where it is kept.</param>
/// <param name="Growth">Says which sessions have grown.</param>
/// <param name="Archive">The sessions' journals.</param>
/// <param name="Settings">How it is made.</param>
public sealed record SearchPorts(ISearchIndex Index, IJournalGrowth Growth, ISessionArchive Archive, SearchIndexSettings Settings)
{
    /// <summary>Starts the actor that makes it.</summary>
    internal void Start(ActorSystem system, IActorRef feed) =>
        system.ActorOf(SearchIndexActor.Props(this, feed), "search-index");
}
