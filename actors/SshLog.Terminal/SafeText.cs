using System.Buffers;
using System.Globalization;
using System.Text;

namespace SshLog.Terminal;

/// <summary>
/// Makes text that an attacker may have chosen (user names, arguments, paths) safe to print in a line on a terminal:
/// what would move the cursor, start a control sequence or reverse the reading direction becomes a visible escape.
/// </summary>
public static class SafeText
{
    private static readonly SearchValues<char> _suspects = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(i => (char)i).Where(MustEscape)]);

    /// <summary>
    /// <paramref name="text"/> with C0, DEL and C1 controls as <c>\x1b</c> (<c>\n</c>, <c>\r</c> and <c>\t</c> by
    /// their letters), bidirectional controls, line and paragraph separators and lone surrogates as <c>\u202e</c>.
    /// Everything else, a backslash too, stays as it is; the escape is for eyes and cannot be undone.
    /// </summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var first = text.AsSpan().IndexOfAny(_suspects);
        if (first < 0)
            return text;
        var safe = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                safe.Append(text[i]).Append(text[++i]);
            else
                Append(safe, text[i]);
        }

        return safe.ToString();
    }

    private static void Append(StringBuilder safe, char c)
    {
        if (!MustEscape(c))
            safe.Append(c);
        else if (c is '\n' or '\r' or '\t')
            safe.Append('\\').Append(c switch { '\n' => 'n', '\r' => 'r', _ => 't' });
        else if (c <= 0x9f)
            safe.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
        else
            safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
    }

    private static bool MustEscape(char c) =>
        char.IsControl(c)
        || char.IsSurrogate(c)
        || c is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
