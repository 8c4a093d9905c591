using Akka.Actor;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Sessions;

/// <summary>What the router knows of one connection. Owned by the router, never shared.</summary>
internal sealed class SessionEntry(SessionId id, int windowBytes)
{
    public SessionId Id { get; } = id;

    /// <summary>Events that did not fit <see cref="BeforeSignIn"/>; the session's recording says so.</summary>
    public long LeftOutBeforeSignIn { get; set; }

    /// <summary>True if the journal held the session, open, when the probe was attached.</summary>
    public bool IsInJournal { get; set; }

    /// <summary>Batches not yet recorded.</summary>
    public SessionWindow Window { get; } = new(windowBytes);

    /// <summary>What was seen before sign-in; null once the connection has become a session.</summary>
    public List<ProbeEvent>? BeforeSignIn { get; set; } = [];

    /// <summary>Its place among the connections that have not signed in; null when it has none, or has given it up.</summary>
    public LinkedListNode<SessionEntry>? Waiting { get; set; }

    /// <summary>The supervisor of the session's actor; null while there is none.</summary>
    public IActorRef? Supervisor { get; set; }

    /// <summary>The actor's incarnation that was ready last.</summary>
    public long Incarnation { get; set; }

    /// <summary>True between the actor's Ready and its end: batches go to it at once.</summary>
    public bool IsReady { get; set; }

    /// <summary>True after the actor went down, until a batch is recorded again: its window is bounded meanwhile.</summary>
    public bool IsFailing { get; set; }

    /// <summary>True after Stop was sent, until the actor is gone.</summary>
    public bool IsStopping { get; set; }

    /// <summary>True if the journal must be told that the connection ended unobserved.</summary>
    public bool EndedUnobserved { get; set; }

    /// <summary>The session as of its last recorded batch; null before.</summary>
    public SessionState? State { get; set; }

    /// <summary>True while its window is too full to take everything.</summary>
    public bool IsBehind { get; set; }
}
