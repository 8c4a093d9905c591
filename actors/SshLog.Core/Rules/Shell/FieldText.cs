using System.Text.RegularExpressions;

namespace SshLog.Core.Rules.Shell;

/// <summary>Finds <c>{{field}}</c> in a text of an action.</summary>
public static partial class FieldText
{
    /// <summary>True if something in it may be replaced by a field of an event.</summary>
    public static bool HasField(string text) => text is not null && text.Contains("{{", StringComparison.Ordinal);

    /// <summary>The field that begins at <paramref name="at"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where <c>{{</c> stands.</param>
    /// <param name="length">Length with the braces.</param>
    /// <returns>Its name; null when this is no field.</returns>
    public static string? At(string text, int at, out int length)
    {
        var match = Field().Match(text, at);
        length = match.Length;
        return match.Success ? match.Groups[1].Value : null;
    }

    /// <summary>Writes a field.</summary>
    public static string Write(string name) => "{{" + name + "}}";

    [GeneratedRegex(@"\G\{\{[ \t]*([A-Za-z_][A-Za-z0-9_.]*)[ \t]*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
