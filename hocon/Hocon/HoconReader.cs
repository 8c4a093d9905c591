using System.Globalization;
using System.Text;

namespace Hocon;

/// <summary>Walks over the characters of a HOCON text and knows line and column.</summary>
internal sealed class HoconReader(string text, string? file)
{
    private int _position;
    private int _line = 1;
    private int _lineStart;

    public const char End = '\0';

    public string? File { get; } = file;

    public bool AtEnd => _position >= text.Length;

    public char Current => AtEnd ? End : text[_position];

    public HoconOrigin Origin => new(File, _line, _position - _lineStart + 1);

    public bool AtComment => Current == '#' || Looks("//");

    /// <summary>True where a value or a key cannot go on: end of line, separator, closing bracket, comment.</summary>
    public bool AtValueEnd => AtEnd || Current is '\n' or ',' or '}' or ']' || AtComment;

    public bool Looks(string expected) =>
        string.CompareOrdinal(text, _position, expected, 0, expected.Length) == 0;

    public int Mark() => _position;

    /// <summary>Goes back to a mark on the same line.</summary>
    public void Reset(int mark) => _position = mark;

    public char Next()
    {
        var c = text[_position++];
        if (c == '\n')
        {
            _line++;
            _lineStart = _position;
        }

        return c;
    }

    public bool Take(string expected)
    {
        if (!Looks(expected))
            return false;
        _position += expected.Length;
        return true;
    }

    public void Expect(char expected, string where)
    {
        if (AtEnd || Current != expected)
            throw Error($"expected '{expected}' {where}, found {Found()}");
        Next();
    }

    public HoconParserException Error(string message) => new(message, Origin);

    public string Found() => AtEnd ? "the end of the text" : Current == '\n' ? "the end of the line" : $"'{Current}'";

    /// <summary>Reads blanks within the line.</summary>
    public string Blanks()
    {
        var start = _position;
        while (!AtEnd && HoconText.IsBlank(Current))
            Next();
        return text[start.._position];
    }

    /// <summary>Skips blanks, line ends and comments; says whether a line ended.</summary>
    public bool SkipLines()
    {
        var ended = false;
        while (!AtEnd)
        {
            if (AtComment)
                while (!AtEnd && Current != '\n')
                    Next();
            else if (Current == '\n' || HoconText.IsBlank(Current))
                ended |= Next() == '\n';
            else
                break;
        }

        return ended;
    }

    /// <summary>Skips to the next item; true if a comma or a line end stood before it.</summary>
    public bool SkipSeparator()
    {
        var separated = SkipLines();
        if (Current != ',')
            return separated;
        Next();
        SkipLines();
        return Current != ',' ? true : throw Error("a value is missing between two commas");
    }

    /// <summary>Reads text that needs no quotes; empty if there is none.</summary>
    public string Unquoted(bool key = false)
    {
        var start = _position;
        while (!AtEnd && !Looks("//") && !char.IsWhiteSpace(Current) && Current != '\uFEFF'
            && !(key && Current == '.') && (!HoconText.IsReserved(Current) || InExponent(start)))
            _position++;
        return text[start.._position];
    }

    /// <summary>Reads a quoted text, one or three quotes.</summary>
    public string Quoted()
    {
        if (Take("\"\"\""))
            return TripleQuoted();
        var open = Origin;
        Next();
        var value = new StringBuilder();
        while (true)
        {
            if (AtEnd || Current == '\n')
                throw new HoconParserException("a quoted text is not closed on its line", open);
            var c = Next();
            if (c == '"')
                return value.ToString();
            value.Append(c == '\\' ? Escape() : c);
        }
    }

    private bool InExponent(int start) => Current == '+' && _position > start
        && char.IsAsciiDigit(text[start]) && text[_position - 1] is 'e' or 'E';

    private string TripleQuoted()
    {
        var open = Origin;
        var start = _position;
        while (!Looks("\"\"\""))
        {
            if (AtEnd)
                throw new HoconParserException("a text in three quotes is not closed", open);
            Next();
        }

        _position += 3;
        while (Current == '"')
            _position++;
        return text[start..(_position - 3)];
    }

    private char Escape()
    {
        if (AtEnd)
            throw Error("an escape is cut off");
        var c = Next();
        switch (c)
        {
            case '"' or '\\' or '/': return c;
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when _position + 4 <= text.Length && ushort.TryParse(text.AsSpan(_position, 4),
                NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _position += 4;
                return (char)code;
            default: throw Error($"'\\{c}' is not an escape; a backslash is written '\\\\'");
        }
    }
}
