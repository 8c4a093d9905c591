using SshLog.Core.Journal;

namespace SshLog.Core.Protocol;

/// <summary>Lists of sessions that are longer than one answer.</summary>
public static class SessionPages
{
    /// <summary>Asks until there are as many as the query wants, or no more.</summary>
    /// <param name="query">Which, and how many.</param>
    /// <param name="ask">Asks the daemon once; what it throws is thrown.</param>
    /// <returns>Newest first.</returns>
    public static async Task<IReadOnlyList<SessionSummary>> FindAsync(
        SessionQuery query, Func<GatewayProtocol.FindSessions, Task<GatewayProtocol.SessionList>> ask)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(ask);
        var found = new List<SessionSummary>();
        while (true)
        {
            var next = query with
            {
                Limit = query.Limit - found.Count,
                Behind = found is [.., var last] ? SessionPlace.Of(last) : query.Behind,
            };
            var page = (await ask(new GatewayProtocol.FindSessions(next)).ConfigureAwait(false)).Sessions;
            found.AddRange(page);
            if (page.Count != GatewayProtocol.FindSessions.MostAtOnce || found.Count >= query.Limit)
                return found;
        }
    }
}
