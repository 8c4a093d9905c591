using Hocon;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Rules;

/// <summary>Values that were given on a command line instead of in a file: checked as there.</summary>
public static class GivenValues
{
    /// <summary>A value in its proper kind.</summary>
    /// <param name="name">Of what it is the value.</param>
    /// <param name="text">HOCON where a list or a block belongs, else the text itself.</param>
    /// <param name="shape">What it may be.</param>
    /// <exception cref="SettingsException">It may not be.</exception>
    public static SettingValue Check(string name, string text, ValueShape shape)
    {
        var problems = new Problems();
        var value = new ShapeChecker(problems).Check(name, Read(text, shape), shape);
        return value ?? throw new SettingsException(problems.Sentences([]));
    }

    /// <summary>Parameters in their proper kinds.</summary>
    /// <exception cref="SettingsException">One is wrong, not known, or missing.</exception>
    public static IReadOnlyDictionary<string, SettingValue> Check(
        PluginDescription plugin, IEnumerable<KeyValuePair<string, string>> given)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        ArgumentNullException.ThrowIfNull(given);
        var problems = new Problems();
        var values = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        foreach (var (name, text) in given)
            values[name] = Read(text, plugin.Parameters.FirstOrDefault(p => p.Name == name)?.Shape ?? ValueShape.Text);
        return new ShapeChecker(problems).Fields(plugin.Name, values, plugin.Parameters, SourcePosition.None)
            ?? throw new SettingsException(problems.Sentences([]));
    }

    private static SettingValue Read(string text, ValueShape shape)
    {
        if (shape.Kind is not (ValueKind.List or ValueKind.Map or ValueKind.Record))
            return new SettingValue.Text(text);
        try
        {
            var value = HoconRules.ToValue(HoconParser.Parse("v = " + text, string.Empty).Fields["v"]);
            return value is NoValue ? new SettingValue.Text(text) : value;
        }
        catch (HoconParserException)
        {
            return new SettingValue.Text(text);
        }
    }
}
