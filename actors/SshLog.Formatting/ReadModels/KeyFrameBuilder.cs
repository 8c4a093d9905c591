using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Formatting.ReadModels;

/// <summary>
/// Brings one session's key frames up to date: from its newest frames through what its journal holds behind them. Only
/// the screens of that session are in memory meanwhile.
/// </summary>
/// <param name="archive">The sessions' journals.</param>
/// <param name="store">Where frames go.</param>
/// <param name="every">Output bytes between two frames that are kept.</param>
public sealed class KeyFrameBuilder(ISessionArchive archive, IScreenFrameStore store, long every)
{
    private const int PageEvents = 500;
    private const int PageBytes = 1024 * 1024;

    /// <summary>Output bytes for each byte of a frame that is kept: frames stay a small part of the recording.</summary>
    private const int OutputPerKeptByte = 16;

    private readonly HashSet<SessionId> _begunAgain = [];

    /// <summary>Takes in at most <paramref name="pages"/> MiB.</summary>
    /// <returns>True when nothing is left.</returns>
    /// <exception cref="JournalUnavailableException">Journal or store cannot be used now.</exception>
    /// <exception cref="EventFormatException">
    /// The session's journal holds what cannot be read, or its frames cannot be read although they were made again.
    /// </exception>
    public bool Build(SessionId session, int pages)
    {
        var progress = store.Progress(session);
        var screens = progress.Frames.Select(Load).OfType<ChannelScreen>().ToDictionary(screen => screen.Channel);
        // Frames of another version, or damaged: from the beginning, once. None stays, or it would be found each time.
        if (screens.Count < progress.Frames.Count)
        {
            if (!_begunAgain.Add(session))
                throw new EventFormatException("its key frames cannot be read although they were made again");
            store.Forget(session);
            progress = store.Progress(session);
            screens.Clear();
        }

        var position = progress.SequenceNr;
        var kept = new Dictionary<int, long>(progress.Kept);
        for (; pages > 0; pages--)
        {
            var events = archive.Read(session, position, PageEvents, PageBytes);
            if (events.Count == 0)
                return true;
            position = events[^1].SequenceNr;
            if (!store.Store(session, progress.Version, position, [.. TakeIn(events, screens, kept)]))
                return false;
        }

        return false;
    }

    private IEnumerable<NewFrame> TakeIn(
        IReadOnlyList<JournalledEvent> events, Dictionary<int, ChannelScreen> screens, Dictionary<int, long> kept)
    {
        var changed = new Dictionary<int, JournalledEvent>();
        foreach (var entry in events)
        {
            if (ScreenOf(entry.Event, screens) is not { } screen || !screen.Apply(entry.Event))
                continue;
            changed[screen.Channel] = entry;
            var output = screen.OutputBytes - kept.GetValueOrDefault(screen.Channel);
            if (output < every)
                continue;
            var frame = screen.Save(entry);
            if (frame.State.Length > output / OutputPerKeptByte)
                continue;
            kept[screen.Channel] = screen.OutputBytes;
            changed.Remove(screen.Channel);
            yield return new NewFrame(frame, IsKept: true);
        }

        foreach (var (channel, last) in changed)
            yield return new NewFrame(screens[channel].Save(last), IsKept: false);
    }

    private static ChannelScreen? ScreenOf(SessionEvent fact, Dictionary<int, ChannelScreen> screens)
    {
        switch (fact)
        {
            case ChannelOpened opened:
                if (!screens.ContainsKey(opened.Channel))
                    screens.Add(opened.Channel, ChannelScreen.Open(opened));
                return screens[opened.Channel];
            case OutputRecorded output:
                return screens.GetValueOrDefault(output.Channel);
            case TerminalResized resized:
                return screens.GetValueOrDefault(resized.Channel);
            default:
                return null;
        }
    }

    private static ChannelScreen? Load(ScreenFrame frame)
    {
        try
        {
            return ChannelScreen.Load(frame);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
