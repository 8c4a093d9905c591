using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace SshLog.Actors.Tests;

/// <summary>Akka's in-memory journal, which can be told to fail; every test has its own through its name.</summary>
public sealed class FailableJournal : MemoryJournal
{
    private static ImmutableHashSet<string> _failing = [];
    private readonly string _name;

    public FailableJournal(Config config) => _name = config.GetString("name") ?? string.Empty;

    /// <summary>Refuses every write, or those of one persistence id.</summary>
    public static void Fail(string name, string persistenceId = "") =>
        ImmutableInterlocked.Update(ref _failing, f => f.Add(name + persistenceId));

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

    protected override Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var writes = messages.ToList();
        return _failing.Contains(_name) || writes.Exists(w => _failing.Contains(_name + w.PersistenceId))
            ? Task.FromException<IImmutableList<Exception>?>(new IOException("The disk is full."))
            : base.WriteMessagesAsync(writes);
    }
}
