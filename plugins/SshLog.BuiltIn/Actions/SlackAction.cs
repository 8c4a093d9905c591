using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>
/// Posts events to a Slack incoming webhook, one message a second at most (Slack's own limit for a webhook, whoever uses it here);
/// what has piled up meanwhile is one message with a line each. What a session says is data: mrkdwn is escaped.
/// </summary>
internal sealed class SlackAction : IBatchAction, IPreview
{
    // Slack advises 4,000 characters and cuts at 40,000.
    private const int LongestDigest = 4000;
    private const int LongestLine = 500;
    private static readonly TimeSpan _pace = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<(TimeProvider, Uri), Turns> _turns = [];
    private readonly HttpSender _http = new();
    private readonly Uri _url;
    private readonly TimeProvider _time;

    private SlackAction(ActionContext context)
    {
        _url = HttpSender.Parse("slack_webhook_url", Secrets.Read(context.Parameters.Text("slack_webhook_url")));
        _time = context.Time;
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("slack_action", "Posts events to Slack.",
            CommonParameters.Required("slack_webhook_url", "The incoming webhook's URL; file:, env: or credential: keep it out of the configuration.")),
        context => new SlackAction(context));

    public int MostEvents => 500;

    public Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation) =>
        PostAsync(Preview(happened), cancellation);

    public Task<ActionOutcome> ExecuteAsync(IReadOnlyList<PluginEvent> happened, CancellationToken cancellation) =>
        PostAsync(Digest(happened), cancellation);

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

    /// <summary>One message about several events: a line each as far as they fit, then how many more of what.</summary>
    internal static string Digest(IReadOnlyList<PluginEvent> happened)
    {
        var digest = new StringBuilder($"*{Escape(happened[0].Host)}* {happened.Count} events");
        var shown = 0;
        foreach (var line in happened.Select(e => Escape(e.Line.Length <= LongestLine ? e.Line : e.Line[..LongestLine] + "...")))
        {
            if (digest.Length + line.Length > LongestDigest)
                break;
            digest.Append('\n').Append(line);
            shown++;
        }

        if (shown < happened.Count)
        {
            var rest = happened.Skip(shown).CountBy(e => e.EventType).Select(kind => $"{kind.Value} `{Escape(kind.Key)}`");
            digest.Append($"\n... and {happened.Count - shown} more: {string.Join(", ", rest)}");
        }

        return digest.ToString();
    }

    private async Task<ActionOutcome> PostAsync(string text, CancellationToken cancellation)
    {
        var wait = _turns.GetOrAdd((_time, _url), static key => new Turns(key.Item1)).Take();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        using var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Content = new StringContent(
                JsonSerializer.Serialize(new Dictionary<string, object> { ["text"] = text, ["mrkdwn"] = true }), Encoding.UTF8, "application/json"),
        };
        return await _http.SendAsync(request, _time, cancellation).ConfigureAwait(false);
    }

    /// <summary>When each message to one webhook may go out.</summary>
    private sealed class Turns(TimeProvider time)
    {
        private readonly Lock _gate = new();
        private readonly long _start = time.GetTimestamp();
        private TimeSpan _next = TimeSpan.Zero;

        /// <summary>How long whoever takes the next turn has to wait for it.</summary>
        public TimeSpan Take()
        {
            lock (_gate)
            {
                var now = time.GetElapsedTime(_start);
                var turn = _next > now ? _next : now;
                _next = turn + _pace;
                return turn - now;
            }
        }
    }
}
