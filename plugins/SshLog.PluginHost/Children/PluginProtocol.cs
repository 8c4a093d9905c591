using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SshLog.Core.Rules;

namespace SshLog.PluginHost.Children;

/// <summary>
/// What is said to and by a plug-in's process: a JSON object a line, one question at a time (docs/plugins.md has it for
/// those who write plug-ins).
/// </summary>
internal static partial class PluginProtocol
{
    /// <summary>Version of the protocol.</summary>
    public const int Version = 1;

    /// <summary>What an event's fields are: sshlog's names and ours.</summary>
    public const string Schema = "sshlog-event/v1";

    private const int LongestText = 2000;

    /// <summary>A text of a message; null when there is none.</summary>
    public static string? TextOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Text(value) : null;

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
        JsonValueKind.String => new SettingValue.Text(Text(json)),
        JsonValueKind.Number when json.TryGetDecimal(out var number) => new SettingValue.Number(number),
        JsonValueKind.Number => new SettingValue.Text(json.GetRawText()),
        JsonValueKind.True or JsonValueKind.False => new SettingValue.Flag(json.GetBoolean()),
        JsonValueKind.Array => new SettingValue.List([.. json.EnumerateArray().Select(Read).OfType<SettingValue>()]),
        JsonValueKind.Object => new SettingValue.Map(json.EnumerateObject()
            .Select(field => (Name: NameOf(field), Value: Read(field.Value))).Where(field => field.Value is not null)
            .GroupBy(field => field.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value!, StringComparer.Ordinal)),
        _ => null,
    };

    /// <summary>The text of a JSON string.</summary>
    public static string Text(JsonElement json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Mend(JsonMarshal.GetRawUtf8Value(json)[1..^1]);
        }
    }

    private static string NameOf(JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            return Mend(JsonMarshal.GetRawUtf8PropertyName(field));
        }
    }

    // A plug-in passes on what users have typed, which need not be Unicode: U+FFFD stands for what is not, and nobody is to blame.
    private static string Mend(ReadOnlySpan<byte> raw) =>
        JsonSerializer.Deserialize<string>($"\"{LoneSurrogate().Replace(Encoding.UTF8.GetString(raw), "\\ufffd")}\"")!;

    [GeneratedRegex(@"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}")]
    private static partial Regex LoneSurrogate();
}
