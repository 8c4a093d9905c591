using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Formatting.Export;

namespace SshLog.Web;

/// <summary>Events and recordings of sessions, a page of the journal at a time as fast as the client takes them.</summary>
internal sealed class RecordingApi(IWebGateway gateway)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sessions/{id}/events", EventsAsync);
        routes.MapGet("/api/sessions/{id}/recording.cast", CastAsync);
    }

    private async Task EventsAsync(HttpContext context)
    {
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var session = await SessionApi.FindAsync(daemon, context).ConfigureAwait(false);
        using var buffer = new MemoryStream();
        var export = RecordingExport.Create(ExportFormat.JsonLines, session, null, buffer);
        context.Response.ContentType = "application/jsonl; charset=utf-8";
        await SendAsync(daemon, session, 0, export, buffer, e => e is not (OutputRecorded or InputRecorded), context).ConfigureAwait(false);
    }

    private async Task CastAsync(HttpContext context)
    {
        var from = From(context.Request.Query);
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var session = await SessionApi.FindAsync(daemon, context).ConfigureAwait(false);
        using var buffer = new MemoryStream();
        var choice = new ChannelChoice(session, null);
        var export = new AsciicastExport(2, session, choice, buffer);
        var after = from is null ? 0 : await BeginAsync(daemon, session, choice, export, from.Value, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/x-asciicast";
        await SendAsync(daemon, session, after, export, buffer, _ => true, context).ConfigureAwait(false);
    }

    private static TimeSpan? From(IQueryCollection given) => SessionApi.Given(given, "from") is not { } text ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(seconds)
            : throw new WebException(400, "'from' must be seconds such as 12.5.");

    // The newest key frame before the place, if there is one: gives the last event that needs not be written any more.
    private static async Task<long> BeginAsync(
        IWebConnection daemon, SessionSummary session, ChannelChoice choice, AsciicastExport export, TimeSpan from, CancellationToken cancellation)
    {
        for (var after = 0L; choice.Channel is null;)
        {
            var page = await ReadAsync(daemon, session, after, cancellation).ConfigureAwait(false);
            if (page.Events.Count == 0)
                return 0;
            foreach (var entry in page.Events)
                choice.Notice(entry.Event);
            after = page.Cursor;
        }

        var opened = choice.Channel;
        var at = DateTimeOffset.MaxValue - opened.At > from ? opened.At + from : DateTimeOffset.MaxValue;
        var request = new GatewayProtocol.GetFrame(session.Id, opened.Channel, 0, at);
        if ((await daemon.AskAsync<GatewayProtocol.Frame>(request, cancellation).ConfigureAwait(false)).Found is not { } frame)
            return 0;
        try
        {
            export.Begin(opened, frame);
            return frame.SequenceNr;
        }
        catch (FormatException)
        {
            // Made by another version, and made again soon.
            return 0;
        }
    }

    private static async Task SendAsync(
        IWebConnection daemon, SessionSummary session, long after, IRecordingExport export, MemoryStream buffer, Func<SessionEvent, bool> wanted,
        HttpContext context)
    {
        while (true)
        {
            var page = await ReadAsync(daemon, session, after, context.RequestAborted).ConfigureAwait(false);
            foreach (var entry in page.Events.Where(e => wanted(e.Event)))
                export.Write(entry);
            after = page.Cursor;
            if (page.Events.Count == 0)
                export.End();
            await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted).ConfigureAwait(false);
            buffer.SetLength(0);
            if (page.Events.Count == 0)
                return;
        }
    }

    private static Task<GatewayProtocol.EventPage> ReadAsync(
        IWebConnection daemon, SessionSummary session, long after, CancellationToken cancellation) =>
        daemon.AskAsync<GatewayProtocol.EventPage>(new GatewayProtocol.ReadJournal(session.Id, after), cancellation);
}
