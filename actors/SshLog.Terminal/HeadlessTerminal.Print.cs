using System.Buffers;
using SshLog.Terminal.Parsing;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <content>Characters.</content>
public sealed partial class HeadlessTerminal
{
    /// <summary>Output shorter than this is cheaper to print than to look through.</summary>
    private const int WorthSkipping = 8192;

    // ESC; shift out and in; and what may begin a C1 control.
    private static readonly SearchValues<byte> _changing = SearchValues.Create(0x1b, 0x0e, 0x0f, 0xc2);

    private Utf8Decoder _decoder;

    void ISequenceHandler.Print(int character) => Print(character);

    private void Decode(byte next)
    {
        var character = _decoder.Take(next);
        if (character >= 0)
            _parser.Put(character);
    }

    private void PrintAscii(ReadOnlySpan<byte> text)
    {
        if (_charset is not null || _modes.Insert)
        {
            foreach (var character in text)
                Print(character);
            return;
        }

        _precedingWidth = 1;
        while (!text.IsEmpty)
        {
            _screen.Line.BlankLeftHalf(_screen.X, _look);
            if (_screen.X >= Columns)
                WrapOrStay();
            var line = _screen.Line;
            var count = Math.Min(text.Length, Columns - _screen.X);
            var cell = new Cell(0, 1, _look);
            var cells = line.Cells.AsSpan(_screen.X, count);
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = cell;
                cells[i].Content |= text[i];
            }

            _screen.X += count;
            line.BlankRightHalf(_screen.X, _look);
            text = text[count..];
            if (!_modes.NoWrap || text.Length <= 1)
                continue;
            // Without wrapping the last column is overwritten again and again: only the last character stays.
            text = text[^1..];
        }
    }

    private void Print(int character)
    {
        if (_charset is { } charset && character < 0x7f)
            character = charset[character];
        var width = CharacterWidth.Of(character);
        var joins = width == 0 && _precedingWidth > 0;
        _precedingWidth = joins ? _precedingWidth : width;
        if (joins && _screen.X > 0)
        {
            Join(character);
            return;
        }

        _screen.Line.BlankLeftHalf(_screen.X, _look);
        if (_screen.X + width > Columns)
        {
            if (!_modes.NoWrap)
                ClearBehind(_screen.Line, _screen.X);
            WrapOrStay();
            if (width == 2 && _screen.X + width > Columns)
            {
                _screen.Line.BlankRightHalf(_screen.X, _look);
                return;
            }
        }

        if (_screen.X >= Columns)
            return;
        var line = _screen.Line;
        if (_modes.Insert)
            line.Insert(_screen.X, width, _look);
        line.Cells[_screen.X++] = new Cell(character, width, _look);
        if (width == 2)
            line.Cells[_screen.X++] = new Cell(0, 0, _look);
        line.BlankRightHalf(_screen.X, _look);
    }

    private void Join(int mark)
    {
        var line = _screen.Line;
        var column = _screen.X - (line.Cells[_screen.X - 1].Width > 0 ? 1 : 2);
        if (column >= 0)
            line.Join(column, mark, _precedingWidth);
    }

    /// <summary>The next character does not fit: to the next line, or back to the last column.</summary>
    private void WrapOrStay()
    {
        if (_modes.NoWrap)
        {
            _screen.X = Columns - 1;
            return;
        }

        _screen.X = 0;
        if (_screen.Y == _screen.Bottom)
        {
            _screen.ScrollUp(_screen.Top, _screen.Bottom, 1, _look.ForErasing, wrapped: true);
            return;
        }

        _screen.Y = Math.Min(_screen.Y + 1, Rows - 1);
        _screen.Line.Wrapped = true;
    }

    // A wide character that does not fit leaves the last column empty.
    private void ClearBehind(Row line, int column)
    {
        for (; column < Columns; column++)
            line.Cells[column] = Row.Blank(_look);
    }

    /// <summary>
    /// How much of the output can be left out because its effects will have scrolled away: what comes before a line
    /// break that is followed by at least a screenful of line feeds, if that much also comes before it (then the cursor
    /// is at the bottom) and nothing in either part changes more than text. Makes floods of plain text nearly free.
    /// </summary>
    private int SkipScrolledAway(ReadOnlySpan<byte> output)
    {
        if (output.Length < WorthSkipping || !_parser.IsGround || !_decoder.IsIdle || _modes.ReverseWrap
            || _screen.Top > 0 || _screen.Bottom < Rows - 1)
            return 0;
        var changing = output.IndexOfAny(_changing);
        var text = changing < 0 ? output : output[..changing];
        var tail = text;
        for (var feeds = 0; feeds < Rows; feeds++)
        {
            var feed = tail.LastIndexOf((byte)'\n');
            if (feed < 0)
                return 0;
            tail = tail[..feed];
        }

        // The cursor's column is known after a carriage return.
        var end = tail.LastIndexOf("\r\n"u8);
        if (end < 0)
            return 0;
        end += 2;
        var head = text[..end];
        for (var feeds = 0; feeds < Rows; feeds++)
        {
            var feed = head.IndexOf((byte)'\n');
            if (feed < 0)
                return 0;
            head = head[(feed + 1)..];
        }

        (_screen.X, _screen.Y) = (0, _screen.Bottom);
        _precedingWidth = 0;
        return end;
    }
}
