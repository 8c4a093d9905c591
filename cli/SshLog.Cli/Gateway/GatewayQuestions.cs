using System.Globalization;
using System.Runtime.CompilerServices;
using SshLog.Cli.Formatting;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Gateway;

/// <summary>What commands ask of the daemon.</summary>
internal static class GatewayQuestions
{
    /// <summary>The answer, if it is one of that kind.</summary>
    /// <exception cref="CliException">The daemon refused, or the connection failed.</exception>
    public static async Task<TReply> AskAsync<TReply>(
        this IGateway gateway, GatewayProtocol.IRequest request, CancellationToken cancellation)
        where TReply : class, GatewayProtocol.IReply =>
        await gateway.AskAsync(request, cancellation) switch
        {
            TReply reply => reply,
            GatewayProtocol.Failure failure => throw CliException.From(failure),
            var other => throw new CliException(
                ExitCodes.Protocol, $"the daemon answered {request.GetType().Name} with {other.GetType().Name}"),
        };

    /// <summary>The sessions that match, newest first.</summary>
    public static Task<IReadOnlyList<SessionSummary>> FindSessionsAsync(
        this IGateway gateway, SessionQuery query, CancellationToken cancellation) =>
        SessionPages.FindAsync(query, request => gateway.AskAsync<GatewayProtocol.SessionList>(request, cancellation));

    /// <summary>The commands of a session in order of start.</summary>
    public static async Task<IReadOnlyList<CommandSummary>> ListCommandsAsync(
        this IGateway gateway, SessionId session, CancellationToken cancellation)
    {
        var commands = new List<CommandSummary>();
        while (true)
        {
            var request = new GatewayProtocol.ListCommands(session, commands is [.., var last] ? last.SequenceNr : 0);
            var page = (await gateway.AskAsync<GatewayProtocol.CommandList>(request, cancellation)).Commands;
            if (page.Count == 0)
                return commands;
            commands.AddRange(page);
        }
    }

    /// <summary>The one session that a person means by <paramref name="name"/>.</summary>
    /// <exception cref="CliException">None (66), or several (64; the message lists them).</exception>
    public static async Task<SessionSummary> ResolveAsync(
        this IGateway gateway, string name, CancellationToken cancellation)
    {
        var reply = await gateway.AskAsync(new GatewayProtocol.ResolveSession(name), cancellation);
        return reply switch
        {
            GatewayProtocol.ResolvedSession resolved => resolved.Session,
            GatewayProtocol.Failure { Code: GatewayProtocol.FailureCode.NotFound } => throw new CliException(
                ExitCodes.NoInput, $"no session is called '{SafeText.Escape(name)}'"),
            GatewayProtocol.Failure { Code: GatewayProtocol.FailureCode.Ambiguous } => throw new CliException(
                ExitCodes.Usage, await DescribeCandidatesAsync(gateway, name, cancellation)),
            GatewayProtocol.Failure failure => throw CliException.From(failure),
            _ => throw new CliException(ExitCodes.Protocol, $"the daemon answered with {reply.GetType().Name}"),
        };
    }

    /// <summary>The events of a session as far as they are recorded.</summary>
    public static async IAsyncEnumerable<SessionEvent> ReadJournalAsync(
        this IGateway gateway, SessionId session, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = 0L;
        var ended = false;
        while (!ended)
        {
            var request = new GatewayProtocol.ReadJournal(session, after);
            var page = await gateway.AskAsync<GatewayProtocol.EventPage>(request, cancellation);
            foreach (var entry in page.Events)
                yield return entry.Event;
            ended = page.Ended || page.Events.Count == 0;
            after = page.Cursor;
        }
    }

    private static async Task<string> DescribeCandidatesAsync(
        IGateway gateway, string name, CancellationToken cancellation)
    {
        const int mostShown = 20;
        var queries = new List<SessionQuery>
        {
            new(IdPrefix: name, Limit: mostShown), new(User: name, OnlyOpen: true, Limit: mostShown),
        };
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var tty))
            queries.Add(new SessionQuery(Tty: tty, OnlyOpen: true, Limit: mostShown));
        var candidates = new List<SessionSummary>();
        foreach (var query in queries)
            candidates.AddRange(await gateway.FindSessionsAsync(query, cancellation));
        if (candidates.Count == 0)
            candidates.AddRange(await gateway.FindSessionsAsync(new(User: name, Limit: mostShown), cancellation));
        var lines = candidates.DistinctBy(s => s.Id).Take(mostShown).Select(Describe);
        return $"several sessions are called '{SafeText.Escape(name)}'; name one by its id:"
            + string.Concat(lines.Select(line => "\n  " + line));
    }

    private static string Describe(SessionSummary session) => string.Join(
        "  ",
        session.Id.Text,
        SafeText.Escape(session.User),
        session.Client.ToString(),
        session.EndedAt is null ? "open, tty " + Quantities.Ttys(session.Ttys) : "ended");
}
