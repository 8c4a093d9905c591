using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Actors.Tests;

/// <summary>A journal in memory, for what is made behind one.</summary>
internal sealed class InMemoryArchive : ISessionArchive, IJournalGrowth
{
    /// <summary>Everything, in order.</summary>
    public List<JournalledEvent> Events { get; } = [];

    /// <summary>True while it cannot say what has grown.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>Happens after a page was read, before anything is made of it.</summary>
    public Action<SessionId> AfterRead { get; set; } = _ => { };

    /// <summary>How often a session was read.</summary>
    public int Reads { get; set; }

    public void Add(SessionId session, SessionEvent fact) =>
        Events.Add(new JournalledEvent(Events.Count + 1, session, Events.Count(e => e.Session == session) + 1, fact));

    public IReadOnlyList<JournalledEvent> Read(SessionId session, long afterSequenceNr, int limit, int limitBytes)
    {
        Reads++;
        var (page, bytes) = (new List<JournalledEvent>(), 0);
        foreach (var entry in Events.Where(e => e.Session == session && e.SequenceNr > afterSequenceNr))
        {
            if (page.Count == limit || bytes >= limitBytes)
                break;
            page.Add(entry);
            bytes += entry.Event is OutputRecorded output ? output.Bytes.Length : 100;
        }

        AfterRead(session);
        return page;
    }

    public long Newest(SessionId session) => Events.LastOrDefault(e => e.Session == session)?.SequenceNr ?? 0;

    public GrowthPage Grown(long cursor)
    {
        if (IsUnavailable)
            throw new JournalUnavailableException("not now");
        var added = Events.Where(e => e.Ordering > cursor && e.Event is OutputRecorded or SessionClosed).GroupBy(e => e.Session)
            .Select(g => new SessionGrowth(
                g.Key, g.Sum(e => e.Event is OutputRecorded o ? o.Bytes.Length : 0), g.Any(e => e.Event is SessionClosed),
                g.Min(e => e.Ordering)));
        return new GrowthPage([.. added], Events.Count, "journal");
    }
}
