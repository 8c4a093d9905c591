using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Actors.Feed;

/// <summary>The sessions that have grown since a read model took them in, from the journal. Used by one thread.</summary>
/// <param name="journal">Says what has grown.</param>
/// <param name="cursor">Ordering up to which all has been taken in.</param>
internal sealed class GrowingSessions(IJournalGrowth journal, long cursor)
{
    private readonly OrderedDictionary<SessionId, SessionGrowth> _grown = [];

    /// <summary>Ordering up to which nothing waits.</summary>
    public long Settled => _grown.Count == 0 ? cursor : _grown.Values.Min(g => g.FirstOrdering) - 1;

    /// <summary>Learns what has grown.</summary>
    /// <returns>Identity of the journal; if it is another than before, <see cref="Begin"/> comes next.</returns>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    public string Look()
    {
        var page = journal.Grown(cursor);
        cursor = page.Cursor;
        foreach (var growth in page.Sessions)
        {
            _grown[growth.Session] = _grown.TryGetValue(growth.Session, out var before)
                ? before with
                {
                    StoredBytes = before.StoredBytes + growth.StoredBytes, IsClosed = before.IsClosed || growth.IsClosed,
                }
                : growth;
        }

        return page.Journal;
    }

    /// <summary>It is to be taken in again, as one that is over and has at least so much output.</summary>
    public void Add(SessionId session, long storedBytes = 0) => _grown[session] = new SessionGrowth(
        session, Math.Max(storedBytes, _grown.GetValueOrDefault(session)?.StoredBytes ?? 0), IsClosed: true, cursor + 1);

    /// <summary>Begins with the journal's beginning.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    public string Begin()
    {
        cursor = 0;
        _grown.Clear();
        return Look();
    }

    /// <summary>The first of those that is due; null for none.</summary>
    public SessionId? Next(Func<SessionGrowth, bool> isDue) => _grown.Values.FirstOrDefault(isDue)?.Session;

    /// <summary>It is not taken in yet; the others come first.</summary>
    public void Defer(SessionId session)
    {
        if (_grown.Remove(session, out var growth))
            _grown.Add(session, growth);
    }

    /// <summary>It is taken in.</summary>
    public void Remove(SessionId session) => _grown.Remove(session);

    /// <summary>Those need not be taken in.</summary>
    public void Drop(Func<SessionGrowth, bool> which)
    {
        foreach (var session in _grown.Values.Where(which).Select(g => g.Session).ToList())
            _grown.Remove(session);
    }
}
