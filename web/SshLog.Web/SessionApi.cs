using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Web;

/// <summary>Sessions and their commands, and ending them.</summary>
internal sealed class SessionApi(IWebGateway gateway)
{
    private const int MostSessions = 500;
    private const int MostCommands = 2000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sessions", ListAsync);
        routes.MapGet("/api/sessions/{id}", async context =>
        {
            await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
            var session = await FindAsync(daemon, context).ConfigureAwait(false);
            await Answers.WriteAsync(context, json => SummaryJson.WriteSession(json, session)).ConfigureAwait(false);
        });
        routes.MapGet("/api/sessions/{id}/commands", CommandsAsync);
        routes.MapPost("/api/sessions/{id}/kill", KillAsync);
    }

    /// <summary>The session that the path names.</summary>
    /// <exception cref="WebException">There is none (404).</exception>
    public static async Task<SessionSummary> FindAsync(IWebConnection daemon, HttpContext context)
    {
        var name = (string)context.Request.RouteValues["id"]!;
        var found = await daemon.AskAsync<GatewayProtocol.ResolvedSession>(
            new GatewayProtocol.ResolveSession(name), context.RequestAborted).ConfigureAwait(false);
        return found.Session;
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = Query(context.Request.Query);
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var sessions = await daemon.FindSessionsAsync(query, context.RequestAborted).ConfigureAwait(false);
        await Answers.WriteArrayAsync(context, sessions, SummaryJson.WriteSession).ConfigureAwait(false);
    }

    /// <summary>The sessions that a query string describes.</summary>
    /// <exception cref="WebException">It does not (400).</exception>
    public static SessionQuery Query(IQueryCollection given) => new(
        User: Given(given, "user"),
        Client: Given(given, "client") is not { } address ? null : IPAddress.TryParse(address, out var client)
            ? client
            : throw new WebException(400, "'client' must be an address."),
        OnlyOpen: IsSet(given, "open"),
        Since: Given(given, "since") is not { } time ? null
            : DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
                ? since
                : throw new WebException(400, "'since' must be a time such as 2026-11-27T10:00:00Z."),
        Limit: Number(given, "limit", MostSessions),
        Command: Given(given, "command"),
        ExitStatus: Given(given, "exit_status") is not { } text ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
                ? status
                : throw new WebException(400, "'exit_status' must be a number."));

    /// <summary>A number from 1 to the most that is allowed, which it is when not given.</summary>
    /// <exception cref="WebException">It is something else (400).</exception>
    public static int Number(IQueryCollection given, string name, int most) =>
        Given(given, name) is not { } text ? most : int.TryParse(text, out var number) && number > 0 && number <= most
            ? number
            : throw new WebException(400, $"'{name}' must be 1 to {most}.");

    /// <summary>The number of a channel; null when none is given.</summary>
    /// <exception cref="WebException">It is no number (400).</exception>
    public static int? Channel(IQueryCollection given) => Given(given, "channel") is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new WebException(400, "'channel' must be a number.");

    /// <summary>Whether a switch is given.</summary>
    public static bool IsSet(IQueryCollection given, string name) => Given(given, name) is "1" or "true";

    /// <summary>What is given by a name and not empty.</summary>
    public static string? Given(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;

    private async Task CommandsAsync(HttpContext context)
    {
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var session = await FindAsync(daemon, context).ConfigureAwait(false);
        var after = long.TryParse(Given(context.Request.Query, "after"), out var given) ? given : 0;
        var commands = await daemon.ListCommandsAsync(session.Id, after, MostCommands, context.RequestAborted).ConfigureAwait(false);
        await Answers.WriteArrayAsync(context, commands, (json, command) => SummaryJson.WriteCommand(json, session, command)).ConfigureAwait(false);
    }

    private async Task KillAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted).ConfigureAwait(false);
        var reason = body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("reason", out var given)
            && given.ValueKind == JsonValueKind.String ? given.GetString()! : string.Empty;
        await using var daemon = await gateway.OpenAsync(context).ConfigureAwait(false);
        var session = await FindAsync(daemon, context).ConfigureAwait(false);
        var killed = await daemon.AskAsync<GatewayProtocol.SessionKilled>(
            new GatewayProtocol.KillSession(session.Id, reason), context.RequestAborted).ConfigureAwait(false);
        await Answers.WriteAsync(context, json => json.WriteString("how", killed.How)).ConfigureAwait(false);
    }
}
