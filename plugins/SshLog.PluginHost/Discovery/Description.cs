using System.Text.Json;
using SshLog.Core.Rules;
using SshLog.PluginHost.Children;
using SshLog.Plugins;

namespace SshLog.PluginHost.Discovery;

/// <summary>
/// What a plug-in says of its filters and actions, in its manifest or when it is asked. A stranger's text: everything is
/// checked, and every mistake is told with what may stand there.
/// </summary>
/// <param name="Filters">Names are unique.</param>
/// <param name="Actions">Names are unique.</param>
internal sealed record Description(IReadOnlyList<FilterDescription> Filters, IReadOnlyList<PluginDescription> Actions)
{
    private const int Most = 200;
    private static readonly (string Name, ValueShape Shape)[] _types =
    [
        ("text", ValueShape.Text), ("integer", ValueShape.Integer), ("number", new ValueShape(ValueKind.Number)), ("flag", ValueShape.Flag),
        ("duration", ValueShape.Duration), ("size", ValueShape.Size), ("texts", ValueShape.Texts), ("any", ValueShape.Any),
    ];

    private const int MostNesting = 8;

    /// <summary>Reads the members <c>filters</c> and <c>actions</c>.</summary>
    /// <param name="json">An object.</param>
    /// <param name="check">Asks the plug-in about a value where it says that it has a check of its own; null where it cannot.</param>
    /// <exception cref="PluginException">Something is not as it must be.</exception>
    public static Description Read(JsonElement json, PluginCheck? check = null)
    {
        var filters = Items(json, "filters").Select(f => ReadFilter(f, check)).ToList();
        var actions = Items(json, "actions").Select(a => ReadAction(a, check)).ToList();
        if (filters.Count + actions.Count == 0)
            throw new PluginException("brings neither filters nor actions");
        var twice = filters.Select(f => f.Name).GroupBy(n => n).Concat(actions.Select(a => a.Name).GroupBy(n => n)).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? new Description(filters, actions) : throw new PluginException($"has two filters or actions called {twice.Key}");
    }

    private static FilterDescription ReadFilter(JsonElement json, PluginCheck? check)
    {
        var name = Name(json, "a filter");
        var shape = json.TryGetProperty("argument", out var type) ? Shape(type, json, $"the filter {name}") : ValueShape.Any;
        if (check is not null)
            // The filter itself may refuse it, too.
            shape = shape with { Check = value => check(question => question.WriteString("filter", name), value) };
        return new FilterDescription(name, Texts(json, "triggers", name), shape, Text(json, "summary"));
    }

    private static PluginDescription ReadAction(JsonElement json, PluginCheck? check)
    {
        var name = Name(json, "an action");
        var own = Items(json, "parameters").Select(p => ReadParameter(p, name, check)).ToList();
        if (own.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new PluginException($"gives the parameter {twice.Key} of {name} twice");
        // The daemon's meaning of these goes before the plug-in's, which gets their values too.
        var delivery = DeliveryParameters.All.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        return new PluginDescription(
            name, [], [.. own.Where(p => !delivery.Contains(p.Name)), .. DeliveryParameters.All], Text(json, "summary"));
    }

    private static ParameterDescription ReadParameter(JsonElement json, string action, PluginCheck? check)
    {
        var name = Name(json, $"a parameter of {action}");
        var shape = json.TryGetProperty("type", out var type) ? Shape(type, json, $"{action}, {name}") : ValueShape.Any;
        if (check is not null && type.ValueKind == JsonValueKind.Object && Flag(type, "checked"))
        {
            shape = shape with
            {
                Check = value => check(
                    question =>
                    {
                        question.WriteString("action", action);
                        question.WriteString("parameter", name);
                    },
                    value),
            };
        }

        var fallback = json.TryGetProperty("default", out var given) ? PluginProtocol.Read(given) : null;
        if (fallback is not null && !Fits(fallback, shape))
            throw new PluginException($"{action}, {name}: the default is not of the type {type}");
        return new ParameterDescription(name, shape, fallback, Flag(json, "required"), Text(json, "summary"));
    }

    private static bool Fits(SettingValue value, ValueShape shape) => (shape.Kind, value) switch
    {
        (ValueKind.Any, _) or (ValueKind.Flag, SettingValue.Flag) or (ValueKind.Integer or ValueKind.Number, SettingValue.Number)
            or (ValueKind.List, SettingValue.List) or (ValueKind.Map or ValueKind.Record, SettingValue.Map) => true,
        (ValueKind.Text, SettingValue.Text text) => shape.Choices is not { } choices || choices.Contains(text.Value),
        (ValueKind.Duration, SettingValue.Text text) => Quantity.TryDuration(text.Value, out _),
        (ValueKind.Size, SettingValue.Text text) => Quantity.TrySize(text.Value, out _),
        _ => false,
    };

    // By its name, or with all that belongs to it: { "type": "list", "items": .. }.
    private static ValueShape Shape(JsonElement type, JsonElement json, string where, int depth = 0)
    {
        if (depth > MostNesting)
            throw new PluginException($"{where}: its type is nested more than {MostNesting} deep");
        if (type.ValueKind == JsonValueKind.Object)
            (type, json) = (type.TryGetProperty("type", out var inner) ? inner : default, type);
        var name = type.ValueKind == JsonValueKind.String ? PluginProtocol.Text(type) : null;
        var shape = name switch
        {
            "list" or "map" => new ValueShape(name == "list" ? ValueKind.List : ValueKind.Map)
            {
                Items = json.TryGetProperty("items", out var items) ? Shape(items, json, where, depth + 1) : ValueShape.Text,
            },
            "record" => ValueShape.RecordOf([.. Items(json, "fields").Select(field => ReadParameter(field, where, null))]),
            _ => Array.Find(_types, t => t.Name == name).Shape
                ?? throw new PluginException($"{where}: there is no type {name}; types are {string.Join(", ", _types.Select(t => t.Name))}"),
        };
        return shape with
        {
            Minimum = Number(json, "minimum"),
            Maximum = Number(json, "maximum"),
            Choices = json.TryGetProperty("choices", out _) ? Texts(json, "choices", where) : null,
        };
    }

    private static List<JsonElement> Items(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > Most || list.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.Object))
            throw new PluginException($"{name} must be a list of at most {Most} objects");
        return [.. list.EnumerateArray()];
    }

    private static string Name(JsonElement json, string what)
    {
        var name = PluginProtocol.TextOf(json, "name");
        return name is { Length: > 0 and <= 100 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? name
            : throw new PluginException($"{what} needs a name of letters, digits, _ and -");
    }

    private static string[]? Texts(JsonElement json, string name, string where)
    {
        if (!json.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return null;
        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= Most && list.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(PluginProtocol.Text)]
            : throw new PluginException($"{where}: {name} must be a list of texts");
    }

    private static string Text(JsonElement json, string name) => PluginProtocol.Cut(PluginProtocol.TextOf(json, name) ?? string.Empty);

    private static bool Flag(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static decimal? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : null;
}
