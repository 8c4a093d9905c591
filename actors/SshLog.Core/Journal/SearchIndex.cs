using SshLog.Core.Identity;

namespace SshLog.Core.Journal;

/// <summary>Something that holds parts of recordings beside the journal.</summary>
public interface ISessionCopy
{
    /// <summary>
    /// Deletes what it holds of a session: that was deleted or redacted. It is made again from what the session's journal still
    /// holds.
    /// </summary>
    /// <exception cref="JournalUnavailableException">It cannot be written now.</exception>
    void Forget(SessionId session);
}

/// <summary>A stretch of a session's journal in the search index.</summary>
/// <param name="After">The event before it; 0 for none.</param>
/// <param name="UpTo">Its last event.</param>
/// <param name="State">
/// The session's text before it, as SshLog.Formatting.RecordedText saves it; empty at the beginning, and where it is larger than
/// <see cref="LargestState"/>.
/// </param>
public sealed record TextStretch(long After, long UpTo, ReadOnlyMemory<byte> State)
{
    /// <summary>The largest state that stands in an answer, so that one always fits a frame; about two channels at their worst.</summary>
    public const int LargestState = 64 * 1024;

    /// <summary>Of a state: it, or nothing if it is too large for an answer.</summary>
    public static ReadOnlyMemory<byte> Limited(ReadOnlyMemory<byte> state) => state.Length <= LargestState ? state : default;
}

/// <summary>A stretch to store.</summary>
/// <param name="Stretch">It.</param>
/// <param name="Grams">The different pieces of its text (SshLog.Formatting.TextGrams), ascending.</param>
public sealed record TextBlock(TextStretch Stretch, IReadOnlyList<int> Grams);

/// <summary>How far a session is indexed.</summary>
/// <param name="From">The event behind which it is: those up to here were too many for the index; 0 for all.</param>
/// <param name="UpTo">Up to which event; 0 for none.</param>
/// <param name="State">The session's text there; see <see cref="TextStretch.State"/>.</param>
/// <param name="Version">What <see cref="ISearchIndex.Store"/> wants to know again.</param>
public sealed record SearchProgress(long From, long UpTo, ReadOnlyMemory<byte> State, long Version);

/// <summary>What the index says of a session.</summary>
/// <param name="Session">Which.</param>
/// <param name="Progress">How far it is indexed; outside of that it says nothing.</param>
/// <param name="Stretches">Where a text may be, in order.</param>
/// <param name="More">True if there are further ones behind the last.</param>
public sealed record TextCandidates(SessionId Session, SearchProgress Progress, IReadOnlyList<TextStretch> Stretches, bool More);

/// <summary>
/// Says where a text may be, so that the rest of a recording need not be read. A read model: it may say too many places,
/// never too few of those that it has.
/// </summary>
public interface ISearchLookup : ISessionCopy
{
    /// <summary>Places that have all pieces of one of the sets.</summary>
    /// <param name="sessions">Where to look.</param>
    /// <param name="anyOf">Sets of pieces, none empty.</param>
    /// <param name="afterSequenceNr">In the first of the sessions, only stretches behind this event.</param>
    /// <param name="limitBytes">
    /// About so many bytes of answer: at most two states more, and none is larger than <see cref="TextStretch.LargestState"/>.
    /// </param>
    /// <returns>The sessions in the order asked for, as many from the first on as fit, at least one.</returns>
    /// <exception cref="JournalUnavailableException">It cannot be read now.</exception>
    IReadOnlyList<TextCandidates> Find(
        IReadOnlyList<SessionId> sessions, IReadOnlyList<IReadOnlyCollection<int>> anyOf, long afterSequenceNr, int limitBytes);
}

/// <summary>Where the search index is written.</summary>
public interface ISearchIndex : ISearchLookup
{
    /// <summary>Ordering up to which nothing needs to be looked at again.</summary>
    long Cursor { get; }

    /// <summary>Identity of the journal that it is of; empty before there is anything.</summary>
    string Journal { get; }

    /// <summary>Bytes that it takes.</summary>
    long Bytes { get; }

    /// <summary>Forgets everything if it is of another journal, and moves the cursor.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be written now.</exception>
    void Advance(string journal, long cursor);

    /// <summary>How far a session has come.</summary>
    SearchProgress Progress(SessionId session);

    /// <summary>The sessions that were forgotten since the last time: those that were redacted may be taken in again.</summary>
    IReadOnlyList<SessionId> TakeForgotten();

    /// <summary>The sessions that it has something of.</summary>
    IReadOnlyList<SessionId> Sessions();

    /// <summary>Stores stretches that follow on what it has, and how far the session has come with them, together.</summary>
    /// <param name="session">Which.</param>
    /// <param name="before">Where it had come when their text was read.</param>
    /// <param name="blocks">In order; may be none.</param>
    /// <param name="state">The session's text behind them.</param>
    /// <param name="ending">The daemon is about to end.</param>
    /// <returns>False if something was forgotten meanwhile, or the daemon ends: then nothing was stored.</returns>
    /// <exception cref="JournalUnavailableException">It cannot be written now.</exception>
    bool Store(
        SessionId session, SearchProgress before, IReadOnlyList<TextBlock> blocks, ReadOnlyMemory<byte> state, CancellationToken ending = default);

    /// <summary>Removes some of the oldest stretches.</summary>
    /// <returns>False if there is none.</returns>
    /// <exception cref="JournalUnavailableException">It cannot be written now.</exception>
    bool RemoveOldest();
}
