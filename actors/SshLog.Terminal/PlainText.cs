using System.Text;
using SshLog.Terminal.Parsing;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <summary>
/// Terminal output as lines of text, for logs and search: sequences are carried out within the line or left out, so a
/// corrected command reads as it was entered, a coloured word is one word, and a line that a narrow window has wrapped
/// is one line. Keys that a program printed as control characters are written as names such as [Ctrl+C]. Memory is
/// bounded; nothing throws. Not thread-safe.
/// </summary>
public sealed partial class PlainText : ISequenceHandler
{
    /// <summary>A longer line is broken here.</summary>
    public const int LongestLine = 8192;

    /// <summary>UTF-16 units of marks that a line keeps, further ones are dropped: it stays small when it is saved.</summary>
    private const int MostMarks = 1000;

    private const int TabWidth = 8;

    /// <summary>Stands for the second column of a wide character.</summary>
    private const int Half = -1;

    /// <summary>Of a window's width.</summary>
    private const int Unknown = int.MaxValue;

    private readonly SequenceParser _parser;
    private readonly List<int> _line = [];
    private readonly Dictionary<int, string> _marks = [];
    private Utf8Decoder _decoder;
    private TextWriter _output = TextWriter.Null;
    private int _markCount;
    private int _columns;
    private int _rowStart;
    private int _column;

    /// <param name="columns">Width of the window; 0 when not known: then nothing counts as wrapped.</param>
    public PlainText(int columns = 0)
    {
        _parser = new SequenceParser(this, longestText: 0);
        Resize(columns);
    }

    /// <summary>The line that is not complete, as far as it has come.</summary>
    public string Pending => Render();

    /// <summary>The width that a move to the right is bounded by.</summary>
    private int Width => Math.Min(_columns, HeadlessTerminal.MostColumns);

    /// <summary>The window has another width; a wider one than <see cref="HeadlessTerminal.MostColumns"/> is taken as so
    /// wide.</summary>
    public void Resize(int columns) => _columns = columns > 0 ? Math.Min(columns, HeadlessTerminal.MostColumns) : Unknown;

    /// <summary>Takes the next bytes and writes the lines that they complete, each with a line feed.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        foreach (var next in bytes)
        {
            var character = _decoder.Take(next);
            if (character >= 0)
                _parser.Put(character);
        }
    }

    /// <summary>Writes the line that is not complete, if there is one.</summary>
    public void Flush(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        BreakLine();
    }

    void ISequenceHandler.Print(int character)
    {
        var width = CharacterWidth.Of(character);
        if (width == 0)
        {
            Join(character);
            return;
        }

        if (_column - _rowStart + width > _columns)
            _rowStart = _column;
        if (_column + width > LongestLine)
            EndLine();
        Set(_column++, character);
        if (width == 2)
            Set(_column++, Half);
    }

    void ISequenceHandler.Execute(int control)
    {
        switch (control)
        {
            case '\n' or 0x0b or 0x0c or 0x84 or 0x85:
                EndLine();
                break;
            case '\r':
                _column = _rowStart;
                break;
            case '\b':
                _column = Math.Max(_rowStart, _column - 1);
                break;
            case '\t':
                Tab();
                break;
            // Not what terminals act upon, and not NUL, which pads.
            case > 0 and < 0x1b and not (0x07 or 0x0e or 0x0f):
                foreach (var letter in $"[Ctrl+{(char)(control + 0x40)}]")
                    ((ISequenceHandler)this).Print(letter);
                break;
        }
    }

    void ISequenceHandler.Escape(uint identity)
    {
        if (identity is 'E' or 'D' or 'M' or 'c')
            BreakLine();
    }

    void ISequenceHandler.Control(uint identity, Parameters parameters)
    {
        var count = Math.Min(parameters.FirstOr1, LongestLine);
        switch (identity)
        {
            case 'C' or 'a':
                MoveTo(_column + count);
                break;
            case 'D':
                _column = Math.Max(_rowStart, _column - count);
                break;
            case 'G' or '`':
                MoveTo(_rowStart + count - 1);
                break;
            case 'A' or 'B' or 'E' or 'F':
                MoveRows((char)identity, count);
                break;
            case 'H' or 'f' or 'd' or 'S' or 'T':
            case 'J' when parameters[0] != 0:
            case ('?' << 8) | 'h' or ('?' << 8) | 'l' when parameters[0] is 47 or 1047 or 1049:
                BreakLine();
                break;
            default:
                Edit(identity, parameters[0], count);
                break;
        }
    }

    void ISequenceHandler.SystemCommand(int number, string text)
    {
    }

    void ISequenceHandler.EndIgnored()
    {
    }

    private void Edit(uint identity, int parameter, int count)
    {
        switch (identity)
        {
            case 'K' or 'J':
                Erase(parameter == 0 ? _column : _rowStart, parameter == 1 ? _column + 1 : LongestLine);
                break;
            case 'X':
                Erase(_column, _column + count);
                break;
            case 'P' when _column < _line.Count:
                ClearMarks();
                _line.RemoveRange(_column, Math.Min(count, _line.Count - _column));
                break;
            case '@' when _column < _line.Count:
                ClearMarks();
                _line.InsertRange(_column, Enumerable.Repeat((int)' ', Math.Min(Math.Min(count, Width), LongestLine - _line.Count)));
                break;
        }
    }

    /// <summary>Up and down within a line that the window has wrapped; otherwise another line begins.</summary>
    private void MoveRows(char final, int count)
    {
        long distance = (long)count * _columns * (final is 'A' or 'F' ? -1 : 1);
        if (_columns == Unknown || _rowStart + distance < 0 || _rowStart + distance > _line.Count)
        {
            BreakLine();
            return;
        }

        _rowStart += (int)distance;
        _column = final is 'E' or 'F' ? _rowStart : Math.Max(_rowStart, _column + (int)distance);
    }

    private void Tab()
    {
        var stop = _rowStart + (((_column - _rowStart) / TabWidth) + 1) * TabWidth;
        // Without a window a tab always parts two words: tables have lines of any length.
        if (_columns == Unknown)
            MoveTo(stop, LongestLine);
        else if (_column - _rowStart < _columns)
            MoveTo(stop);
    }

    /// <summary>As far as a terminal moves: a few bytes must not make long lines of blanks.</summary>
    private void MoveTo(int column) =>
        MoveTo(column, _columns == Unknown ? Math.Max(_line.Count, Width - 1) : _rowStart + _columns - 1);

    private void MoveTo(int column, int last)
    {
        _column = Math.Min(column, Math.Min(last, LongestLine));
        while (_line.Count < _column)
            _line.Add(' ');
    }

    private void Set(int column, int character)
    {
        if (_marks.Remove(column, out var gone))
            _markCount -= gone.Length;
        while (_line.Count < column)
            _line.Add(' ');
        if (column == _line.Count)
            _line.Add(character);
        else
            _line[column] = character;
    }

    private void Join(int mark)
    {
        var column = _column - 1;
        if (column > 0 && column < _line.Count && _line[column] == Half)
            column--;
        if (column < 0 || column >= _line.Count)
            return;
        var marks = _marks.GetValueOrDefault(column, string.Empty);
        var added = new Rune(mark).Utf16SequenceLength;
        if (marks.Length >= 32 || _markCount + added > MostMarks)
            return;
        _marks[column] = marks + new Rune(mark);
        _markCount += added;
    }

    private void ClearMarks()
    {
        _marks.Clear();
        _markCount = 0;
    }

    private void Erase(int from, int to)
    {
        if (to >= _line.Count && from < _line.Count)
            _line.RemoveRange(from, _line.Count - from);
        for (var i = from; i < Math.Min(to, _line.Count); i++)
            Set(i, ' ');
    }

    private void BreakLine()
    {
        if (_line.Exists(c => c != ' '))
            EndLine();
        Begin();
    }

    private void EndLine()
    {
        _output.Write(Render());
        _output.Write('\n');
        Begin();
    }

    private string Render()
    {
        var text = new StringBuilder(_line.Count);
        for (var i = 0; i < _line.Count; i++)
        {
            if (_line[i] == Half)
                continue;
            text.Append(new Rune(_line[i]));
            if (_marks.TryGetValue(i, out var marks))
                text.Append(marks);
        }

        var length = text.Length;
        while (length > 0 && text[length - 1] == ' ')
            length--;
        return text.ToString(0, length);
    }

    private void Begin()
    {
        _line.Clear();
        ClearMarks();
        (_rowStart, _column) = (0, 0);
    }
}
