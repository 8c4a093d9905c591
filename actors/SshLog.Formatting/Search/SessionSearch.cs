using System.Runtime.CompilerServices;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Formatting.Search;

/// <summary>
/// Looks through sessions' commands and output. Asks the search index where that may be and reads there; what the index does
/// not have it reads too. Memory does not grow with the recordings.
/// </summary>
/// <param name="source">The daemon.</param>
/// <param name="sought">What is looked for.</param>
/// <param name="withOutput">False looks at commands alone.</param>
public sealed class SessionSearch(ISearchSource source, SoughtText sought, bool withOutput)
{
    // Less takes no time that anybody would ask about.
    private const long WorthMentioning = 1024 * 1024;

    // What is everywhere is found in the first ones.
    private const int FirstSessions = 8;

    private readonly string[] _parts = [.. sought.Parts.Where(p => p.Length >= TextGrams.Length)];
    private (SessionId Session, long SequenceNr, RecordedText Text)? _reached;
    private long _bytesNotIndexed;

    /// <summary>Recordings of which more than a MiB had to be read because the index did not help.</summary>
    public int ReadThrough { get; private set; }

    /// <summary>False if what is sought has nothing that an index could be asked for.</summary>
    public bool UsesIndex => _parts.Length > 0;

    /// <summary>The hits of some sessions, session by session, each in its order.</summary>
    /// <exception cref="InvalidDataException">The daemon's answers do not fit.</exception>
    public async IAsyncEnumerable<SearchHit> FindAsync(
        IReadOnlyList<SessionSummary> sessions, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        var (next, after, atOnce) = (0, 0L, FirstSessions);
        while (next < sessions.Count)
        {
            var asked = sessions.Skip(next).Take(atOnce).ToList();
            atOnce = Math.Min(atOnce * 2, GatewayProtocol.FindText.MostSessions);
            foreach (var places in await AskAsync(asked, after, cancellation).ConfigureAwait(false))
            {
                var session = sessions[next];
                foreach (var place in places.Places)
                {
                    await foreach (var hit in ReadAsync(session, place, cancellation).ConfigureAwait(false))
                        yield return hit;
                }

                if (_bytesNotIndexed > WorthMentioning)
                    ReadThrough++;
                _bytesNotIndexed = 0;
                (next, after) = places.More ? (next, places.Places[^1].UpTo) : (next + 1, 0);
            }
        }
    }

    private async Task<IReadOnlyList<GatewayProtocol.SessionPlaces>> AskAsync(
        List<SessionSummary> sessions, long after, CancellationToken cancellation)
    {
        if (!UsesIndex)
            return [Everything(sessions[0])];
        var found = await source.FindAsync(
            new GatewayProtocol.FindText([.. sessions.Select(s => s.Id)], _parts, !withOutput, after), cancellation).ConfigureAwait(false);
        var matches = found.Sessions.Count > 0 && found.Sessions.Select(s => s.Session).SequenceEqual(sessions.Take(found.Sessions.Count).Select(s => s.Id));
        return matches && found.Sessions.All(s => !s.More || s.Places.Count > 0)
            ? found.Sessions
            : throw new InvalidDataException("the daemon answered about other sessions than asked for");
    }

    private static GatewayProtocol.SessionPlaces Everything(SessionSummary session) =>
        new(session.Id, [new GatewayProtocol.TextPlace(0, long.MaxValue, default, IsIndexed: false, IsEnd: true)], More: false);

    private async IAsyncEnumerable<SearchHit> ReadAsync(
        SessionSummary session, GatewayProtocol.TextPlace place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (after, text) = Begin(session.Id, place);
        var ended = false;
        while (!ended && after < place.UpTo)
        {
            var page = await source.ReadAsync(new GatewayProtocol.ReadJournal(session.Id, after), cancellation).ConfigureAwait(false);
            foreach (var entry in page.Events.TakeWhile(e => e.SequenceNr <= place.UpTo))
            {
                var isBefore = entry.SequenceNr <= place.After;
                if ((isBefore || !place.IsIndexed) && entry.Event is OutputRecorded output)
                    _bytesNotIndexed += output.Bytes.Length;
                var lines = text.Take(entry);
                foreach (var line in lines.Where(l => !isBefore && sought.Matches(l.Text)))
                    yield return Hit(session, line);
            }

            ended = page.Ended || page.Events.Count == 0;
            after = Math.Min(page.Cursor, place.UpTo);
        }

        _reached = (session.Id, after, text);
        if (!place.IsEnd)
            yield break;
        foreach (var line in text.Pending().Where(l => sought.Matches(l.Text)))
            yield return Hit(session, line);
    }

    /// <summary>From where to read. A state that did not fit the answer is made again from what comes before the place.</summary>
    private (long After, RecordedText Text) Begin(SessionId session, GatewayProtocol.TextPlace place)
    {
        var reached = _reached;
        _reached = null;
        if (!place.State.IsEmpty || place.After == 0)
            return (place.After, Load(place));
        return reached is { } known && known.Session == session && known.SequenceNr <= place.After
            ? (known.SequenceNr, known.Text)
            : (0, new RecordedText(withOutput));
    }

    private RecordedText Load(GatewayProtocol.TextPlace place)
    {
        try
        {
            return RecordedText.Load(place.State, withOutput);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"the daemon's search index is not of this version: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static SearchHit Hit(SessionSummary session, TextLine line) =>
        new(session, line.SequenceNr, line.At, line.Channel, line.Text, line.Command);
}
