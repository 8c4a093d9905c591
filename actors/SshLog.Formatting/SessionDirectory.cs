using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Formatting;

/// <summary>
/// Facts about the sessions in the feed: from their events, or from the daemon when they are older than the watch.
/// Bounded; a session that was pushed out is asked for again.
/// </summary>
/// <param name="find">Asks the daemon for sessions.</param>
/// <param name="commands">Asks it for all commands of one.</param>
/// <param name="capacity">Sessions remembered.</param>
public sealed class SessionDirectory(
    Func<SessionQuery, CancellationToken, Task<IReadOnlyList<SessionSummary>>> find,
    Func<SessionId, CancellationToken, Task<IReadOnlyList<CommandSummary>>> commands,
    int capacity = 4096)
{
    private readonly OrderedDictionary<SessionId, SessionFacts> _sessions = [];

    /// <summary>Takes in a page before its lines are written, so that a sign-in knows the tty after it.</summary>
    public void Prepare(IReadOnlyList<JournalledEvent> page)
    {
        foreach (var entry in page)
        {
            if (entry.Event is SessionOpened opened && !_sessions.ContainsKey(entry.Session))
                Remember(entry.Session, new SessionFacts(opened));
            else if (entry.Event is SignedIn or ChannelOpened && _sessions.TryGetValue(entry.Session, out var known))
                known.Apply(entry.Event);
        }
    }

    /// <summary>The facts for an event of the feed; null when the daemon does not know its session any more.</summary>
    public async Task<SessionFacts?> FindAsync(JournalledEvent entry, CancellationToken cancellation)
    {
        if (entry.Event is SignInFailed failed)
            return new SessionFacts(failed);
        if (entry.Event is IAuditEvent audit)
            return new SessionFacts(audit.Subject);
        if (!_sessions.TryGetValue(entry.Session, out var facts))
        {
            var query = new SessionQuery(IdPrefix: entry.Session.Text, Limit: 1);
            if (await find(query, cancellation).ConfigureAwait(false) is not [var summary, ..])
                return null;
            facts = new SessionFacts(summary);
            Remember(entry.Session, facts);
        }

        facts.Apply(entry.Event);
        if (entry.Event is CommandFinished finished && !facts.KnowsCommands && facts.Find(finished) is null)
            facts.Apply(await commands(entry.Session, cancellation).ConfigureAwait(false));
        return facts;
    }

    /// <summary>Forgets what the event has ended, after its line was written.</summary>
    public void Forget(JournalledEvent entry)
    {
        if (entry.Event is SessionClosed)
            _sessions.Remove(entry.Session);
        else if (entry.Event is CommandFinished finished && _sessions.TryGetValue(entry.Session, out var facts))
            facts.Forget(finished);
    }

    private void Remember(SessionId id, SessionFacts facts)
    {
        _sessions[id] = facts;
        while (_sessions.Count > capacity)
            _sessions.RemoveAt(0);
    }
}
