using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Web;

/// <summary>
/// <c>GET /api/events</c>: what happens in all sessions, as server-sent events (WHATWG HTML, section 9.2). The id of each is
/// its place in the feed: a client that connects again goes on behind the last one it had.
/// </summary>
internal sealed class EventStream(IWebGateway gateway, WebGuard guard, CancellationToken stopping)
{
    private const int MostSessions = 1000;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/events", StreamAsync);

    private async Task StreamAsync(HttpContext context)
    {
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream";
        var cursor = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last
            : GatewayProtocol.ReadFeed.FromNow;
        var sessions = new SessionDirectory(
            daemon.FindSessionsAsync, (id, cancellation) => daemon.ListCommandsAsync(id, 0, int.MaxValue, cancellation), MostSessions);
        await WriteAsync(context, ": sshlog\n\n", end.Token).ConfigureAwait(false);
        while (guard.IsSignedIn(context))
        {
            var page = await daemon.AskAsync<GatewayProtocol.EventPage>(new GatewayProtocol.ReadFeed(cursor), end.Token).ConfigureAwait(false);
            cursor = page.Cursor;
            sessions.Prepare(page.Events);
            var text = new StringBuilder();
            foreach (var entry in page.Events)
                await AppendAsync(text, sessions, entry, end.Token).ConfigureAwait(false);
            // Nothing for a while: a comment keeps proxies from closing.
            await WriteAsync(context, text.Length > 0 ? text.ToString() : ":\n\n", end.Token).ConfigureAwait(false);
        }
    }

    private static async Task AppendAsync(
        StringBuilder text, SessionDirectory sessions, JournalledEvent entry, CancellationToken cancellation)
    {
        if (await sessions.FindAsync(entry, cancellation).ConfigureAwait(false) is not { } facts)
            return;
        using var buffer = new MemoryStream();
        new JsonOutput(buffer).WriteLine(json => EventJson.Write(json, entry, facts));
        sessions.Forget(entry);
        text.Append(CultureInfo.InvariantCulture, $"id: {entry.Ordering}\nevent: {EventNames.Always(entry.Event)}\ndata: ")
            .Append(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)).Append('\n');
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancellation)
    {
        await context.Response.WriteAsync(text, cancellation).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancellation).ConfigureAwait(false);
    }
}
