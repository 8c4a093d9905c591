using SshLog.Core.Identity;

namespace SshLog.Core.Journal;

/// <summary>A channel's screen at one place of its session's journal: whoever begins here needs nothing before it.</summary>
/// <param name="Session">Which session.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="SequenceNr">The last event that the screen shows.</param>
/// <param name="At">When that was.</param>
/// <param name="OutputBytes">Output bytes of the channel up to there.</param>
/// <param name="State">The screen, as SshLog.Formatting.ChannelScreen saves it.</param>
public sealed record ScreenFrame(
    SessionId Session, int Channel, long SequenceNr, DateTimeOffset At, long OutputBytes, ReadOnlyMemory<byte> State);

/// <summary>
/// Key frames: screens kept at intervals of a recording, so that a viewer need not begin at its beginning. A read model:
/// there may be none, and without one the journal's beginning is the place to start.
/// </summary>
public interface IScreenArchive : ISessionCopy
{
    /// <summary>The newest frame that shows nothing behind <paramref name="upToSequenceNr"/>; null when there is none.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be read now.</exception>
    ScreenFrame? Latest(SessionId session, int channel, long upToSequenceNr);

    /// <summary>The newest frame that shows nothing later than <paramref name="upTo"/>; null when there is none.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be read now.</exception>
    ScreenFrame? LatestAt(SessionId session, int channel, DateTimeOffset upTo);
}

/// <summary>How far a session's frames have come.</summary>
/// <param name="SequenceNr">The last event taken in; 0 for none.</param>
/// <param name="Frames">The newest frame of each channel, which shows all that the channel had by then.</param>
/// <param name="Kept">Output bytes of each channel at its newest kept frame.</param>
/// <param name="Version">What <see cref="IScreenFrameStore.Store"/> wants to know again.</param>
public sealed record FrameProgress(
    long SequenceNr, IReadOnlyList<ScreenFrame> Frames, IReadOnlyDictionary<int, long> Kept, long Version);

/// <summary>A frame to store.</summary>
/// <param name="Frame">It.</param>
/// <param name="IsKept">False for one that the channel's next takes the place of.</param>
public sealed record NewFrame(ScreenFrame Frame, bool IsKept);

/// <summary>Where key frames are written.</summary>
public interface IScreenFrameStore : IScreenArchive
{
    /// <summary>Ordering up to which nothing needs to be looked at again.</summary>
    long Cursor { get; }

    /// <summary>Identity of the journal that the frames are of; empty before there are any.</summary>
    string Journal { get; }

    /// <summary>Forgets everything if the frames are of another journal, and moves the cursor.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be written now.</exception>
    void Advance(string journal, long cursor);

    /// <summary>How far a session has come.</summary>
    FrameProgress Progress(SessionId session);

    /// <summary>The sessions that were forgotten since the last time: those that were redacted may be taken in again.</summary>
    IReadOnlyList<SessionId> TakeForgotten();

    /// <summary>The sessions that it has something of.</summary>
    IReadOnlyList<SessionId> Sessions();

    /// <summary>Stores frames and how far the session has come with them, together.</summary>
    /// <param name="session">Which.</param>
    /// <param name="version">Of the progress that was read before the recording was: <see cref="FrameProgress.Version"/>.</param>
    /// <param name="sequenceNr">How far.</param>
    /// <param name="frames">Them; may be none.</param>
    /// <returns>False if something was forgotten meanwhile: then nothing was stored.</returns>
    /// <exception cref="JournalUnavailableException">It cannot be written now.</exception>
    bool Store(SessionId session, long version, long sequenceNr, IReadOnlyList<NewFrame> frames);
}

/// <summary>How much the journal has grown, without reading what it holds.</summary>
public interface IJournalGrowth
{
    /// <summary>Output recorded behind <paramref name="cursor"/>, by session.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now; try again later.</exception>
    GrowthPage Grown(long cursor);
}

/// <summary>What has been added to a session's journal.</summary>
/// <param name="Session">Which.</param>
/// <param name="StoredBytes">Bytes of its new output, or, where that is compressed well, at least an eighth of them.</param>
/// <param name="IsClosed">True if the session's end is among what is new.</param>
/// <param name="FirstOrdering">Ordering of the first of it.</param>
public sealed record SessionGrowth(SessionId Session, long StoredBytes, bool IsClosed, long FirstOrdering);

/// <summary>What has been added to the journal.</summary>
/// <param name="Sessions">By session.</param>
/// <param name="Cursor">Where to continue from.</param>
/// <param name="Journal">Identity of the journal.</param>
public sealed record GrowthPage(IReadOnlyList<SessionGrowth> Sessions, long Cursor, string Journal);
