using System.Runtime.CompilerServices;
using SshLog.Cli.Gateway;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Search;

/// <summary>
/// Looks through one session's commands and through its output as lines of text, so that a coloured, corrected or wrapped
/// word is found. Memory does not grow with the recording.
/// </summary>
/// <param name="gateway">The daemon.</param>
/// <param name="isSought">Says of a text whether it is a hit.</param>
/// <param name="withOutput">False looks at commands alone.</param>
internal sealed class SessionSearch(IGateway gateway, Predicate<string> isSought, bool withOutput)
{
    /// <summary>The hits of a session, in its order.</summary>
    public async IAsyncEnumerable<SearchHit> FindAsync(
        SessionSummary session, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channels = new Dictionary<int, PlainText>();
        JournalledEvent? last = null;
        var after = 0L;
        while (true)
        {
            var page = await gateway.AskAsync<GatewayProtocol.EventPage>(new GatewayProtocol.ReadJournal(session.Id, after), cancellation);
            foreach (var hit in page.Events.SelectMany(entry => Find(session, entry, channels)))
                yield return hit;
            last = page.Events.Count > 0 ? page.Events[^1] : last;
            after = page.Cursor;
            if (page.Ended || page.Events.Count == 0)
                break;
        }

        foreach (var (channel, text) in channels)
        {
            if (isSought(text.Pending))
                yield return new SearchHit(session, last!.SequenceNr, last.Event.At, channel, text.Pending);
        }
    }

    private IEnumerable<SearchHit> Find(SessionSummary session, JournalledEvent entry, Dictionary<int, PlainText> channels)
    {
        switch (entry.Event)
        {
            case CommandStarted started when CommandText.Line(started.Executable, started.Arguments) is var line && isSought(line):
                yield return new SearchHit(session, entry.SequenceNr, started.At, null, line);
                break;
            case ChannelOpened opened when withOutput:
                Text(opened.Channel).Resize(opened.Columns);
                break;
            case TerminalResized resized when withOutput:
                Text(resized.Channel).Resize(resized.Columns);
                break;
            case OutputRecorded output when withOutput:
                foreach (var line in Lines(Text(output.Channel), output).Where(isSought.Invoke))
                    yield return new SearchHit(session, entry.SequenceNr, output.At, output.Channel, line);
                break;
        }

        PlainText Text(int channel) => channels.TryGetValue(channel, out var text) ? text : channels[channel] = new PlainText();
    }

    private static string[] Lines(PlainText text, OutputRecorded output)
    {
        using var complete = new StringWriter();
        text.Feed(output.Bytes.Span, complete);
        return complete.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
