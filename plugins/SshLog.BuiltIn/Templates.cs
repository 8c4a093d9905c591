using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
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

    /// <summary>The same, with at most so many bytes of UTF-8 for the fields of a text together; each has the same part of them.</summary>
    public static string Fill(string template, PluginEvent happened, int mostBytes)
    {
        var fields = FieldMark().Count(template);
        return fields == 0
            ? template
            : FieldMark().Replace(template, match => Cut(happened.Field(match.Groups[1].Value) ?? string.Empty, mostBytes / fields));
    }

    /// <summary>The text if it has so many bytes of UTF-8 at most, else its beginning, of whole characters, and how much is left out.</summary>
    public static string Cut(string text, int mostBytes)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes <= mostBytes)
            return text;
        _ = Utf8.FromUtf16(text, new byte[mostBytes], out var kept, out var written);
        return $"{text[..kept]} [{bytes - written} bytes cut]";
    }

    [GeneratedRegex(@"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex FieldMark();
}
