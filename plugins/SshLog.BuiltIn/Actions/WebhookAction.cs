using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>
/// Sends events to a URL. As JSON: the body is the event; with a secret the header X-SshLog-Signature is
/// <c>sha256=HEX</c>, the HMAC-SHA256 of <c>TIMESTAMP.BODY</c>, TIMESTAMP being the header X-SshLog-Timestamp (seconds since 1970). As
/// sshlog does it: a form, or the query of a GET.
/// </summary>
internal sealed class WebhookAction : IAction, IPreview
{
    private readonly HttpSender _http = new();
    private readonly Uri _url;
    private readonly string _format;
    private readonly byte[]? _secret;
    private readonly TimeProvider _time;

    private WebhookAction(ActionContext context)
    {
        var parameters = context.Parameters;
        _url = HttpSender.Parse("webhook_url", Secrets.Read(parameters.Text("webhook_url")));
        _format = parameters.Flag("do_get_request") ? "query" : parameters.Text("format");
        _secret = parameters.FindText("secret") is { } secret ? Encoding.UTF8.GetBytes(Secrets.Read(secret)) : null;
        _time = context.Time;
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("webhook_action", "Sends events to a URL.",
            CommonParameters.Required("webhook_url", "The URL; file:, env: or credential: keep it out of the configuration."),
            CommonParameters.Flag("do_get_request", false, "true for a GET with the event's fields in the query."),
            new ParameterDescription("format", ValueShape.OneOf("json", "form"), new SettingValue.Text("json"),
                Summary: "json, or form: the event's fields as a form.")
            {
                YamlDefault = new SettingValue.Text("form"),
            },
            CommonParameters.Optional("secret", null, "Signs the body (HMAC-SHA256); file:, env: or credential: as above.")),
        context => new WebhookAction(context));

    public async Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        using var request = Build(happened);
        request.Headers.Add("X-SshLog-Ordering", happened.Ordering.ToString(CultureInfo.InvariantCulture));
        return await _http.SendAsync(request, _time, cancellation).ConfigureAwait(false);
    }

    /// <summary>The body, or the query; not the URL, which may hold a secret.</summary>
    public string Preview(PluginEvent happened) => _format switch
    {
        "query" => Query(happened),
        "form" => string.Join('\n', Pairs(happened).Select(p => $"{p.Key}={p.Value}")),
        _ => happened.Fields.GetRawText(),
    };

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage Build(PluginEvent happened)
    {
        if (_format == "query")
        {
            var separator = _url.Query.Length > 0 ? "&" : "?";
            return new HttpRequestMessage(HttpMethod.Get, _url + separator + Query(happened));
        }

        if (_format == "form")
            return new HttpRequestMessage(HttpMethod.Post, _url) { Content = new FormUrlEncodedContent(Pairs(happened)) };
        var body = happened.Fields.GetRawText();
        var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (_secret is not null)
        {
            var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            var signature = HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{timestamp}.{body}"));
            request.Headers.Add("X-SshLog-Timestamp", timestamp);
            request.Headers.Add("X-SshLog-Signature", "sha256=" + Convert.ToHexStringLower(signature));
        }

        return request;
    }

    private static string Query(PluginEvent happened) =>
        string.Join('&', Pairs(happened).Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));

    private static IEnumerable<KeyValuePair<string, string>> Pairs(PluginEvent happened) =>
        happened.Fields.EnumerateObject().Select(field => KeyValuePair.Create(
            field.Name, field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText()));
}
