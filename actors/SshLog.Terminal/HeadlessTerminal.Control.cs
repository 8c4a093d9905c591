using SshLog.Terminal.Parsing;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <content>Control characters and sequences; cursor, erasing, scrolling.</content>
public sealed partial class HeadlessTerminal
{
    void ISequenceHandler.Execute(int control)
    {
        switch (control)
        {
            case 0x08:
                Backspace();
                break;
            case 0x09 when _screen.X < Columns:
                _screen.X = _screen.NextTab(_screen.X);
                break;
            case 0x0a or 0x0b or 0x0c:
                LineFeed();
                break;
            case 0x0d:
                _screen.X = 0;
                break;
            case 0x0e or 0x0f:
                InvokeCharset(control == 0x0e ? 1 : 0);
                break;
            case 0x84:
                Index();
                break;
            case 0x85:
                _screen.X = 0;
                Index();
                break;
            case 0x88:
                _screen.SetTab(_screen.X);
                break;
        }

        _precedingWidth = 0;
    }

    void ISequenceHandler.Control(uint identity, Parameters parameters)
    {
        if (identity <= 0xff)
            ControlPlain((char)identity, parameters);
        else if (identity >> 8 == '?')
            ControlPrivate((char)(identity & 0xff), parameters);
        else
            ControlWithIntermediate(identity, parameters);
        _precedingWidth = 0;
    }

    private void ControlPlain(char final, Parameters p)
    {
        switch (final)
        {
            case 'A' or 'B' or 'C' or 'D' or 'E' or 'F' or 'G' or 'H' or 'I' or 'Z' or '`' or 'a' or 'd' or 'e' or 'f':
                MoveCursor(final, p);
                break;
            case '@':
                RestrictCursor();
                _screen.Line.Insert(_screen.X, p.FirstOr1, _look.ForErasing);
                break;
            case 'P':
                RestrictCursor();
                _screen.Line.Delete(_screen.X, p.FirstOr1, _look.ForErasing);
                break;
            case 'X':
                RestrictCursor();
                _screen.Line.Erase(
                    _screen.X, _screen.X + Math.Min(p.FirstOr1, Columns), _look.ForErasing, keepProtected: false);
                break;
            case 'J':
                EraseInDisplay(p[0], keepProtected: false);
                break;
            case 'K':
                EraseInLine(p[0], keepProtected: false);
                break;
            case 'L' or 'M':
                InsertOrDeleteLines(final == 'L', p.FirstOr1);
                break;
            case 'S':
                _screen.ScrollUp(_screen.Top, _screen.Bottom, p.FirstOr1, _look.ForErasing);
                break;
            case 'T':
                _screen.ScrollDown(_screen.Top, _screen.Bottom, p.FirstOr1, default);
                break;
            case 'b':
                Repeat(p.FirstOr1);
                break;
            case 'g' when p[0] == 0:
                _screen.ClearTab(_screen.X);
                break;
            case 'g' when p[0] == 3:
                Array.Clear(_screen.Tabs);
                break;
            case 'h' or 'l':
                SetModes(p, final == 'h');
                break;
            case 'm':
                SetLook(p);
                break;
            case 'r':
                SetMargins(p);
                break;
            case 's':
                SaveCursor();
                break;
            case 't':
                StackTitle(p);
                break;
            case 'u':
                RestoreCursor();
                break;
        }
    }

    private void ControlPrivate(char final, Parameters p)
    {
        switch (final)
        {
            case 'J':
                EraseInDisplay(p[0], keepProtected: true);
                break;
            case 'K':
                EraseInLine(p[0], keepProtected: true);
                break;
            case 'h' or 'l':
                SetPrivateModes(p, final == 'h');
                break;
        }
    }

    private void ControlWithIntermediate(uint identity, Parameters p)
    {
        switch (identity)
        {
            case (' ' << 8) | '@':
                ShiftColumns(0, p.FirstOr1, insert: false);
                break;
            case (' ' << 8) | 'A':
                ShiftColumns(0, p.FirstOr1, insert: true);
                break;
            case (' ' << 8) | 'q':
                _modes.CursorStyle = p[0] <= 6 ? p[0] : _modes.CursorStyle;
                break;
            case ('!' << 8) | 'p':
                ResetSoftly();
                break;
            case ('\'' << 8) | '}':
                ShiftColumns(_screen.X, p.FirstOr1, insert: true);
                break;
            case ('\'' << 8) | '~':
                ShiftColumns(_screen.X, p.FirstOr1, insert: false);
                break;
            case ('"' << 8) | 'q' when p[0] is 0 or 1 or 2:
                var unprotected = _look.Background & ~Attributes.Protected;
                _look = _look with { Background = p[0] == 1 ? unprotected | Attributes.Protected : unprotected };
                break;
        }
    }

    private void MoveCursor(char final, Parameters p)
    {
        var count = Math.Min(p.FirstOr1, MostColumns);
        switch (final)
        {
            case 'A' or 'F':
                MoveBy(0, -(_screen.Y >= _screen.Top ? Math.Min(_screen.Y - _screen.Top, count) : count));
                break;
            case 'B' or 'E':
                MoveBy(0, _screen.Y <= _screen.Bottom ? Math.Min(_screen.Bottom - _screen.Y, count) : count);
                break;
            case 'C' or 'a':
                MoveBy(count, 0);
                break;
            case 'D':
                MoveBy(-count, 0);
                break;
            case 'G' or '`':
                // As in xterm.js: the line is counted from the margin again in origin mode.
                MoveTo(count - 1, _screen.Y);
                break;
            case 'H' or 'f':
                MoveTo(Math.Clamp(p[1], 1, MostColumns) - 1, count - 1);
                break;
            case 'd':
                MoveTo(_screen.X, count - 1);
                break;
            case 'e':
                MoveBy(0, count);
                break;
            case 'I' or 'Z' when _screen.X < Columns:
                for (; count > 0; count--)
                    _screen.X = final == 'I' ? _screen.NextTab(_screen.X) : _screen.PreviousTab(_screen.X);
                break;
        }

        if (final is 'E' or 'F')
            _screen.X = 0;
    }

    private void MoveBy(int columns, int rows)
    {
        RestrictCursor();
        MoveTo(_screen.X + columns, _screen.Y + rows);
    }

    private void MoveTo(int column, int row)
    {
        _screen.X = column;
        _screen.Y = _modes.Origin ? _screen.Top + row : row;
        RestrictCursor();
    }

    private void RestrictCursor() => RestrictCursor(Columns - 1);

    private void RestrictCursor(int lastColumn)
    {
        _screen.X = Math.Clamp(_screen.X, 0, lastColumn);
        _screen.Y = _modes.Origin
            ? Math.Clamp(_screen.Y, _screen.Top, _screen.Bottom)
            : Math.Clamp(_screen.Y, 0, Rows - 1);
    }

    private void Backspace()
    {
        RestrictCursor(_modes.ReverseWrap ? Columns : Columns - 1);
        if (_screen.X > 0)
        {
            _screen.X--;
        }
        else if (_modes.ReverseWrap && _screen.Y > _screen.Top && _screen.Y <= _screen.Bottom && _screen.Line.Wrapped)
        {
            _screen.Line.Wrapped = false;
            _screen.Y--;
            _screen.X = Columns - 1;
            // A wide character that did not fit had left the last column empty.
            if (_screen.Line.Cells[_screen.X] is { Width: > 0, HasContent: false })
                _screen.X--;
        }

        RestrictCursor();
    }

    private void LineFeed()
    {
        if (_modes.LineFeedReturns)
            _screen.X = 0;
        if (_screen.Y == _screen.Bottom)
        {
            _screen.ScrollUp(_screen.Top, _screen.Bottom, 1, _look.ForErasing);
        }
        else if (_screen.Y < Rows - 1)
        {
            _screen.Y++;
            _screen.Line.Wrapped = false;
        }

        if (_screen.X >= Columns)
            _screen.X = Columns - 1;
    }

    private void Index()
    {
        RestrictCursor();
        if (_screen.Y == _screen.Bottom)
            _screen.ScrollUp(_screen.Top, _screen.Bottom, 1, _look.ForErasing);
        else
            _screen.Y++;
        RestrictCursor();
    }

    private void ReverseIndex()
    {
        RestrictCursor();
        if (_screen.Y == _screen.Top)
            _screen.ScrollDown(_screen.Top, _screen.Bottom, 1, _look.ForErasing);
        else
            _screen.Y--;
        RestrictCursor();
    }

    private void EraseInDisplay(int part, bool keepProtected)
    {
        RestrictCursor(Columns);
        if (part is 0 or 1)
            EraseInLine(part, keepProtected);
        if (part is < 0 or > 2)
            return;
        var from = part == 0 ? _screen.Y + 1 : 0;
        var to = part == 1 ? _screen.Y : Rows;
        for (var y = from; y < to; y++)
        {
            if (keepProtected)
                EraseUnprotected(_screen.Rows[y]);
            else
                _screen.Rows[y].Reset(_look.ForErasing);
        }

        if (part == 1)
            _screen.Line.Wrapped = false;
    }

    private void EraseUnprotected(Row row)
    {
        foreach (ref var cell in row.Cells.AsSpan())
        {
            if (!cell.IsProtected)
                cell = Row.Blank(_look.ForErasing);
        }

        row.Wrapped = false;
    }

    private void EraseInLine(int part, bool keepProtected)
    {
        RestrictCursor(Columns);
        if (part is < 0 or > 2)
            return;
        var from = part == 0 ? _screen.X : 0;
        var to = part == 1 ? _screen.X + 1 : Columns;
        _screen.Line.Erase(from, to, _look.ForErasing, keepProtected);
        if (from == 0 && part != 1)
            _screen.Line.Wrapped = false;
    }

    private void InsertOrDeleteLines(bool insert, int count)
    {
        RestrictCursor();
        if (_screen.Y < _screen.Top || _screen.Y > _screen.Bottom)
            return;
        if (insert)
            _screen.ScrollDown(_screen.Y, _screen.Bottom, count, _look.ForErasing);
        else
            _screen.ScrollUp(_screen.Y, _screen.Bottom, count, _look.ForErasing);
        _screen.X = 0;
    }

    private void ShiftColumns(int column, int count, bool insert)
    {
        if (_screen.Y < _screen.Top || _screen.Y > _screen.Bottom)
            return;
        for (var y = _screen.Top; y <= _screen.Bottom; y++)
        {
            if (insert)
                _screen.Rows[y].Insert(column, count, _look.ForErasing);
            else
                _screen.Rows[y].Delete(column, count, _look.ForErasing);
            _screen.Rows[y].Wrapped = false;
        }
    }

    private void SetMargins(Parameters p)
    {
        var top = p.FirstOr1;
        var bottom = p.Count < 2 || p[1] == 0 || p[1] > Rows ? Rows : p[1];
        if (bottom <= top)
            return;
        (_screen.Top, _screen.Bottom) = (top - 1, bottom - 1);
        MoveTo(0, 0);
    }
}
