using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Formatting.ReadModels;

/// <summary>
/// Brings one session's part of the search index up to date with what its journal holds. Only the lines that are not complete
/// and the pieces of one stretch are in memory. Used by one thread.
/// </summary>
/// <param name="archive">The sessions' journals.</param>
/// <param name="index">Where it goes.</param>
public sealed class SearchIndexBuilder(ISessionArchive archive, ISearchIndex index)
{
    private const int PageEvents = 500;
    private const int PageBytes = 1024 * 1024;

    // The longer a stretch, the smaller the index, and the more is read to find a line in it.
    private const int StretchLetters = 64 * 1024;
    private const int StretchBytes = 256 * 1024;

    private readonly GramSet _grams = new();

    /// <summary>Takes in at most <paramref name="pages"/> MiB; nothing if the daemon is about to end meanwhile.</summary>
    /// <returns>True when nothing is left.</returns>
    /// <exception cref="JournalUnavailableException">Journal or index cannot be used now.</exception>
    /// <exception cref="EventFormatException">The session's journal holds what cannot be read.</exception>
    public bool Build(SessionId session, int pages, CancellationToken ending = default)
    {
        var progress = index.Progress(session);
        if (Load(progress) is not { } text)
        {
            index.Forget(session);
            progress = index.Progress(session);
            text = new RecordedText();
        }

        var blocks = new List<TextBlock>();
        var stretch = new TextStretch(progress.UpTo, progress.UpTo, progress.State);
        var (letters, bytes, isAll) = (0, 0, false);
        for (; pages > 0 && !isAll; pages--)
        {
            var events = archive.Read(session, stretch.UpTo, PageEvents, PageBytes);
            isAll = events.Count == 0;
            foreach (var entry in events)
            {
                if (ending.IsCancellationRequested)
                    return false;
                letters += Add(text.Take(entry));
                bytes += entry.Event is OutputRecorded output ? output.Bytes.Length : 0;
                stretch = stretch with { UpTo = entry.SequenceNr };
                if (letters < StretchLetters && bytes < StretchBytes)
                    continue;
                blocks.Add(Block(stretch, text));
                stretch = new TextStretch(stretch.UpTo, stretch.UpTo, text.Save());
                (letters, bytes) = (0, 0);
            }
        }

        if (stretch.UpTo > stretch.After)
            blocks.Add(Block(stretch, text));
        return (blocks.Count == 0 || index.Store(session, progress, blocks, text.Save(), ending)) && isAll;
    }

    // A line that is not complete is text too: nothing may follow. The next stretch has all of it once more.
    private TextBlock Block(TextStretch stretch, RecordedText text)
    {
        Add(text.Pending());
        return new TextBlock(stretch with { State = TextStretch.Limited(stretch.State) }, _grams.Take());
    }

    private int Add(IReadOnlyList<TextLine> lines)
    {
        var letters = 0;
        foreach (var line in lines)
        {
            _grams.Add(line.Text, line.Channel is null);
            letters += line.Text.Length;
        }

        return letters;
    }

    private static RecordedText? Load(SearchProgress progress)
    {
        try
        {
            return RecordedText.Load(progress.State);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
