using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Pattern;

namespace Akka.Persistence.Journal;

/// <summary>
/// The base of journals: takes requests of persistent actors, answers when the asynchronous work is done.
/// </summary>
public abstract class AsyncWriteJournal : ActorBase
{
    private static readonly Task<IImmutableList<Exception>?> NothingWritten =
        Task.FromResult<IImmutableList<Exception>?>(null);

    private readonly CircuitBreaker _breaker;
    private readonly EventAdapters _adapters;
    private readonly Func<ReplayFilter> _newFilter;
    private readonly TimeSpan _catchUpTimeout;

    /// <summary>Called by the engine alone.</summary>
    protected AsyncWriteJournal()
    {
        var plugin = Persistence.Instance.Apply(Context.System).JournalOf(Self);
        _adapters = plugin.Adapters;
        _breaker = CreateBreaker(Context.System, plugin.Config);
        _catchUpTimeout = plugin.Config.GetTimeSpan("recovery-event-timeout", TimeSpan.FromSeconds(30));
        Log = Context.GetLogger();
        _newFilter = ReplayFilter.Factory(plugin.Config.GetConfig("replay-filter"), Log);
    }

    /// <summary>Logs under the journal's path.</summary>
    protected ILoggingAdapter Log { get; }

    /// <summary>Reads events in order of their sequence numbers.</summary>
    /// <param name="context">Context of the journal.</param>
    /// <param name="persistenceId">Whose events.</param>
    /// <param name="fromSequenceNr">First event.</param>
    /// <param name="toSequenceNr">Last event.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="recoveryCallback">Takes the events, one after the other.</param>
    public abstract Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr,
        long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback);

    /// <summary>The highest sequence number ever written, deleted events included; 0 if there is none.</summary>
    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken);

    /// <summary>Writes events; each <see cref="AtomicWrite"/> as a whole or not at all.</summary>
    /// <returns>
    /// Null if all were taken; otherwise one entry for each write, null or why it was refused. A failed task fails all.
    /// </returns>
    protected abstract Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken);

    /// <summary>Deletes events up to a sequence number.</summary>
    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken);

    /// <summary>
    /// The same as <see cref="ReplayMessagesAsync"/> for a journal that lets the actor catch up now and then, so that
    /// its mailbox does not hold the whole history.
    /// </summary>
    internal virtual Task ReplayInPortionsAsync(IActorContext context, ReplayRange range,
        Action<IPersistentRepresentation> recoveryCallback, Func<Task> caughtUp) => ReplayMessagesAsync(
            context, range.PersistenceId, range.From, range.To, range.Max, recoveryCallback);

    /// <summary>Handles messages that are not a journal's.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                _ = Write(write);
                return true;
            case ReplayMessages replay:
                _ = Replay(replay, Context);
                return true;
            case DeleteMessagesTo delete:
                _ = Delete(delete);
                return true;
            default:
                return ReceivePluginInternal(message);
        }
    }

    internal static CircuitBreaker CreateBreaker(ActorSystem system, Config plugin)
    {
        var config = plugin.GetConfig("circuit-breaker");
        return CircuitBreaker.Create(system.Scheduler, config.GetInt("max-failures", 10),
            config.GetTimeSpan("call-timeout", TimeSpan.FromSeconds(20)),
            config.GetTimeSpan("reset-timeout", TimeSpan.FromSeconds(60)));
    }

    private async Task Write(WriteMessages request)
    {
        var writes = new List<AtomicWrite>(request.Messages.Count);
        IImmutableList<Exception>? refused = null;
        Exception? failure = null;
        try
        {
            foreach (var message in request.Messages)
                if (message is AtomicWrite write)
                    writes.Add(ToJournal(write));
            refused = await (writes.Count == 0
                ? NothingWritten
                : _breaker.WithCircuitBreaker(cancellation => WriteMessagesAsync(writes, cancellation))).ConfigureAwait(false);
            if (refused is not null && refused.Count != writes.Count)
                failure = new InvalidOperationException(
                    $"WriteMessagesAsync returned {refused.Count} results for {writes.Count} writes.");
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        var index = 0;
        foreach (var message in request.Messages)
        {
            if (message is AtomicWrite write)
                Answer(request, write, failure, refused?[index++]);
            else
                request.PersistentActor.Tell(
                    new LoopMessageSuccess(message.Payload, request.ActorInstanceId), message.Sender);
        }

        request.PersistentActor.Tell(new WriteMessagesDone(request.ActorInstanceId), ActorRefs.NoSender);
    }

    private static void Answer(WriteMessages request, AtomicWrite write, Exception? failure, Exception? refusal)
    {
        foreach (var @event in write.Events)
        {
            IJournalResponse answer = (failure, refusal) switch
            {
                (not null, _) => new WriteMessageFailure(@event, failure, request.ActorInstanceId),
                (_, not null) => new WriteMessageRejected(@event, refusal, request.ActorInstanceId),
                _ => new WriteMessageSuccess(@event, request.ActorInstanceId),
            };
            request.PersistentActor.Tell(answer, @event.Sender);
        }
    }

    private AtomicWrite ToJournal(AtomicWrite write)
    {
        List<IPersistentRepresentation>? adapted = null;
        for (var i = 0; i < write.Events.Count; i++)
        {
            var @event = write.Events[i];
            var adapter = _adapters.Get(@event.Payload.GetType());
            if (adapter is IdentityEventAdapter)
                continue;
            adapted ??= [.. write.Events];
            adapted[i] = @event.WithPayload(adapter.ToJournal(@event.Payload))
                .WithManifest(adapter.Manifest(@event.Payload));
        }

        return adapted is null ? write : new AtomicWrite(adapted);
    }

    private async Task Replay(ReplayMessages request, IActorContext context)
    {
        var actor = request.PersistentActor;
        try
        {
            var from = Math.Max(1, request.FromSequenceNr);
            var highest = await _breaker.WithCircuitBreaker(
                cancellation => ReadHighestSequenceNrAsync(request.PersistenceId, from - 1, cancellation)).ConfigureAwait(false);
            var to = Math.Min(request.ToSequenceNr, highest);
            if (from <= to && request.Max > 0)
            {
                var filter = _newFilter();
                var range = new ReplayRange(request.PersistenceId, from, to, request.Max);
                await ReplayInPortionsAsync(context, range, @event =>
                {
                    if (!@event.IsDeleted)
                        filter.Add(@event, HandOn);
                }, CaughtUp).ConfigureAwait(false);
                filter.Flush(HandOn);
            }

            actor.Tell(new RecoverySuccess(highest), ActorRefs.NoSender);
        }
        catch (Exception failure)
        {
            actor.Tell(new ReplayMessagesFailure(failure), ActorRefs.NoSender);
        }

        Task CaughtUp()
        {
            var mark = new ReplayMark();
            actor.Tell(mark, ActorRefs.NoSender);
            return mark.Reached.WaitAsync(_catchUpTimeout);
        }

        void HandOn(IPersistentRepresentation @event)
        {
            var adapter = _adapters.Get(@event.Payload.GetType());
            if (adapter is IdentityEventAdapter)
                actor.Tell(new ReplayedMessage(@event), ActorRefs.NoSender);
            else
                foreach (var payload in adapter.FromJournal(@event.Payload, @event.Manifest).Events)
                    actor.Tell(new ReplayedMessage(@event.WithPayload(payload)), ActorRefs.NoSender);
        }
    }

    private async Task Delete(DeleteMessagesTo request)
    {
        try
        {
            await _breaker.WithCircuitBreaker(
                cancellation => DeleteMessagesToAsync(request.PersistenceId, request.ToSequenceNr, cancellation)).ConfigureAwait(false);
            request.PersistentActor.Tell(new DeleteMessagesSuccess(request.ToSequenceNr), ActorRefs.NoSender);
        }
        catch (Exception failure)
        {
            request.PersistentActor.Tell(
                new DeleteMessagesFailure(failure, request.ToSequenceNr), ActorRefs.NoSender);
        }
    }
}
