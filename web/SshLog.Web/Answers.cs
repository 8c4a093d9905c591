using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Web;

/// <summary>JSON answers, and questions to the gateway.</summary>
internal static class Answers
{
    private const string Json = "application/json; charset=utf-8";

    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        new JsonOutput(buffer).WriteLine(members);
        await SendAsync(context, buffer).ConfigureAwait(false);
    }

    public static async Task WriteArrayAsync<T>(HttpContext context, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> members)
    {
        using var buffer = new MemoryStream();
        new JsonOutput(buffer).WriteArray(items, members);
        await SendAsync(context, buffer).ConfigureAwait(false);
    }

    /// <summary>A connection to the gateway in the name of whoever asks.</summary>
    /// <exception cref="WebException">Nobody who has signed in (401).</exception>
    public static Task<IWebConnection> OpenAsync(this IWebGateway gateway, HttpContext context)
    {
        var visitor = WebGuard.VisitorOf(context);
        var from = context.Connection.RemoteIpAddress;
        return gateway.OpenAsync(
            new ClientIdentity(null, visitor.Name, $"web {(from?.IsIPv4MappedToIPv6 == true ? from.MapToIPv4() : from)}", null), visitor.Role);
    }

    private static async Task SendAsync(HttpContext context, MemoryStream buffer)
    {
        context.Response.ContentType = Json;
        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted).ConfigureAwait(false);
    }
}
