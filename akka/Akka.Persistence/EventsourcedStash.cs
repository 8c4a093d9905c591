using Akka.Actor;

namespace Akka.Persistence;

/// <summary>
/// The stash of a persistent actor's author. What it returns goes before the commands that are held back, because
/// those came later.
/// </summary>
internal sealed class EventsourcedStash(IStash own, IStash heldBack) : IStash
{
    public int Count => own.Count;

    public bool IsEmpty => own.IsEmpty;

    public bool NonEmpty => own.NonEmpty;

    public bool IsFull => own.IsFull;

    public int Capacity => own.Capacity;

    public void Stash() => own.Stash();

    public void Unstash() => own.Unstash();

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate) => heldBack.Prepend(own.ClearStash().Where(predicate));

    public IEnumerable<Envelope> ClearStash() => own.ClearStash();

    public void Prepend(IEnumerable<Envelope> envelopes) => own.Prepend(envelopes);
}
