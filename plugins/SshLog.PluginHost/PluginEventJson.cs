using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SshLog.Plugins;

namespace SshLog.PluginHost;

/// <summary>
/// Events between the daemon and a plug-in's process: <c>event</c> has the fields for people and scripts, <c>facts</c> what
/// <see cref="PluginEvent"/> has beside them.
/// </summary>
public static class PluginEventJson
{
    /// <summary>Writes both members.</summary>
    public static void Write(Utf8JsonWriter json, PluginEvent happened)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(happened);
        json.WritePropertyName("event");
        happened.Fields.WriteTo(json);
        json.WriteStartObject("facts");
        WriteTexts(json, "triggers", happened.Triggers);
        WriteTexts(json, "rules", happened.Rules);
        json.WriteString("at", happened.At);
        json.WriteNumber("ordering", happened.Ordering);
        json.WriteString("session", happened.Session);
        json.WriteNumber("monitor_pid", happened.MonitorPid);
        if (happened.MonitorStartedAt is { } monitor)
            json.WriteNumber("monitor_started_at", monitor);
        json.WriteString("session_started_at", happened.SessionStartedAt);
        json.WriteString("host", happened.Host);
        json.WriteString("user", happened.User);
        json.WriteString("client", happened.Client.ToString());
        if (happened.Tty is { } tty)
            json.WriteNumber("tty", tty);
        json.WriteBoolean("existing", happened.Existing);
        if (happened.Command is { } command)
            WriteCommand(json, command);
        if (happened.KeyFingerprint is { } fingerprint)
            json.WriteString("key_fingerprint", fingerprint);
        if (happened.Channel is { } channel)
            json.WriteNumber("channel", channel);
        if (!happened.Output.IsEmpty)
            json.WriteBase64String("output", happened.Output.Span);
        if (happened.Path is { } path)
            json.WriteString("path", path);
        json.WriteString("line", happened.Line);
        json.WriteEndObject();
    }

    /// <summary>The event of a message with both members.</summary>
    /// <exception cref="FormatException">A member is missing or of another kind.</exception>
    public static PluginEvent Read(JsonElement message)
    {
        try
        {
            var fields = message.GetProperty("event");
            var facts = message.GetProperty("facts");
            var raw = Encoding.UTF8.GetBytes(fields.GetRawText());
            return new PluginEvent(() => raw)
            {
                EventType = fields.GetProperty("event_type").GetString()!,
                Triggers = [.. facts.GetProperty("triggers").EnumerateArray().Select(t => t.GetString()!)],
                Rules = [.. facts.GetProperty("rules").EnumerateArray().Select(r => r.GetString()!)],
                At = facts.GetProperty("at").GetDateTimeOffset(),
                Ordering = facts.GetProperty("ordering").GetInt64(),
                Session = facts.GetProperty("session").GetString()!,
                MonitorPid = facts.GetProperty("monitor_pid").GetInt32(),
                MonitorStartedAt = facts.TryGetProperty("monitor_started_at", out var monitor) ? monitor.GetUInt64() : null,
                SessionStartedAt = facts.GetProperty("session_started_at").GetDateTimeOffset(),
                Host = facts.GetProperty("host").GetString()!,
                User = facts.GetProperty("user").GetString()!,
                Client = IPEndPoint.Parse(facts.GetProperty("client").GetString()!),
                Tty = Number(facts, "tty"),
                Existing = facts.GetProperty("existing").GetBoolean(),
                Command = facts.TryGetProperty("command", out var command) ? ReadCommand(command) : null,
                KeyFingerprint = Text(facts, "key_fingerprint"),
                Channel = Number(facts, "channel"),
                Output = facts.TryGetProperty("output", out var output) ? output.GetBytesFromBase64() : default,
                Path = Text(facts, "path"),
                Line = facts.GetProperty("line").GetString()!,
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The event cannot be read: {e.Message}", e);
        }
    }

    /// <summary>An event of its fields alone, as <c>sshlog export --format jsonl</c> and <c>sshlog watch --json</c> write them.</summary>
    /// <param name="fields">A line of it.</param>
    /// <exception cref="FormatException">It is no event.</exception>
    public static PluginEvent FromFields(JsonElement fields)
    {
        if (fields.ValueKind != JsonValueKind.Object || Text(fields, "event_type") is not { } type)
            throw new FormatException("is no event: there is no event_type");
        var raw = Encoding.UTF8.GetBytes(fields.GetRawText());
        var at = DateTimeOffset.TryParse(Text(fields, "time"), CultureInfo.InvariantCulture, out var time) ? time : DateTimeOffset.UnixEpoch;
        var user = Text(fields, "username") ?? string.Empty;
        var pid = Number(fields, "ptm_pid") ?? 0;
        var isCommand = type is "command_start" or "command_finish";
        var failed = type == "command_finish" && Number(fields, "exit_code") is not 0;
        return new PluginEvent(() => raw)
        {
            EventType = type,
            Triggers = failed ? [type, "command_failed"] : [type],
            At = at,
            Ordering = fields.TryGetProperty("ordering", out var ordering) && ordering.TryGetInt64(out var place) ? place : 0,
            Session = Text(fields, "session") ?? string.Empty,
            MonitorPid = pid,
            SessionStartedAt = at,
            Host = Text(fields, "hostname") ?? string.Empty,
            User = user,
            Client = ReadClient(fields),
            Tty = Number(fields, "tty_id") is >= 0 and var tty ? tty : null,
            Command = isCommand ? CommandOf(fields, type == "command_finish") : null,
            KeyFingerprint = Text(fields, "key_fingerprint"),
            Channel = Number(fields, "channel"),
            Output = fields.TryGetProperty("terminal_base64", out var base64) ? base64.GetBytesFromBase64()
                : Encoding.UTF8.GetBytes(Text(fields, "terminal_data") ?? string.Empty),
            Path = Text(fields, "target_path"),
            Line = string.Create(CultureInfo.InvariantCulture, $"{at:HH:mm:ss} {type} ({pid}) {Terminal.SafeText.Escape(user)}"),
        };
    }

    private static void WriteCommand(Utf8JsonWriter json, PluginCommand command)
    {
        json.WriteStartObject("command");
        json.WriteString("executable", command.Executable);
        WriteTexts(json, "arguments", command.Arguments);
        if (command.Uid is { } uid)
            json.WriteNumber("uid", uid);
        if (command.EffectiveUid is { } euid)
            json.WriteNumber("euid", euid);
        json.WriteBoolean("finished", command.Finished);
        if (command.ExitCode is { } exitCode)
            json.WriteNumber("exit_code", exitCode);
        if (command.Signal is { } signal)
            json.WriteNumber("signal", signal);
        json.WriteBase64String("first_output", command.FirstOutput.Span);
        json.WriteEndObject();
    }

    private static PluginCommand ReadCommand(JsonElement json) => new(
        json.GetProperty("executable").GetString()!,
        [.. json.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()!)],
        Id(json, "uid"),
        Id(json, "euid"),
        json.GetProperty("finished").GetBoolean(),
        Number(json, "exit_code"),
        Number(json, "signal"),
        json.GetProperty("first_output").GetBytesFromBase64());

    private static PluginCommand CommandOf(JsonElement fields, bool finished) => new(
        Text(fields, "filename") ?? string.Empty,
        fields.TryGetProperty("argv", out var argv) && argv.ValueKind == JsonValueKind.Array
            ? [.. argv.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString()!)]
            : (Text(fields, "args") ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Id(fields, "uid"),
        Id(fields, "euid"),
        finished,
        finished && Number(fields, "exit_code") is >= 0 and var exitCode ? exitCode : null,
        Number(fields, "signal"),
        Encoding.UTF8.GetBytes(Text(fields, "stdout") ?? string.Empty));

    private static IPEndPoint ReadClient(JsonElement fields)
    {
        if (!fields.TryGetProperty("tcp_info", out var tcp) || tcp.ValueKind != JsonValueKind.Object
            || !IPAddress.TryParse(Text(tcp, "client_ip"), out var address))
        {
            return new IPEndPoint(IPAddress.None, 0);
        }

        return new IPEndPoint(address, Number(tcp, "client_port") is >= 0 and <= 65535 and var port ? port : 0);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static uint? Id(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt32(out var number) ? number : null;
}
