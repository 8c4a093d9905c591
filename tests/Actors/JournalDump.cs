using Akka.Actor;
using Akka.Persistence;
using SshLog.Core.Journal;

namespace SshLog.Actors.Tests;

/// <summary>Reads a journal through Akka's own recovery, whatever the plug-in.</summary>
internal sealed class JournalDump : ReceivePersistentActor
{
    private readonly List<JournalEvent> _events = [];

    public JournalDump(string persistenceId, TaskCompletionSource<List<JournalEvent>> done)
    {
        PersistenceId = persistenceId;
        Recover<JournalEvent>(_events.Add);
        Recover<RecoveryCompleted>(_ =>
        {
            done.TrySetResult(_events);
            Context.Stop(Self);
        });
    }

    public override string PersistenceId { get; }

    // Without the snapshot: every event is wanted.
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    public static List<JournalEvent> Read(ActorSystem system, string persistenceId)
    {
        var done = new TaskCompletionSource<List<JournalEvent>>();
        system.ActorOf(Props.Create(() => new JournalDump(persistenceId, done)));
        return done.Task.WaitAsync(TimeSpan.FromSeconds(5)).GetAwaiter().GetResult();
    }
}
