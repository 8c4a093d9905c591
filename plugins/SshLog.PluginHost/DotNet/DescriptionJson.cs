using System.Text.Json;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;
using SshLog.PluginHost.Discovery;
using SshLog.Plugins;

namespace SshLog.PluginHost.DotNet;

/// <summary>Writes what <see cref="Description"/> reads.</summary>
internal static class DescriptionJson
{
    public static void Write(Utf8JsonWriter json, IEnumerable<IFilterFactory> filters, IEnumerable<IActionFactory> actions)
    {
        json.WriteString("type", "description");
        json.WriteStartArray("filters");
        foreach (var filter in filters.Select(f => f.Description))
        {
            json.WriteStartObject();
            json.WriteString("name", filter.Name);
            if (filter.Triggers is { } triggers)
                WriteTexts(json, "triggers", triggers);
            WriteShape(json, "argument", filter.Argument);
            json.WriteString("summary", filter.Summary);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("actions");
        foreach (var action in actions.Select(a => a.Description))
        {
            json.WriteStartObject();
            json.WriteString("name", action.Name);
            json.WriteString("summary", action.Summary);
            WriteParameters(json, "parameters", action.Parameters);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteParameters(Utf8JsonWriter json, string member, IEnumerable<ParameterDescription> parameters)
    {
        json.WriteStartArray(member);
        foreach (var parameter in parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            WriteShape(json, "type", parameter.Shape);
            json.WriteBoolean("required", parameter.Required);
            json.WriteString("summary", parameter.Summary);
            if (parameter.Default is { } fallback)
            {
                json.WritePropertyName("default");
                PluginProtocol.Write(json, fallback);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteShape(Utf8JsonWriter json, string member, ValueShape shape)
    {
        json.WriteStartObject(member);
        json.WriteString("type", JsonNamingPolicy.CamelCase.ConvertName(shape.Kind.ToString()));
        if (shape.Minimum is { } minimum)
            json.WriteNumber("minimum", minimum);
        if (shape.Maximum is { } maximum)
            json.WriteNumber("maximum", maximum);
        if (shape.Choices is { } choices)
            WriteTexts(json, "choices", choices);
        if (shape.Items is { } items)
            WriteShape(json, "items", items);
        if (shape.Fields is { } fields)
            WriteParameters(json, "fields", fields);
        json.WriteBoolean("checked", PluginChecks.HasCheck(shape));
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string member, IEnumerable<string> texts)
    {
        json.WriteStartArray(member);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
