using SshLog.Terminal.Parsing;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <summary>
/// A terminal without a window: keeps what an xterm-like terminal would show after the bytes it was fed. Follows
/// xterm.js (with its Unicode 11 widths and no scrollback) cell for cell, with these differences: bytes that are cut
/// anywhere give the same screen; a narrower window cuts lines off and nothing is wrapped anew; a cell keeps at most 32
/// UTF-16 units; hyperlinks and changes of the palette are not kept. It answers nothing. Any input is taken: memory is
/// bounded by the size of the screen, and nothing throws. Not thread-safe.
/// </summary>
public sealed partial class HeadlessTerminal : ISequenceHandler
{
    /// <summary>Widest screen kept; a wider window is taken as this wide.</summary>
    public const int MostColumns = 600;

    /// <summary>Highest screen kept.</summary>
    public const int MostRows = 300;

    private const int FewestColumns = 2;
    private const int DefaultColumns = 80;
    private const int DefaultRows = 24;

    private readonly SequenceParser _parser;
    private readonly ScreenBuffer _normal;
    private ScreenBuffer _alternate;
    private ScreenBuffer _screen;
    private Attributes _look;
    private int _precedingWidth;

    /// <param name="columns">Width of the window; 0 for unknown: 80.</param>
    /// <param name="rows">Height of the window; 0 for unknown: 24.</param>
    public HeadlessTerminal(int columns, int rows)
    {
        (Columns, Rows) = Limit(columns, rows);
        _parser = new SequenceParser(this);
        _screen = _normal = new ScreenBuffer(Columns, Rows);
        _alternate = _normal;
        _alternate = new ScreenBuffer(Columns, Rows);
    }

    /// <summary>Width, 2 to <see cref="MostColumns"/>.</summary>
    public int Columns { get; private set; }

    /// <summary>Height, 1 to <see cref="MostRows"/>.</summary>
    public int Rows { get; private set; }

    /// <summary>Line of the cursor, from 0.</summary>
    public int CursorRow => _screen.Y;

    /// <summary>Column of the cursor, from 0; <see cref="Columns"/> while the next character would begin a new line.</summary>
    public int CursorColumn => _screen.X;

    /// <summary>False while the cursor is hidden.</summary>
    public bool CursorVisible => !_modes.HiddenCursor;

    /// <summary>
    /// What makes a terminal send other input: cursor keys and keypad in application mode, pastes in brackets. For the
    /// terminal of somebody who types into this one.
    /// </summary>
    public (bool CursorKeys, bool Keypad, bool BracketedPaste) InputModes =>
        (_modes.ApplicationCursorKeys, _modes.ApplicationKeypad, _modes.BracketedPaste);

    /// <summary>True while a program shows the alternate screen.</summary>
    public bool InAlternateScreen => _screen == _alternate;

    /// <summary>Window title; at most 4,096 characters, chosen by whoever prints: escape it for people.</summary>
    public string Title { get; private set; } = string.Empty;

    /// <summary>Takes the next bytes of the output.</summary>
    public void Feed(ReadOnlySpan<byte> output)
    {
        output = output[SkipScrolledAway(output)..];
        while (!output.IsEmpty)
        {
            var plain = _parser.IsGround && _decoder.IsIdle ? output.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) : 0;
            if (plain < 0)
                plain = output.Length;
            if (plain > 0)
            {
                PrintAscii(output[..plain]);
                output = output[plain..];
            }
            else
            {
                Decode(output[0]);
                output = output[1..];
            }
        }
    }

    /// <summary>The window has another size; 0 leaves that side as it is.</summary>
    public void Resize(int columns, int rows)
    {
        (columns, rows) = Limit(columns == 0 ? Columns : columns, rows == 0 ? Rows : rows);
        if (columns == Columns && rows == Rows)
            return;
        (Columns, Rows) = (columns, rows);
        _normal.Resize(columns, rows);
        _alternate.Resize(columns, rows);
    }

    /// <summary>What stands in a cell of the screen shown now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell.</exception>
    public ScreenCell CellAt(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns);
        return new ScreenCell(_screen.Rows[row].Text(column), _screen.Rows[row].Cells[column]);
    }

    /// <summary>The text of a line of the screen shown now, without blanks at its end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such line.</exception>
    public string TextAt(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
        return _screen.Rows[row].Text().TrimEnd(' ');
    }

    void ISequenceHandler.EndIgnored() => _precedingWidth = 0;

    private static (int Columns, int Rows) Limit(int columns, int rows) => (
        columns <= 0 ? DefaultColumns : Math.Clamp(columns, FewestColumns, MostColumns),
        rows <= 0 ? DefaultRows : Math.Min(rows, MostRows));
}
