using System.Buffers;
using System.Text.Json;
using SshLog.Core.Rules;

namespace SshLog.PluginHost.Children;

/// <summary>
/// What is said to and by a plug-in's process: a JSON object a line, one question at a time (docs/plugins.md has it for
/// those who write plug-ins).
/// </summary>
internal static class PluginProtocol
{
    /// <summary>Version of the protocol.</summary>
    public const int Version = 1;

    /// <summary>What an event's fields are: sshlog's names and ours.</summary>
    public const string Schema = "sshlog-event/v1";

    private const int LongestText = 2000;

    /// <summary>A text of a message; null when there is none.</summary>
    public static string? TextOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>No more than a person reads.</summary>
    public static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "...";

    /// <summary>A message, without the end of its line; good until the buffer is used again.</summary>
    public static ReadOnlySpan<byte> Line(ArrayBufferWriter<byte> buffer, Action<Utf8JsonWriter> members)
    {
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    /// <summary>A setting's value as JSON.</summary>
    public static void Write(Utf8JsonWriter json, SettingValue? value)
    {
        switch (value)
        {
            case SettingValue.Text text:
                json.WriteStringValue(text.Value);
                break;
            case SettingValue.Number number:
                json.WriteNumberValue(number.Value);
                break;
            case SettingValue.Flag flag:
                json.WriteBooleanValue(flag.Value);
                break;
            case SettingValue.List list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case SettingValue.Map map:
                json.WriteStartObject();
                foreach (var (name, field) in map.Fields)
                {
                    json.WritePropertyName(name);
                    Write(json, field);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>JSON as a setting's value; null for null.</summary>
    public static SettingValue? Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => new SettingValue.Text(json.GetString()!),
        JsonValueKind.Number when json.TryGetDecimal(out var number) => new SettingValue.Number(number),
        JsonValueKind.Number => new SettingValue.Text(json.GetRawText()),
        JsonValueKind.True or JsonValueKind.False => new SettingValue.Flag(json.GetBoolean()),
        JsonValueKind.Array => new SettingValue.List([.. json.EnumerateArray().Select(Read).OfType<SettingValue>()]),
        JsonValueKind.Object => new SettingValue.Map(json.EnumerateObject()
            .Select(field => (field.Name, Value: Read(field.Value))).Where(field => field.Value is not null)
            .GroupBy(field => field.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value!, StringComparer.Ordinal)),
        _ => null,
    };
}
