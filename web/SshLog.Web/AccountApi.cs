using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Web;

/// <summary>Signing in and out.</summary>
internal sealed partial class AccountApi(SignInDesk desk, bool secure, bool typing, string version, ILogger log)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/login", SignInAsync);
        routes.MapPost("/api/logout", SignOut);
        routes.MapGet("/api/me", context => TellAsync(context, WebGuard.VisitorOf(context)));
    }

    private async Task SignInAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted).ConfigureAwait(false);
        var name = Text(body.RootElement, "user");
        var from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var token = await desk.SignInAsync(name, Text(body.RootElement, "password"), from, context.RequestAborted).ConfigureAwait(false);
        if (token is null)
        {
            Refused(log, SafeText.Escape(name.Length > 64 ? name[..64] : name), from);
            throw new WebException(401, "The name or the password is wrong.");
        }

        SignedIn(log, name, from);
        context.Response.Cookies.Append(WebGuard.Cookie(secure), token, CookieOptions());
        await TellAsync(context, desk.Find(token)!).ConfigureAwait(false);
    }

    private Task SignOut(HttpContext context)
    {
        if (context.Request.Cookies[WebGuard.Cookie(secure)] is { } token)
            desk.SignOut(token);
        context.Response.Cookies.Delete(WebGuard.Cookie(secure), CookieOptions());
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task TellAsync(HttpContext context, Visitor visitor) => Answers.WriteAsync(context, json =>
    {
        json.WriteString("user", visitor.Name);
        json.WriteString("role", visitor.Role.ToString().ToLowerInvariant());
        json.WriteBoolean("typing", typing && visitor.Role >= Role.Operator);
        json.WriteString("version", version);
    });

    private CookieOptions CookieOptions() => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = secure,
        Path = "/",
        IsEssential = true,
    };

    private static string Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new WebException(400, $"'{name}' is missing.");

    [LoggerMessage(62, LogLevel.Information, "Web page: {User} signed in from {Address}")]
    private static partial void SignedIn(ILogger logger, string user, IPAddress address);

    [LoggerMessage(63, LogLevel.Warning, "Web page: refused {User} from {Address}")]
    private static partial void Refused(ILogger logger, string user, IPAddress address);
}
