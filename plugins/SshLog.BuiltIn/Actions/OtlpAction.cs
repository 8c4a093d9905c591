using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>
/// Sends events to an OpenTelemetry collector as log records: OTLP 1.x over HTTP, in its JSON form, so that every collector takes
/// them. What the collector refuses of a request that it accepted (partial success) is given up, as the protocol wants it.
/// </summary>
internal sealed class OtlpAction : IAction, IPreview
{
    private const int LongestAnswer = 64 * 1024;

    private readonly HttpSender _http = new();
    private readonly Uri _url;
    private readonly string? _authorization;
    private readonly TimeProvider _time;

    private OtlpAction(ActionContext context)
    {
        var parameters = context.Parameters;
        var endpoint = HttpSender.Parse("endpoint", Secrets.Read(parameters.Text("endpoint")));
        _url = endpoint.AbsolutePath is "/" ? new Uri(endpoint, "/v1/logs") : endpoint;
        _authorization = parameters.FindText("authorization") is { } secret ? Secrets.Read(secret) : null;
        _time = context.Time;
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("otlp_action", "Sends events to an OpenTelemetry collector as log records (OTLP over HTTP).",
            CommonParameters.Required("endpoint", "The collector's URL, for example http://127.0.0.1:4318; without a path /v1/logs is added."),
            CommonParameters.Optional("authorization", null, "Value of the header Authorization; file:, env: or credential: keep it out of the configuration.")),
        context => new OtlpAction(context));

    public async Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Content = new ByteArrayContent(OtlpLogs.Write(happened, _time.GetUtcNow()))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        if (_authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        return await _http.SendAsync(request, _time, cancellation, AcceptedAsync).ConfigureAwait(false);
    }

    public string Preview(PluginEvent happened) => Encoding.UTF8.GetString(OtlpLogs.Write(happened, _time.GetUtcNow()));

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<ActionOutcome> AcceptedAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentLength is 0 or > LongestAnswer)
            return ActionOutcome.Done;
        var answer = new byte[LongestAnswer];
        using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return Refusal(answer.AsMemory(0, length)) is { } why ? ActionOutcome.GiveUp("the collector refused it: " + why) : ActionOutcome.Done;
    }

    /// <summary>Why the record was refused; null if it was not, or the answer says nothing.</summary>
    private static string? Refusal(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("partialSuccess", out var partial)
                || partial.ValueKind != JsonValueKind.Object
                || !partial.TryGetProperty("rejectedLogRecords", out var rejected)
                || rejected.ToString() is "" or "0")
                return null;
            return partial.TryGetProperty("errorMessage", out var message) ? message.ToString() : "no reason given";
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
