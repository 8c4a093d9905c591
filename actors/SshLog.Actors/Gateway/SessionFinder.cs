using System.Globalization;
using Akka.Actor;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>A question about sessions that needs the open ones as they are now.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Query">Which sessions.</param>
/// <param name="Name">A person's name for one session; null when a list is wanted.</param>
internal sealed record Question(IActorRef Client, SessionQuery Query, string? Name);

/// <summary>Joins the sessions open now with the catalogue's and finds the one that a person means.</summary>
internal static class SessionFinder
{
    private const int CandidatesShown = 8;

    public static GatewayProtocol.IReply Reply(
        Question question, IReadOnlyList<SessionSummary> open, ICatalogue catalogue)
    {
        try
        {
            return question.Name is { } name
                ? Resolve(name, open, catalogue)
                : new GatewayProtocol.SessionList(Find(question.Query, open, catalogue));
        }
        catch (JournalUnavailableException e)
        {
            return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, e.Message);
        }
    }

    private static List<SessionSummary> Find(
        SessionQuery query, IReadOnlyList<SessionSummary> open, ICatalogue catalogue)
    {
        query = query with { Limit = Math.Min(query.Limit, GatewayProtocol.FindSessions.MostAtOnce) };
        var live = open.Select(s => s.Id).ToHashSet();
        var recorded = query.OnlyOpen && !query.AsksForCommands ? [] : catalogue.Find(query);
        // The catalogue may be a moment behind: what it calls open and the router does not know is over.
        var ended = query.OnlyOpen ? [] : recorded.Where(s => !live.Contains(s.Id));
        return [.. open.Where(s => query.Matches(s) && (!query.AsksForCommands || recorded.Any(r => r.Id == s.Id))).Concat(ended)
            .OrderByDescending(s => s.StartedAt).ThenByDescending(s => s.Id.Text, StringComparer.Ordinal)
            .Take(query.Limit)];
    }

    private static GatewayProtocol.IReply Resolve(
        string name, IReadOnlyList<SessionSummary> open, ICatalogue catalogue)
    {
        var isNumber = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var tty);
        SessionQuery?[] meanings =
        [
            isNumber ? new SessionQuery(Tty: tty, OnlyOpen: true) : null,
            new SessionQuery(IdPrefix: name),
            new SessionQuery(User: name, OnlyOpen: true),
            new SessionQuery(User: name),
        ];
        foreach (var meaning in meanings.OfType<SessionQuery>())
        {
            var found = Find(meaning with { Limit = CandidatesShown + 1 }, open, catalogue);
            if (found.Count == 1)
                return new GatewayProtocol.ResolvedSession(found[0]);
            if (found.Count > 1)
                return Ambiguous(name, found);
        }

        return new GatewayProtocol.Failure(GatewayProtocol.FailureCode.NotFound, $"No session is called '{name}'.");
    }

    private static GatewayProtocol.Failure Ambiguous(string name, List<SessionSummary> found)
    {
        var shown = string.Join(", ", found.Take(CandidatesShown).Select(s => s.Id.Text));
        var more = found.Count > CandidatesShown ? ", ..." : string.Empty;
        return new GatewayProtocol.Failure(
            GatewayProtocol.FailureCode.Ambiguous, $"Several sessions are called '{name}': {shown}{more}.");
    }
}
