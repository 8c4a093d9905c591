using System.Globalization;
using System.Text;

namespace Hocon;

/// <summary>Character classes of HOCON, and how texts and keys are quoted.</summary>
public static class HoconText
{
    private const string NotInUnquoted = "$\"{}[]:=,+#`^?!@*&\\";

    /// <summary>True for the characters that end an unquoted text (<c>//</c> does too).</summary>
    public static bool IsReserved(char c) => NotInUnquoted.Contains(c, StringComparison.Ordinal);

    /// <summary>True for blanks within a line; Unicode blanks and the byte order mark count.</summary>
    public static bool IsBlank(char c) => c != '\n' && (c == '\uFEFF' || char.IsWhiteSpace(c));

    /// <summary>Splits <c>a."b.c".d</c> into its keys.</summary>
    /// <exception cref="FormatException">A key is empty or a quote is not closed.</exception>
    public static IReadOnlyList<string> SplitPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Contains('"', StringComparison.Ordinal) ? SplitQuoted(path) : SplitPlain(path);
    }

    /// <summary>Joins keys to a path, quoting those that need it.</summary>
    public static string JoinPath(IEnumerable<string> keys) => string.Join('.', keys.Select(QuoteKey));

    /// <summary>Quotes a key that does not stand for itself.</summary>
    public static string QuoteKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? key : Quoted(key);
    }

    /// <summary>Quotes a text that does not stand for itself, or any text when asked to.</summary>
    public static string Quote(string text, bool always)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = !always && text.Length > 0 && text != "null" && !text.Contains("//", StringComparison.Ordinal)
            && text.All(c => !IsReserved(c) && c > ' ')
            && !text.StartsWith("include", StringComparison.Ordinal);
        return plain ? text : Quoted(text);
    }

    private static string[] SplitPlain(string path)
    {
        var keys = path.Split('.');
        for (var i = 0; i < keys.Length; i++)
            if ((keys[i] = keys[i].Trim()).Length == 0)
                throw new FormatException($"'{path}' is not a path: a key between its dots is empty.");
        return keys;
    }

    private static List<string> SplitQuoted(string path)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        var quoted = false;
        var any = false;
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '"')
            {
                quoted = !quoted;
                any = true;
            }
            else if (quoted && c == '\\' && i + 1 < path.Length)
                key.Append(path[++i]);
            else if (!quoted && c == '.')
                Flush();
            else
                key.Append(c);
        }

        if (quoted)
            throw new FormatException($"'{path}' is not a path: a quote is not closed.");
        Flush();
        return keys;

        void Flush()
        {
            if (key.Length == 0 && !any)
                throw new FormatException($"'{path}' is not a path: a key between its dots is empty.");
            keys.Add(key.ToString());
            key.Clear();
            any = false;
        }
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        return quoted.Append('"').ToString();
    }
}
