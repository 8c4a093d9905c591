using System.Net;
using System.Text;
using Akka.Actor;
using SshLog.Actors.Gateway;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Formatting.ReadModels;
using SshLog.Formatting.Search;
using SshLog.Persistence.Search;

namespace SshLog.Actors.Tests.Search;

/// <summary>A session with so much in lines that are not complete that a place's state fits no answer.</summary>
public sealed class LargeStateTests : ISearchSource, IDisposable
{
    private const int Channels = 10;
    private const int FrameLimit = 256 * 1024;
    private static readonly SessionId _session = Some.Id(1);
    private static readonly SessionSummary _summary = new(
        _session, "root", 0, "host", 1, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 2),
        At(0), null, null, At(0), string.Empty, [], 0, 0, 0);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-test-");
    private readonly SqliteSearchIndex _index;
    private readonly InMemoryArchive _journal = new();
    private int _largestAnswer;

    public LargeStateTests() => _index = new SqliteSearchIndex(Path.Combine(_directory.FullName, "search.db"));

    public void Dispose()
    {
        _index.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_answer_fits_a_frame_and_nothing_is_missed_or_found_twice()
    {
        Record();
        var builder = new SearchIndexBuilder(_journal, _index);
        while (!builder.Build(_session, pages: 1))
        {
        }

        // Of the last ones the index knows nothing.
        Print(0, 1000);
        var text = new RecordedText();
        List<TextLine> lines = [.. _journal.Events.SelectMany(text.Take), .. text.Pending()];
        foreach (var sought in new[] { "needle", "needle 17.", "needle 1000.", "begun 3 " })
        {
            _journal.Reads = 0;
            var hits = await new SessionSearch(this, SoughtText.Parse(sought, isRegex: false), withOutput: true)
                .FindAsync([_summary], CancellationToken.None).ToListAsync();
            var expected = lines.FindAll(l => l.Text.Contains(sought, StringComparison.Ordinal));
            Assert.NotEmpty(expected);
            Assert.Equal(expected.Select(l => (l.SequenceNr, l.Text)), hits.Select(h => (h.SequenceNr, h.Text)));
            // It goes on from one place to the next and does not begin anew at each.
            Assert.InRange(_journal.Reads, 1, 40);
        }

        Assert.InRange(_largestAnswer, 1, FrameLimit - (16 * 1024));
    }

    [Fact]
    public void The_index_keeps_no_large_states()
    {
        Record();
        var builder = new SearchIndexBuilder(_journal, _index);
        while (!builder.Build(_session, pages: 1))
        {
        }

        Assert.InRange(_index.Bytes, 1, 3 * 1024 * 1024);
        Assert.True(_index.Progress(_session).State.Length > TextStretch.LargestState);
    }

    Task<GatewayProtocol.TextPlaces> ISearchSource.FindAsync(GatewayProtocol.FindText request, CancellationToken cancellation)
    {
        var services = new GatewayServices(
            ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody, null!, null!, _journal, null!, null!, null!) { Search = _index };
        var found = Assert.IsType<GatewayProtocol.TextPlaces>(SearchRequests.Find(services, request));
        _largestAnswer = Math.Max(_largestAnswer, found.Sessions.Sum(s => s.Places.Sum(p => p.State.Length + 64)));
        return Task.FromResult(found);
    }

    Task<GatewayProtocol.EventPage> ISearchSource.ReadAsync(GatewayProtocol.ReadJournal request, CancellationToken cancellation)
    {
        var events = _journal.Read(request.Session, request.AfterSequenceNr, 100, 128 * 1024);
        return Task.FromResult(new GatewayProtocol.EventPage(
            events, events.Count > 0 ? events[^1].SequenceNr : request.AfterSequenceNr, Ended: events.Count == 0));
    }

    private static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 11, 22, 7, 45, 17, TimeSpan.Zero).AddSeconds(seconds);

    private void Record()
    {
        for (var channel = 0; channel < Channels; channel++)
        {
            _journal.Add(_session, new ChannelOpened(At(0), channel, ChannelKind.Pty, 3, BootTime.Zero, 24, 80, false));
            Output(channel, $"begun {channel} " + string.Concat(Enumerable.Repeat("\U00100000\u0301", 8000)));
        }

        for (var i = 0; i < 40; i++)
            Print(0, i);
    }

    private void Print(int channel, int number)
    {
        Output(channel, $"\r\nneedle {number}.\r\n" + string.Concat(Enumerable.Repeat("x\r\n", 4000)));
        Output(channel, string.Concat(Enumerable.Repeat("\U00100000\u0301", 8000)));
    }

    private void Output(int channel, string text) =>
        _journal.Add(_session, new OutputRecorded(At(1), channel, ChannelStream.Output, 0, Encoding.UTF8.GetBytes(text)));
}
