using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Formatting.Search;

namespace SshLog.Web;

/// <summary>What <c>sshlog search</c> does, an object a line as it is found.</summary>
internal sealed class SearchApi(IWebGateway gateway)
{
    private const int MostHits = 500;
    private const int LongestText = 1000;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/search", SearchAsync);

    private async Task SearchAsync(HttpContext context)
    {
        var given = context.Request.Query;
        var text = given["text"].ToString();
        if (text.Length is 0 or > LongestText)
            throw new WebException(400, $"'text' must be 1 to {LongestText} characters.");
        var limit = SessionApi.Number(given, "limit", MostHits);
        var sought = Sought(text, SessionApi.IsSet(given, "regex"));
        // Sessions as they are named elsewhere, but all of them.
        var query = SessionApi.Query(given) with { Limit = int.MaxValue };
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var sessions = await daemon.FindSessionsAsync(query, context.RequestAborted).ConfigureAwait(false);
        var search = new SessionSearch(new Source(daemon), sought, !SessionApi.IsSet(given, "commands"));

        context.Response.ContentType = "application/jsonl; charset=utf-8";
        using var buffer = new MemoryStream();
        var output = new JsonOutput(buffer);
        var hits = 0;
        await foreach (var hit in search.FindAsync(sessions, context.RequestAborted).ConfigureAwait(false))
        {
            output.WriteLine(hit.Write);
            await SendAsync(context, buffer).ConfigureAwait(false);
            if (++hits == limit)
                break;
        }

        output.WriteLine(json =>
        {
            json.WriteBoolean("more", hits == limit);
            json.WriteNumber("read_through", search.ReadThrough);
        });
        await SendAsync(context, buffer).ConfigureAwait(false);
    }

    private static SoughtText Sought(string text, bool isRegex)
    {
        try
        {
            return SoughtText.Parse(text, isRegex);
        }
        catch (FormatException e)
        {
            throw new WebException(400, $"That cannot be searched for: {e.Message}.");
        }
    }

    private static async Task SendAsync(HttpContext context, MemoryStream buffer)
    {
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        buffer.SetLength(0);
    }

    private sealed class Source(IWebConnection daemon) : ISearchSource
    {
        public Task<GatewayProtocol.TextPlaces> FindAsync(GatewayProtocol.FindText request, CancellationToken cancellation) =>
            daemon.AskAsync<GatewayProtocol.TextPlaces>(request, cancellation);

        public Task<GatewayProtocol.EventPage> ReadAsync(GatewayProtocol.ReadJournal request, CancellationToken cancellation) =>
            daemon.AskAsync<GatewayProtocol.EventPage>(request, cancellation);
    }
}
