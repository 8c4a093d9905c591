using Akka.Actor;
using Akka.Persistence.Journal;

namespace Akka.Persistence.Sqlite.Journal;

/// <summary>On the embedded engine an actor that recovers catches up now and then; Akka.Persistence has no such call.</summary>
public partial class SqliteJournal
{
    internal override Task ReplayInPortionsAsync(IActorContext context, ReplayRange range,
        Action<IPersistentRepresentation> recoveryCallback, Func<Task> caughtUp) => Task.Run(() => ReplayAsync(
            range.PersistenceId, range.From, range.To, range.Max, recoveryCallback, caughtUp));
}
