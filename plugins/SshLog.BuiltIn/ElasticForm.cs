using System.Text;
using System.Text.Json;
using SshLog.Plugins;

namespace SshLog.BuiltIn;

/// <summary>An event with the field names of the Elastic Common Schema 8 (elastic.co/guide/en/ecs).</summary>
internal static class ElasticForm
{
    /// <summary>One JSON object.</summary>
    public static string Write(PluginEvent happened)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("@timestamp", happened.At.UtcDateTime);
            json.WriteString("message", happened.Line);
            json.WriteStartObject("ecs");
            json.WriteString("version", "8.11.0");
            json.WriteEndObject();
            WriteEvent(json, happened);
            Nested(json, "user", "name", happened.User);
            Nested(json, "host", "hostname", happened.Host);
            json.WriteStartObject("source");
            json.WriteString("ip", happened.Client.Address.ToString());
            json.WriteNumber("port", happened.Client.Port);
            json.WriteEndObject();
            if (happened.Command is { } command)
                WriteProcess(json, command);
            if (happened.Path is { } path)
                Nested(json, "file", "path", path);
            json.WritePropertyName("sshlog");
            happened.Fields.WriteTo(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void WriteEvent(Utf8JsonWriter json, PluginEvent happened)
    {
        json.WriteStartObject("event");
        json.WriteString("kind", "event");
        json.WriteString("module", "sshlog");
        json.WriteString("action", happened.EventType);
        json.WriteString("id", $"{happened.Session}-{happened.Ordering}");
        json.WriteStartArray("category");
        json.WriteStringValue(happened.EventType switch
        {
            "connection_established" or "connection_auth_failed" => "authentication",
            "command_start" or "command_finish" => "process",
            "file_upload" or "file_download" => "file",
            _ => "session",
        });
        json.WriteEndArray();
        json.WriteString("outcome", happened.EventType switch
        {
            "connection_auth_failed" => "failure",
            _ when happened.Command is { Finished: true, ExitCode: not 0 } => "failure",
            _ => "success",
        });
        json.WriteEndObject();
    }

    private static void WriteProcess(Utf8JsonWriter json, PluginCommand command)
    {
        json.WriteStartObject("process");
        json.WriteString("executable", command.Executable);
        json.WriteStartArray("args");
        foreach (var argument in command.Arguments)
            json.WriteStringValue(argument);
        json.WriteEndArray();
        if (command.ExitCode is { } code)
            json.WriteNumber("exit_code", code);
        json.WriteEndObject();
    }

    private static void Nested(Utf8JsonWriter json, string group, string name, string value)
    {
        json.WriteStartObject(group);
        json.WriteString(name, value);
        json.WriteEndObject();
    }
}
