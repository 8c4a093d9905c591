using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Keeps events in memory for as long as the system lives.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private static readonly Task<IImmutableList<Exception>?> Taken =
        Task.FromResult<IImmutableList<Exception>?>(null);

    private readonly Dictionary<string, Log> _logs = [];
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr,
        long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        List<IPersistentRepresentation> events;
        lock (_lock)
            events = [.. Of(persistenceId).Events
                .Where(@event => @event.SequenceNr >= fromSequenceNr && @event.SequenceNr <= toSequenceNr)
                .Take((int)Math.Min(max, int.MaxValue))];
        events.ForEach(recoveryCallback);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(Of(persistenceId).Highest);
    }

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        lock (_lock)
            foreach (var write in messages)
            {
                var log = Of(write.PersistenceId);
                log.Events.AddRange(write.Events.Select(@event =>
                    @event.Payload is Tagged tagged ? @event.WithPayload(tagged.Payload) : @event));
                log.Highest = Math.Max(log.Highest, write.HighestSequenceNr);
            }

        return Taken;
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        lock (_lock)
            Of(persistenceId).Events.RemoveAll(@event => @event.SequenceNr <= toSequenceNr);
        return Task.CompletedTask;
    }

    private Log Of(string persistenceId)
    {
        if (!_logs.TryGetValue(persistenceId, out var log))
            _logs.Add(persistenceId, log = new Log());
        return log;
    }

    private new sealed class Log
    {
        public List<IPersistentRepresentation> Events { get; } = [];

        public long Highest { get; set; }
    }
}
