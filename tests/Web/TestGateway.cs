using System.Net;
using System.Text;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;

namespace SshLog.Web.Tests;

/// <summary>A daemon with one session, whose journal is read in pages of two events; nothing happens in it while it is watched.</summary>
internal sealed class TestGateway : IWebGateway
{
    public static readonly SessionId Id = SessionId.Derive(
        new BootClock(Guid.Parse("30d94867-ed96-41cb-92a0-122a0304ec18"), new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero)),
        new SessionKey(new BootTime(2_717_000_000_000), 970236));

    private static readonly DateTimeOffset _start = new DateTimeOffset(2026, 11, 22, 7, 45, 17, TimeSpan.Zero) + TimeSpan.FromMilliseconds(900);

    /// <summary>The session's journal.</summary>
    public List<JournalledEvent> Journal { get; } = [];

    /// <summary>What was asked to be attached.</summary>
    public List<GatewayProtocol.Attach> Attached { get; } = [];

    /// <summary>What was typed, piece by piece; each is refused.</summary>
    public List<ReadOnlyMemory<byte>> Typed { get; } = [];

    /// <summary>Where reading began, for each page of the journal that was asked for.</summary>
    public List<long> ReadAfter { get; } = [];

    public Task<IWebConnection> OpenAsync(ClientIdentity client, Role role) => Task.FromResult<IWebConnection>(new Connection(this));

    public static DateTimeOffset At(double seconds) => _start + TimeSpan.FromSeconds(seconds);

    /// <summary>Two terminals, 0 with pty 5 and 3 with pty 6, and what was printed on each.</summary>
    public void RecordTwoTerminals()
    {
        Record(new ChannelOpened(At(0), 0, ChannelKind.Pty, 5, default, 24, 80, false));
        Record(new OutputRecorded(At(1), 0, ChannelStream.Output, 0, Encoding.UTF8.GetBytes("on the first")));
        Record(new ChannelOpened(At(2), 3, ChannelKind.Pty, 6, default, 30, 90, false));
        Record(new OutputRecorded(At(3), 3, ChannelStream.Output, 0, Encoding.UTF8.GetBytes("on the other")));
        Record(new ChannelClosed(At(4), 3));
    }

    public void Record(SessionEvent fact) => Journal.Add(new JournalledEvent(Journal.Count + 101, Id, Journal.Count + 1, fact));

    private GatewayProtocol.EventPage Read(GatewayProtocol.ReadJournal read)
    {
        ReadAfter.Add(read.AfterSequenceNr);
        var page = Journal.Where(e => e.SequenceNr > read.AfterSequenceNr).Take(2).ToList();
        return new GatewayProtocol.EventPage(page, page is [.., var last] ? last.SequenceNr : read.AfterSequenceNr, page.Count == 0);
    }

    private GatewayProtocol.Attached Attach(GatewayProtocol.Attach attach)
    {
        Attached.Add(attach);
        return new GatewayProtocol.Attached(attach.Channel ?? 0, ChannelKind.Pty, !attach.ReadOnly, string.Empty);
    }

    private GatewayProtocol.Failure Refuse(GatewayProtocol.TypeKeys keys)
    {
        Typed.Add(keys.Bytes);
        return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, "The terminal is full.");
    }

    private sealed class Connection(TestGateway gateway) : IWebConnection
    {
        private static readonly IPEndPoint _server = new(IPAddress.Loopback, 22);

        public async Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request, CancellationToken cancellation)
        {
            if (request is GatewayProtocol.ReadLive)
                await Task.Delay(Timeout.Infinite, cancellation);
            return request switch
            {
                GatewayProtocol.ResolveSession => new GatewayProtocol.ResolvedSession(new SessionSummary(
                    Id, "alice", 1000, "host1", 970236, new IPEndPoint(IPAddress.Loopback, 59120), _server, At(0), null, null, At(9), "bash",
                    [5, 6], 0, 0, 0)),
                GatewayProtocol.ReadJournal read => gateway.Read(read),
                GatewayProtocol.GetFrame => new GatewayProtocol.Frame(null),
                GatewayProtocol.Attach attach => gateway.Attach(attach),
                GatewayProtocol.TypeKeys keys => gateway.Refuse(keys),
                _ => new GatewayProtocol.Failure(GatewayProtocol.FailureCode.BadRequest, $"{request.GetType().Name} is not expected."),
            };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
