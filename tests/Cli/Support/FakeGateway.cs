using SshLog.Cli.Gateway;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Support;

/// <summary>A daemon with prepared answers.</summary>
internal sealed class FakeGateway : IGateway
{
    public List<GatewayProtocol.IRequest> Requests { get; } = [];

    public List<SessionSummary> Sessions { get; } = [];

    public List<CommandSummary> Commands { get; } = [];

    /// <summary>Pages of the one session's journal.</summary>
    public List<IReadOnlyList<JournalledEvent>> Journal { get; } = [];

    /// <summary>Its key frames.</summary>
    public List<ScreenFrame> Frames { get; } = [];

    /// <summary>Pages of the feed; when they are used up the connection is lost.</summary>
    public Queue<IReadOnlyList<JournalledEvent>> Feed { get; } = [];

    /// <summary>Answers everything when set.</summary>
    public Func<GatewayProtocol.IRequest, GatewayProtocol.IReply?>? Override { get; set; }

    public bool Disposed { get; private set; }

    public Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Requests.Add(request);
        return Task.FromResult(Override?.Invoke(request) ?? Answer(request));
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }

    private GatewayProtocol.IReply Answer(GatewayProtocol.IRequest request) => request switch
    {
        GatewayProtocol.FindSessions find => new GatewayProtocol.SessionList([.. Find(find.Query)]),
        GatewayProtocol.ResolveSession resolve => Resolve(resolve.Name),
        GatewayProtocol.ListCommands list => new GatewayProtocol.CommandList(
            [.. Commands.Where(c => c.SequenceNr > list.AfterSequenceNr)]),
        GatewayProtocol.ReadJournal read => Page(read.AfterSequenceNr),
        GatewayProtocol.FindText find => new GatewayProtocol.TextPlaces([.. find.Sessions.Select(s =>
            new GatewayProtocol.SessionPlaces(s, [new GatewayProtocol.TextPlace(0, long.MaxValue, default, false, true)], false))]),
        GatewayProtocol.GetFrame get => new GatewayProtocol.Frame(Frames
            .Where(f => f.Channel == get.Channel && (get.UpTo is { } time ? f.At <= time : f.SequenceNr <= get.UpToSequenceNr))
            .MaxBy(f => f.SequenceNr)),
        GatewayProtocol.ReadFeed => Feed.TryDequeue(out var page)
            ? new GatewayProtocol.EventPage(page, page.Count == 0 ? 0 : page[^1].Ordering, false)
            : throw new CliException(ExitCodes.InputOutput, "the daemon has closed the connection"),
        GatewayProtocol.GetStatus => new GatewayProtocol.DaemonStatus(
            "0.1.0", 812, Samples.Start, "attached to 14 tracepoints", 2, 0, 0, "/var/lib/sshlog"),
        _ => throw new NotSupportedException(request.GetType().Name),
    };

    private GatewayProtocol.EventPage Page(long after)
    {
        var page = Journal.Find(p => p.Any(e => e.SequenceNr > after));
        return page is null
            ? new GatewayProtocol.EventPage([], after, true)
            : new GatewayProtocol.EventPage([.. page.Where(e => e.SequenceNr > after)], page[^1].SequenceNr, page == Journal[^1]);
    }

    private IEnumerable<SessionSummary> Find(SessionQuery query)
    {
        var found = Sessions
            .Where(s => query.User is null || s.User == query.User)
            .Where(s => query.IdPrefix is null || s.Id.Text.StartsWith(query.IdPrefix, StringComparison.Ordinal))
            .Where(s => query.Tty is null || s.Ttys.Contains(query.Tty.Value))
            .Where(s => !query.OnlyOpen || s.EndedAt is null);
        if (query.Behind is { } place)
            found = found.SkipWhile(s => s.Id.Text != place.Id).Skip(1);
        return found.Take(Math.Min(query.Limit, GatewayProtocol.FindSessions.MostAtOnce));
    }

    private GatewayProtocol.IReply Resolve(string name)
    {
        var meant = Sessions.FindAll(s => s.User == name || s.Id.Text.StartsWith(name, StringComparison.Ordinal));
        return meant switch
        {
            [var one] => new GatewayProtocol.ResolvedSession(one),
            [] => new GatewayProtocol.Failure(GatewayProtocol.FailureCode.NotFound, "No such session."),
            _ => new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Ambiguous, "Several sessions."),
        };
    }
}
