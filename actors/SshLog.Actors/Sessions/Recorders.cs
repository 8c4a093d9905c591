using System.Security.Cryptography;
using Akka.Actor;
using Akka.Pattern;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Actors.Sessions;

/// <summary>What the actors that write a journal have in common.</summary>
internal static class Recorders
{
    private static long _incarnations;

    /// <summary>
    /// A number for an incarnation of a recorder. Who sends it something to write says it again, so that what was on its way to the one
    /// before, and is sent again to this one in its order, is not written before its turn and what was before it taken for recorded.
    /// </summary>
    public static long NextIncarnation() => Interlocked.Increment(ref _incarnations);

    /// <summary>
    /// A failed write always stops its actor, and so does whatever it throws: it is started again, with a growing delay, until it
    /// is told to stop. A restart at once would meet the same batch again and again.
    /// </summary>
    public static Props Supervise(Props recorder) => BackoffSupervisor.Props(
        Backoff.OnStop(
                recorder, "recorder", TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), 0.2, maxNrOfRetries: -1)
            .WithDefaultStoppingStrategy()
            .WithFinalStopMessage(message => message is SessionProtocol.Stop));

    /// <summary>Chains facts behind <paramref name="head"/>.</summary>
    public static List<JournalEvent> Seal(
        ReadOnlyMemory<byte> head, ProbePosition position, IReadOnlyList<SessionEvent> facts, IEventCodec codec)
    {
        var sealedEvents = new List<JournalEvent>(facts.Count);
        foreach (var fact in facts)
        {
            var (manifest, payload) = codec.Encode(fact);
            var salt = RandomNumberGenerator.GetBytes(EventChain.SaltBytes);
            var sealedEvent = EventChain.Seal(head, position, manifest, payload, salt);
            sealedEvents.Add(sealedEvent);
            head = EventChain.Link(sealedEvent);
        }

        return sealedEvents;
    }
}
