using System.Text;
using System.Text.Json;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>
/// Posts events to a Slack incoming webhook, one message a second at most (Slack's own limit), what a session says as data:
/// mrkdwn is escaped.
/// </summary>
internal sealed class SlackAction : IAction, IPreview
{
    private static readonly TimeSpan _pace = TimeSpan.FromSeconds(1);
    private readonly HttpSender _http = new();
    private readonly Uri _url;
    private readonly TimeProvider _time;
    private long _sentAt;

    private SlackAction(ActionContext context)
    {
        _url = HttpSender.Parse("slack_webhook_url", Secrets.Read(context.Parameters.Text("slack_webhook_url")));
        _time = context.Time;
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("slack_action", "Posts events to Slack.",
            CommonParameters.Required("slack_webhook_url", "The incoming webhook's URL; file:, env: or credential: keep it out of the configuration.")),
        context => new SlackAction(context));

    public async Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        if (_sentAt != 0 && _pace - _time.GetElapsedTime(_sentAt) is { Ticks: > 0 } wait)
            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        _sentAt = _time.GetTimestamp();
        var text = Preview(happened);
        using var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Content = new StringContent(
                JsonSerializer.Serialize(new Dictionary<string, object> { ["text"] = text, ["mrkdwn"] = true }), Encoding.UTF8, "application/json"),
        };
        return await _http.SendAsync(request, _time, cancellation).ConfigureAwait(false);
    }

    public string Preview(PluginEvent happened) =>
        $"*{Escape(happened.Host)}* `{Escape(happened.EventType)}` {Escape(happened.Line)}";

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // Slack's three characters, and those that would begin formatting; a zero-width space keeps them apart from their meaning.
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            escaped.Append(character switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '*' or '_' or '~' or '`' => $"\u200b{character}",
                _ => character.ToString(),
            });
        }

        return escaped.ToString();
    }
}
