using System.Net;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>Sends requests and turns the answers into outcomes: shared by all that speak HTTP.</summary>
internal sealed class HttpSender : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // An event is sent where the configuration says, nowhere else.
        AllowAutoRedirect = false,
    })
    {
        // The action's own time-out holds.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Checks a URL before anything is sent.</summary>
    /// <exception cref="ArgumentException">It is none; the message does not repeat it, since it may hold a secret.</exception>
    public static Uri Parse(string parameter, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new ArgumentException($"{parameter} must be an http or https URL", parameter);

    /// <summary>Sends a request.</summary>
    /// <param name="request">What.</param>
    /// <param name="time">For Retry-After.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="accepted">Looks into the answer to a request that was accepted; null not to.</param>
    public async Task<ActionOutcome> SendAsync(
        HttpRequestMessage request,
        TimeProvider time,
        CancellationToken cancellation,
        Func<HttpResponseMessage, CancellationToken, Task<ActionOutcome>>? accepted = null)
    {
        var host = request.RequestUri!.Host;
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
                .ConfigureAwait(false);
            return response.StatusCode switch
            {
                _ when response.IsSuccessStatusCode => accepted is null
                    ? ActionOutcome.Done
                    : await accepted(response, cancellation).ConfigureAwait(false),
                HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                    ActionOutcome.TryAgain(Said(host, response), After(response, time)),
                HttpStatusCode.RequestTimeout => ActionOutcome.TryAgain(Said(host, response)),
                >= HttpStatusCode.InternalServerError => ActionOutcome.TryAgain(Said(host, response)),
                _ => ActionOutcome.GiveUp(Said(host, response)),
            };
        }
        catch (HttpRequestException e)
        {
            return ActionOutcome.TryAgain($"{host}: {e.Message}");
        }
    }

    public void Dispose() => _client.Dispose();

    private static string Said(string host, HttpResponseMessage response) =>
        $"{host} answered {(int)response.StatusCode} {response.ReasonPhrase}";

    private static TimeSpan? After(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
