using SshLog.Core.Events;
using SshLog.Core.Identity;

namespace SshLog.Core.Journal;

/// <summary>Turns events into bytes under frozen manifests and back.</summary>
public interface IEventCodec
{
    /// <summary>The manifest and the encoded form of <paramref name="fact"/>.</summary>
    /// <exception cref="NotSupportedException">The event type has no schema: a programming error.</exception>
    (string Manifest, byte[] Payload) Encode(SessionEvent fact);

    /// <summary>The event that was encoded.</summary>
    /// <exception cref="EventFormatException">The manifest is unknown or the bytes are not of that schema.</exception>
    SessionEvent Decode(string manifest, ReadOnlyMemory<byte> payload);
}

/// <summary>A journalled event cannot be read; the message names the manifest and the way out.</summary>
public sealed class EventFormatException : Exception
{
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="inner">The cause, when there is one.</param>
    public EventFormatException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>An event as it stands in the journal.</summary>
/// <param name="Ordering">Place in the whole journal; grows, never reused.</param>
/// <param name="Session">Whose; of a failed sign-in the connection's id, which is a session's only if a later attempt
/// succeeded.</param>
/// <param name="SequenceNr">Place in the session's journal, from 1; of a failed sign-in in its day's journal.</param>
/// <param name="Event">The fact.</param>
public sealed record JournalledEvent(long Ordering, SessionId Session, long SequenceNr, SessionEvent Event);

/// <summary>The whole journal in the order of commit, to be pulled behind a cursor.</summary>
public interface IEventFeed
{
    /// <summary>
    /// The next events of sessions, and failed sign-ins, after <paramref name="cursor"/>, until <paramref name="limit"/> events or about
    /// <paramref name="limitBytes"/> bytes of payload.
    /// </summary>
    /// <param name="cursor">Ordering of the last event already seen; 0 for the beginning.</param>
    /// <param name="limit">At least 1.</param>
    /// <param name="limitBytes">At least 1; the event that reaches it is still part of the page.</param>
    /// <param name="withOutput">False leaves out <see cref="OutputRecorded"/>, which costs next to nothing then.</param>
    /// <returns>The events, and the cursor to continue from (it also passes over what was left out).</returns>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now; try again later.</exception>
    FeedPage Read(long cursor, int limit, int limitBytes, bool withOutput);
}

/// <summary>A page of the feed.</summary>
/// <param name="Events">In order of commit.</param>
/// <param name="Cursor">Where the next page begins; unchanged when there was nothing.</param>
/// <param name="Journal">Identity of the journal that it was read from; a cursor belongs to one journal.</param>
public sealed record FeedPage(IReadOnlyList<JournalledEvent> Events, long Cursor, string Journal = "");

/// <summary>One session's journal, for replay and export.</summary>
public interface ISessionArchive
{
    /// <summary>
    /// Events of one session with sequence numbers above <paramref name="afterSequenceNr"/>, in order, until
    /// <paramref name="limit"/> events or about <paramref name="limitBytes"/> bytes of payload.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now; try again later.</exception>
    IReadOnlyList<JournalledEvent> Read(SessionId session, long afterSequenceNr, int limit, int limitBytes);

    /// <summary>Sequence number of a session's newest event; 0 when there is none.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now; try again later.</exception>
    long Newest(SessionId session)
    {
        var newest = 0L;
        while (Read(session, newest, 1000, 1024 * 1024) is [.., var last])
            newest = last.SequenceNr;
        return newest;
    }
}

/// <summary>The read model that answers questions about sessions without reading their journals.</summary>
public interface ICatalogue
{
    /// <summary>Ordering up to which the journal has been taken in.</summary>
    long Cursor { get; }

    /// <summary>Identity of the journal that was taken in; empty before the first page.</summary>
    string Journal { get; }

    /// <summary>
    /// Takes in a page of the feed in one transaction. A page of another journal makes the catalogue begin again from
    /// nothing; such a page must have been read from the journal's beginning.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The catalogue cannot be written now.</exception>
    void Apply(FeedPage page);

    /// <summary>Sessions matching the query, newest first.</summary>
    IReadOnlyList<SessionSummary> Find(SessionQuery query);

    /// <summary>Sessions that ended before <paramref name="endedBefore"/>, those that ended first in front.</summary>
    IReadOnlyList<SessionSummary> Oldest(DateTimeOffset endedBefore, int limit) =>
        [.. Find(new SessionQuery(Limit: int.MaxValue)).Where(s => s.EndedAt < endedBefore).OrderBy(s => s.EndedAt).Take(limit)];

    /// <summary>
    /// Commands of one session in order of start, with sequence numbers above <paramref name="afterSequenceNr"/>, until
    /// <paramref name="limit"/> commands or about <paramref name="limitBytes"/> bytes of arguments.
    /// </summary>
    IReadOnlyList<CommandSummary> Commands(SessionId session, long afterSequenceNr, int limit, int limitBytes);
}

/// <summary>Looks after the journal's file while the daemon runs.</summary>
public interface IJournalCare
{
    /// <summary>
    /// Is told of every failure of the journal. If the file turns out to be damaged it is set aside and a new journal
    /// takes its place; writers and readers open that one by themselves. May take seconds.
    /// </summary>
    /// <param name="cause">What failed.</param>
    /// <returns>What was done, a sentence for the log; null when the file is not damaged.</returns>
    /// <exception cref="JournalUnavailableException">It is damaged and could not be replaced.</exception>
    string? Examine(Exception cause);
}

/// <summary>The journal or catalogue database cannot be used now.</summary>
public sealed class JournalUnavailableException : Exception
{
    /// <param name="message">What failed.</param>
    /// <param name="inner">The cause.</param>
    public JournalUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
