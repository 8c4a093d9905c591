using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Formatting;
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
        var after = After(context.Request.Query);
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var session = await SessionApi.FindAsync(daemon, context).ConfigureAwait(false);
        using var buffer = new MemoryStream();
        var export = RecordingExport.Create(ExportFormat.JsonLines, session, null, buffer);
        context.Response.ContentType = "application/jsonl; charset=utf-8";
        var last = await SendAsync(
            daemon, session, after ?? 0, export, buffer, e => e is not (OutputRecorded or InputRecorded), context).ConfigureAwait(false);
        if (after is null)
            return;
        // Whoever asks again goes on behind it, and not behind the last event that is no output.
        new JsonOutput(buffer).WriteLine(json => json.WriteNumber("read_through", last));
        await FlushAsync(buffer, context).ConfigureAwait(false);
    }

    private async Task CastAsync(HttpContext context)
    {
        var from = From(context.Request.Query);
        var number = SessionApi.Channel(context.Request.Query);
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var session = await SessionApi.FindAsync(daemon, context).ConfigureAwait(false);
        using var buffer = new MemoryStream();
        var choice = new ChannelChoice(session, number);
        var export = new AsciicastExport(2, session, choice, buffer) { WithPlace = true };
        var isThere = (from is null && number is null)
            || await FindAsync(daemon, session, choice, context.RequestAborted).ConfigureAwait(false);
        if (!isThere && number is not null)
            throw new WebException(404, $"That session has no channel {number}; it has: {choice.Describe()}.");
        var after = from is not null && isThere
            ? await BeginAsync(daemon, session, choice.Channel!, export, from.Value, context.RequestAborted).ConfigureAwait(false)
            : 0;
        context.Response.ContentType = "application/x-asciicast";
        await SendAsync(daemon, session, after, export, buffer, _ => true, context).ConfigureAwait(false);
    }

    private static long? After(IQueryCollection given) => SessionApi.Given(given, "after") is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : throw new WebException(400, "'after' must be the sequence of an event.");

    private static TimeSpan? From(IQueryCollection given) => SessionApi.Given(given, "from") is not { } text ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(seconds)
            : throw new WebException(400, "'from' must be seconds such as 12.5.");

    // Reads until the chosen channel opens; false if it never does.
    private static async Task<bool> FindAsync(
        IWebConnection daemon, SessionSummary session, ChannelChoice choice, CancellationToken cancellation)
    {
        for (var after = 0L; choice.Channel is null;)
        {
            var page = await ReadAsync(daemon, session, after, cancellation).ConfigureAwait(false);
            if (page.Events.Count == 0)
                return false;
            foreach (var entry in page.Events)
                choice.Notice(entry.Event);
            after = page.Cursor;
        }

        return true;
    }

    // The newest key frame before the place, if there is one: gives the last event that needs not be written any more.
    private static async Task<long> BeginAsync(
        IWebConnection daemon, SessionSummary session, ChannelOpened opened, AsciicastExport export, TimeSpan from, CancellationToken cancellation)
    {
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

    /// <summary>Sends what is wanted of the journal behind a place; gives the last event that was read.</summary>
    private static async Task<long> SendAsync(
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
            await FlushAsync(buffer, context).ConfigureAwait(false);
            if (page.Events.Count == 0)
                return after;
        }
    }

    private static async Task FlushAsync(MemoryStream buffer, HttpContext context)
    {
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted).ConfigureAwait(false);
        buffer.SetLength(0);
    }

    private static Task<GatewayProtocol.EventPage> ReadAsync(
        IWebConnection daemon, SessionSummary session, long after, CancellationToken cancellation) =>
        daemon.AskAsync<GatewayProtocol.EventPage>(new GatewayProtocol.ReadJournal(session.Id, after), cancellation);
}
