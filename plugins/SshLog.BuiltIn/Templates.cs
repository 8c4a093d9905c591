using System.Text.RegularExpressions;
using SshLog.Plugins;

namespace SshLog.BuiltIn;

/// <summary><c>{{field}}</c> in a text stands for that field of the event.</summary>
internal static partial class Templates
{
    /// <summary>The text with every field in its place, as data: what a field holds is not looked at again. A field that the
    /// event does not have becomes nothing.</summary>
    public static string Fill(string template, PluginEvent happened) =>
        template.Contains("{{", StringComparison.Ordinal)
            ? FieldMark().Replace(template, match => happened.Field(match.Groups[1].Value) ?? string.Empty)
            : template;

    [GeneratedRegex(@"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex FieldMark();
}
