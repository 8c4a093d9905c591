using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SshLog.Core.Journal;

namespace SshLog.Web;

/// <summary>Stands before everything: headers, who asks, from where, and errors as one sentence.</summary>
/// <param name="desk">Who is signed in.</param>
/// <param name="secure">True with TLS.</param>
/// <param name="local">True if the page is served on a loopback address.</param>
/// <param name="log">Told what goes wrong.</param>
internal sealed partial class WebGuard(SignInDesk desk, bool secure, bool local, ILogger log)
{
    /// <summary>A header that no page of another origin can send without being allowed to (CORS); changes need it.</summary>
    public const string RequestHeader = "X-SshLog-Request";

    // xterm.js makes its style sheets as it goes.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly object _visitor = new();

    /// <summary>Name of the cookie.</summary>
    public static string Cookie(bool secure) => secure ? "__Host-sshlog" : "sshlog";

    /// <summary>Who asks.</summary>
    /// <exception cref="WebException">Nobody who has signed in (401).</exception>
    public static Visitor VisitorOf(HttpContext context) =>
        context.Items[_visitor] as Visitor ?? throw new WebException(401, "Sign in first.");

    /// <summary>False once whoever asked has signed out, or has been here too long; streams end then.</summary>
    public bool IsSignedIn(HttpContext context) => desk.Find(context.Request.Cookies[Cookie(secure)]) is not null;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context.Response.Headers);
        try
        {
            if (local && !IsLocalName(context.Request.Host.Host))
                throw new WebException(403, "On this machine's own address the page is called localhost or by its address.");
            if (desk.Find(context.Request.Cookies[Cookie(secure)]) is { } visitor)
                context.Items[_visitor] = visitor;
            if (!IsSafe(context))
                throw new WebException(403, "This request does not come from this page.");
            await next(context).ConfigureAwait(false);
        }
        catch (WebException e)
        {
            await AnswerAsync(context, e.Status, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BadHttpRequestException or JsonException)
        {
            await AnswerAsync(context, 400, "This request makes no sense.").ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or the daemon is going.
            context.Abort();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Failed(log, e, context.Request.Path);
            await AnswerAsync(context, e is JournalUnavailableException ? 503 : 500, "The daemon cannot answer now.").ConfigureAwait(false);
        }
    }

    // A name of another web site's that is made to mean this machine (DNS rebinding) would make its scripts ours.
    // Browsers always send a name; checks of health over HTTP/1.0 (RFC 1945) send none.
    private static bool IsLocalName(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);

    /// <summary>Reading is safe; a change or a web socket must come from this page.</summary>
    private static bool IsSafe(HttpContext context)
    {
        var request = context.Request;
        var origin = request.Headers.Origin.ToString();
        var isOurs = string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        if (request.Headers.ContainsKey("Upgrade"))
            return isOurs;
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || (request.Headers[RequestHeader] == "1" && (origin.Length == 0 || isOurs));
    }

    private void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (secure)
            headers.StrictTransportSecurity = "max-age=31536000";
    }

    private static async Task AnswerAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        await Answers.WriteAsync(context, json => json.WriteString("error", message)).ConfigureAwait(false);
    }

    [LoggerMessage(61, LogLevel.Error, "The web page could not answer {Path}")]
    private static partial void Failed(ILogger logger, Exception cause, string path);
}
