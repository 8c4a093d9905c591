using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace SshLog.Actors.Tests;

/// <summary>Akka's in-memory journal, which can be told to fail; every test has its own through its name.</summary>
public sealed class FailableJournal : MemoryJournal
{
    private static ImmutableHashSet<string> _failing = [];
    private static ImmutableHashSet<string> _failingAfterwards = [];
    private readonly string _name;

    public FailableJournal(Config config) => _name = config.GetString("name") ?? string.Empty;

    /// <summary>Refuses every write, or those of one persistence id.</summary>
    public static void Fail(string name, string persistenceId = "") =>
        ImmutableInterlocked.Update(ref _failing, f => f.Add(name + persistenceId));

    /// <summary>Takes the next write and then says that it has failed.</summary>
    public static void FailAfterNextWrite(string name) =>
        ImmutableInterlocked.Update(ref _failingAfterwards, f => f.Add(name));

    public static void Heal(string name, string persistenceId = "") =>
        ImmutableInterlocked.Update(ref _failing, f => f.Remove(name + persistenceId));

    public static Config Configuration(string name) => $$"""
        akka {
          loglevel = WARNING
          persistence.journal {
            plugin = "akka.persistence.journal.failable"
            failable {
              class = "{{typeof(FailableJournal).FullName}}, {{typeof(FailableJournal).Assembly.GetName().Name}}"
              name = "{{name}}"
              circuit-breaker.max-failures = 1000000
            }
          }
          persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        }
        """;

    protected override async Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToList();
        if (_failing.Contains(_name) || writes.Exists(w => _failing.Contains(_name + w.PersistenceId)))
            throw new IOException("The disk is full.");
        var refused = await base.WriteMessagesAsync(writes, cancellationToken).ConfigureAwait(false);
        if (!_failingAfterwards.Contains(_name))
            return refused;
        ImmutableInterlocked.Update(ref _failingAfterwards, f => f.Remove(_name));
        throw new IOException("The answer of the disk was lost.");
    }
}
