using SshLog.Terminal.Parsing;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <content>Modes, character sets, saved cursor, title, resets.</content>
public sealed partial class HeadlessTerminal
{
    private const int MostTitles = 10;

    private readonly List<string> _titles = [];
    private readonly char[] _designated = [Charsets.Ascii, Charsets.Ascii, Charsets.Ascii, Charsets.Ascii];
    private Modes _modes;
    private int _invoked;
    private char _charsetName = Charsets.Ascii;
    private char[]? _charset;

    void ISequenceHandler.Escape(uint identity)
    {
        var final = (char)(identity & 0xff);
        switch (identity >> 8)
        {
            case 0:
                EscapePlain(final);
                break;
            case '#' when final == '8':
                AlignmentPattern();
                break;
            case '%' when final is '@' or 'G':
                DesignateCharset(0, Charsets.Ascii);
                InvokeCharset(0);
                break;
            case (>= '(' and <= '+') or '-' or '.' when Charsets.Exists(final):
                DesignateCharset((identity >> 8) switch { '(' => 0, ')' or '-' => 1, '*' or '.' => 2, _ => 3 }, final);
                break;
        }

        _precedingWidth = 0;
    }

    void ISequenceHandler.SystemCommand(int number, string text)
    {
        if (number is 0 or 2)
            Title = text;
        _precedingWidth = 0;
    }

    private void EscapePlain(char final)
    {
        switch (final)
        {
            case '7':
                SaveCursor();
                break;
            case '8':
                RestoreCursor();
                break;
            case 'D':
                Index();
                break;
            case 'E':
                _screen.X = 0;
                Index();
                break;
            case 'H':
                _screen.SetTab(_screen.X);
                break;
            case 'M':
                ReverseIndex();
                break;
            case '=' or '>':
                _modes.ApplicationKeypad = final == '=';
                break;
            case 'c':
                ResetFully();
                break;
            case 'n' or '}':
                InvokeCharset(2);
                break;
            case 'o' or '|':
                InvokeCharset(3);
                break;
            case '~':
                InvokeCharset(1);
                break;
        }
    }

    private void SetModes(Parameters p, bool on)
    {
        for (var i = 0; i < p.Count; i++)
        {
            if (p[i] == 4)
                _modes.Insert = on;
            else if (p[i] == 20)
                _modes.LineFeedReturns = on;
        }
    }

    private void SetPrivateModes(Parameters p, bool on)
    {
        for (var i = 0; i < p.Count; i++)
            SetPrivateMode(p[i], on);
    }

    private void SetPrivateMode(int mode, bool on)
    {
        switch (mode)
        {
            case 1:
                _modes.ApplicationCursorKeys = on;
                break;
            case 2 when on:
                for (var i = 0; i < _designated.Length; i++)
                    DesignateCharset(i, Charsets.Ascii);
                break;
            case 6:
                _modes.Origin = on;
                MoveTo(0, 0);
                break;
            case 7:
                _modes.NoWrap = !on;
                break;
            case 9 or 1000 or 1002 or 1003:
                _modes.Mouse = on ? (MouseTracking)mode : MouseTracking.None;
                break;
            case 25:
                _modes.HiddenCursor = !on;
                break;
            case 45:
                _modes.ReverseWrap = on;
                break;
            case 66:
                _modes.ApplicationKeypad = on;
                break;
            case 1004:
                _modes.FocusEvents = on;
                break;
            case 1006 or 1016:
                _modes.MouseEncoding = on ? mode : 0;
                break;
            case 2004:
                _modes.BracketedPaste = on;
                break;
            case 47 or 1047 or 1048 or 1049:
                SwitchScreen(mode, on);
                break;
        }
    }

    private void SwitchScreen(int mode, bool toAlternate)
    {
        if (toAlternate && mode is 1048 or 1049)
            SaveCursor();
        if (mode != 1048 && toAlternate != InAlternateScreen)
        {
            var (x, y) = (_screen.X, _screen.Y);
            if (toAlternate)
                _alternate.Clear(_look.ForErasing);
            _screen = toAlternate ? _alternate : _normal;
            (_screen.X, _screen.Y) = (x, y);
        }

        if (!toAlternate && mode is 1048 or 1049)
            RestoreCursor();
    }

    private void SaveCursor() => _screen.Saved = new SavedCursor(_screen.X, _screen.Y, _look, _charsetName);

    private void RestoreCursor()
    {
        var saved = _screen.Saved;
        (_screen.X, _screen.Y, _look) = (saved.Column, saved.Line, saved.Look);
        UseCharset(saved.Charset);
        RestrictCursor();
    }

    private void DesignateCharset(int set, char name)
    {
        _designated[set] = name;
        if (_invoked == set)
            UseCharset(name);
    }

    private void InvokeCharset(int set)
    {
        _invoked = set;
        UseCharset(_designated[set]);
    }

    private void UseCharset(char name) => (_charsetName, _charset) = (name, Charsets.Table(name));

    private void StackTitle(Parameters p)
    {
        if (p[1] is not (0 or 2))
            return;
        if (p[0] == 22)
        {
            if (_titles.Count == MostTitles)
                _titles.RemoveAt(0);
            _titles.Add(Title);
        }
        else if (p[0] == 23 && _titles.Count > 0)
        {
            Title = _titles[^1];
            _titles.RemoveAt(_titles.Count - 1);
        }
    }

    private void AlignmentPattern()
    {
        MoveTo(0, 0);
        foreach (var row in _screen.Rows)
        {
            row.Reset(default);
            row.Fill(new Cell('E', 1, _look));
        }

        MoveTo(0, 0);
    }

    private void ResetCharsets()
    {
        Array.Fill(_designated, Charsets.Ascii);
        InvokeCharset(0);
    }

    private void ResetSoftly()
    {
        _modes.ResetSoftly();
        (_screen.Top, _screen.Bottom) = (0, Rows - 1);
        _look = default;
        ResetCharsets();
        _screen.Saved = SavedCursor.Home;
    }

    private void ResetFully()
    {
        _parser.Reset();
        _modes = new Modes { LineFeedReturns = _modes.LineFeedReturns };
        _look = default;
        ResetCharsets();
        _screen = _normal;
        foreach (var screen in new[] { _normal, _alternate })
        {
            screen.Clear(default);
            screen.Saved = SavedCursor.Home;
        }
    }
}
