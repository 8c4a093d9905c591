using Akka;
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
    internal void Start(ActorSystem system, IActorRef feed)
    {
        // A piece takes a second where the processor is wanted by others, and the end of the daemon would wait for it.
        var ending = new CancellationTokenSource();
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "stop-indexing", async () =>
        {
            await ending.CancelAsync().ConfigureAwait(false);
            ending.Dispose();
            return Done.Instance;
        });
        system.ActorOf(SearchIndexActor.Props(this, feed, ending.Token), "search-index");
    }
}
