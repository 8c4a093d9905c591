using System.Globalization;
using System.Text.Json;
using SshLog.Plugins;

namespace SshLog.BuiltIn;

/// <summary>
/// An event as an ExportLogsServiceRequest of OTLP (opentelemetry.io/docs/specs/otlp) in JSON. Attributes have the names of the
/// semantic conventions where those have one; all fields of the event are there too, under <c>sshlog.</c>.
/// </summary>
internal static class OtlpLogs
{
    private const int Info = 9;
    private const int Warn = 13;

    /// <summary>One request with one log record.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="observed">Now.</param>
    public static byte[] Write(PluginEvent happened, DateTimeOffset observed)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceLogs");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            json.WriteStartArray("attributes");
            Attribute(json, "service.name", "sshlog");
            Attribute(json, "host.name", happened.Host);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("scopeLogs");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", "sshlog");
            json.WriteEndObject();
            json.WriteStartArray("logRecords");
            WriteRecord(json, happened, observed);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, PluginEvent happened, DateTimeOffset observed)
    {
        var bad = happened.EventType is "connection_auth_failed" or "loss" || happened.Triggers.Contains("command_failed");
        json.WriteStartObject();
        json.WriteString("timeUnixNano", UnixNanoseconds(happened.At));
        json.WriteString("observedTimeUnixNano", UnixNanoseconds(observed));
        json.WriteNumber("severityNumber", bad ? Warn : Info);
        json.WriteString("severityText", bad ? "WARN" : "INFO");
        json.WriteString("eventName", "sshlog." + happened.EventType);
        json.WriteStartObject("body");
        json.WriteString("stringValue", happened.Line);
        json.WriteEndObject();
        json.WriteStartArray("attributes");
        // The same for an event that comes twice.
        Attribute(json, "log.record.uid", $"{happened.Session}-{happened.Ordering.ToString(CultureInfo.InvariantCulture)}");
        Attribute(json, "session.id", happened.Session);
        Attribute(json, "user.name", happened.User);
        Attribute(json, "client.address", happened.Client.Address.ToString());
        Attribute(json, "client.port", happened.Client.Port);
        if (happened.Command is { } command)
            WriteProcess(json, command);
        if (happened.Path is { } path)
            Attribute(json, "file.path", path);
        foreach (var field in happened.Fields.EnumerateObject())
            Pair(json, "sshlog." + field.Name, () => Value(json, field.Value));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteProcess(Utf8JsonWriter json, PluginCommand command)
    {
        Attribute(json, "process.executable.path", command.Executable);
        Pair(json, "process.command_args", () => List(json, command.Arguments, a => json.WriteString("stringValue", a)));
        if (command.ExitCode is { } code)
            Attribute(json, "process.exit.code", code);
    }

    private static void Attribute(Utf8JsonWriter json, string key, string value) =>
        Pair(json, key, () => json.WriteString("stringValue", value));

    private static void Attribute(Utf8JsonWriter json, string key, long value) =>
        Pair(json, key, () => json.WriteString("intValue", value.ToString(CultureInfo.InvariantCulture)));

    private static void Pair(Utf8JsonWriter json, string key, Action value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("value");
        value();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The one member of an AnyValue; 64-bit integers are text there. Nothing at all stands for null.</summary>
    private static void Value(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                json.WriteString("stringValue", value.GetString());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                json.WriteBoolean("boolValue", value.GetBoolean());
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var whole):
                json.WriteString("intValue", whole.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValueKind.Number:
                json.WriteNumber("doubleValue", value.GetDouble());
                break;
            case JsonValueKind.Array:
                List(json, value.EnumerateArray(), item => Value(json, item));
                break;
            case JsonValueKind.Object:
                json.WriteStartObject("kvlistValue");
                json.WriteStartArray("values");
                foreach (var field in value.EnumerateObject())
                    Pair(json, field.Name, () => Value(json, field.Value));
                json.WriteEndArray();
                json.WriteEndObject();
                break;
        }
    }

    private static void List<T>(Utf8JsonWriter json, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartObject("arrayValue");
        json.WriteStartArray("values");
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string UnixNanoseconds(DateTimeOffset time) =>
        ((time - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
}
