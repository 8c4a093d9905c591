using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace SshLog.Conformance.Tests.Persistence;

/// <summary>What a <see cref="ScriptedJournal"/> does instead of its work; found by name from its settings.</summary>
public sealed class JournalScript : IDisposable
{
    private static readonly ConcurrentDictionary<string, JournalScript> All = new();

    public JournalScript() => All[Name] = this;

    public string Name { get; } = Guid.NewGuid().ToString("N");

    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    public Func<IReadOnlyList<AtomicWrite>, IImmutableList<Exception>?> Refuse { get; set; } = _ => null;

    public Func<Task> BeforeReplay { get; set; } = () => Task.CompletedTask;

    public Func<string, Task> BeforeReadingHighest { get; set; } = _ => Task.CompletedTask;

    /// <summary>Replayed instead of what was written.</summary>
    public IReadOnlyList<IPersistentRepresentation>? Replayed { get; set; }

    public string Settings => $$"""
        akka.persistence {
          max-concurrent-recoveries = 2
          journal {
            plugin = "akka.persistence.journal.scripted"
            scripted {
              class = "SshLog.Conformance.Tests.Persistence.ScriptedJournal, SshLog.Conformance.Tests"
              plugin-dispatcher = "akka.actor.default-dispatcher"
              script = "{{Name}}"
              recovery-event-timeout = 1s
              circuit-breaker { max-failures = 10, call-timeout = 20s, reset-timeout = 60s }
            }
          }
          snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        }
        """;

    public static JournalScript Find(string name) => All[name];

    public void Dispose() => All.TryRemove(Name, out _);
}

/// <summary>A journal in memory that can be slow, fail and lie.</summary>
public sealed class ScriptedJournal : MemoryJournal
{
    private readonly JournalScript _script;

    public ScriptedJournal(Config config) => _script = JournalScript.Find(config.GetString("script")!);

    public override async Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr,
        long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        await _script.BeforeReplay();
        if (_script.Replayed is null)
            await base.ReplayMessagesAsync(context, persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback);
        else
            foreach (var persistent in _script.Replayed)
                recoveryCallback(persistent);
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        await _script.BeforeReadingHighest(persistenceId);
        return _script.Replayed?.Max(persistent => persistent.SequenceNr)
            ?? await base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr, cancellationToken);
    }

    protected override async Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToList();
        await _script.BeforeWrite();
        if (_script.Refuse(writes) is not { } refused)
            return await base.WriteMessagesAsync(writes, cancellationToken);
        await base.WriteMessagesAsync(writes.Where((_, i) => refused[i] is null), cancellationToken);
        return refused;
    }
}
