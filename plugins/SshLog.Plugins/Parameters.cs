using SshLog.Core.Rules;

namespace SshLog.Plugins;

/// <summary>An action's parameters by name, of the kinds that its description says, defaults filled in.</summary>
public sealed class Parameters
{
    private readonly IReadOnlyDictionary<string, SettingValue> _values;
    private readonly Dictionary<string, ParameterDescription> _descriptions;

    /// <param name="description">What there may be.</param>
    /// <param name="values">What was given, checked already.</param>
    public Parameters(PluginDescription description, IReadOnlyDictionary<string, SettingValue> values)
    {
        ArgumentNullException.ThrowIfNull(description);
        _values = values;
        _descriptions = description.Parameters.ToDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>True if it was given or has a default.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The value as it is, whatever its kind; null when there is none.</summary>
    public SettingValue? Value(string name) => Find(name);

    /// <summary>A text; null when there is none.</summary>
    public string? FindText(string name) => Find(name) switch
    {
        SettingValue.Text text => text.Value,
        SettingValue.Number number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        SettingValue.Flag flag => flag.Value ? "true" : "false",
        _ => null,
    };

    /// <summary>A text.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public string Text(string name) =>
        FindText(name) ?? throw new ArgumentException($"{name} is not given", nameof(name));

    /// <summary>A whole number; null when there is none.</summary>
    public long? FindInteger(string name) => Find(name) is SettingValue.Number number ? (long)number.Value : null;

    /// <summary>A whole number.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public long Integer(string name) =>
        FindInteger(name) ?? throw new ArgumentException($"{name} is not given", nameof(name));

    /// <summary>Yes or no; no when there is none.</summary>
    public bool Flag(string name) => Find(name) is SettingValue.Flag { Value: true };

    /// <summary>A duration; null when there is none.</summary>
    public TimeSpan? FindDuration(string name) => FindText(name) is { } text
        ? Quantity.TryDuration(text, out var value) ? value : throw new ArgumentException($"{name} = {text} is no duration", nameof(name))
        : null;

    /// <summary>Texts; none when there are none.</summary>
    public IReadOnlyList<string> Texts(string name) => Find(name) switch
    {
        SettingValue.List list => [.. list.Items.OfType<SettingValue.Text>().Select(t => t.Value)],
        SettingValue.Text text => [text.Value],
        _ => [],
    };

    private SettingValue? Find(string name)
    {
        if (_values.TryGetValue(name, out var given))
            return given;
        return _descriptions.TryGetValue(name, out var description)
            ? description.Default
            : throw new ArgumentException($"{name} is no parameter here", nameof(name));
    }
}
