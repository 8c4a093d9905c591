using System.Globalization;
using System.Text;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>
/// Text with colours in one form. The same screen has many: a colour may end behind a word, at the end of its line, or where the next
/// line begins, and cells nobody has written to look like blanks.
/// </summary>
internal sealed class ColouredText
{
    private readonly SortedSet<int> _attributes = [];
    private string _foreground = string.Empty;
    private string _background = string.Empty;

    /// <summary>Each line begins in the default colours and ends with the last cell that shows something.</summary>
    public static string[] Lines(string text)
    {
        var state = new ColouredText();
        return [.. text.Split('\n').Select(state.Line)];
    }

    private string Line(string line)
    {
        var (text, shown, before) = (new StringBuilder(), 0, Default);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\x1b' && i + 1 < line.Length && line[i + 1] == '[' && line.IndexOf('m', i) is var end and > 0)
            {
                Apply(line[(i + 2)..end]);
                i = end;
                continue;
            }

            if (State != before)
                text.Append("\x1b[").Append(before = State).Append('m');
            text.Append(line[i]);
            if (line[i] != ' ' || _background.Length > 0 || _attributes.Count > 0)
                shown = text.Length;
        }

        return text.ToString(0, shown);
    }

    private const string Default = "0";

    private string State => string.Join(
        ';', new[] { Default, string.Join(';', _attributes), _foreground, _background }.Where(part => part.Length > 0));

    // SGR, ECMA-48 8.3.117, with the colours of ISO 8613-6.
    private void Apply(string parameters)
    {
        var codes = new Queue<int>(parameters.Split(';').Select(p => p.Length == 0 ? 0 : int.Parse(p, CultureInfo.InvariantCulture)));
        while (codes.TryDequeue(out var code))
        {
            switch (code)
            {
                case 0: (_foreground, _background) = (string.Empty, string.Empty); _attributes.Clear(); break;
                case 22: _attributes.Remove(1); _attributes.Remove(2); break;
                case > 22 and < 30: _attributes.Remove(code - 20); break;
                case < 22: _attributes.Add(code); break;
                case 39: _foreground = string.Empty; break;
                case 49: _background = string.Empty; break;
                case 38: _foreground = Colour(code, codes); break;
                case 48: _background = Colour(code, codes); break;
                case >= 40 and < 48 or >= 100: _background = $"{code}"; break;
                default: _foreground = $"{code}"; break;
            }
        }
    }

    private static string Colour(int code, Queue<int> codes)
    {
        var kind = codes.Dequeue();
        return string.Join(';', [code, kind, .. Enumerable.Range(0, kind == 2 ? 3 : 1).Select(_ => codes.Dequeue())]);
    }
}
