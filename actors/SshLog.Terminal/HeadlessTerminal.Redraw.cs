using System.Buffers;
using System.Text;
using SshLog.Terminal.Painting;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <content>Painting on a real terminal.</content>
public sealed partial class HeadlessTerminal
{
    /// <summary>
    /// Writes what brings a terminal of the same size, whatever it showed before, to this screen: both screens where a
    /// program shows the alternate one, colours, cursor, margins, tabs, character sets, title, modes. The title is left
    /// without its control characters.
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="withInputModes">False leaves out what makes a terminal send input differently (mouse, focus, paste,
    /// keypad): for a viewer whose input goes nowhere.</param>
    public void Redraw(IBufferWriter<byte> output, bool withInputModes = true)
    {
        var writer = new SequenceWriter(output);
        writer.Text("\e[?1047l\e[?6l\e[4l\e[20l\e[?7h\e[?45l\e[r\e(B\e)B\e*B\e+B\x0f");
        RedrawScreen(writer, _normal);
        if (InAlternateScreen)
        {
            RedrawMargins(writer, _normal);
            writer.Look(default);
            writer.Switch(1047, on: true);
            RedrawScreen(writer, _alternate);
        }

        var title = string.Concat(Title.Where(c => !char.IsControl(c)));
        if (title.Length > 0)
            writer.Text($"\e]2;{title}\a");
        RedrawMargins(writer, _screen);
        RedrawCursor(writer);
        RedrawModes(writer, withInputModes);
    }

    /// <summary>
    /// The beginning of a sequence or character whose end has not been printed: for a terminal that is given what follows,
    /// behind <see cref="Redraw"/>.
    /// </summary>
    public byte[] Unfinished() => [.. Encoding.UTF8.GetBytes(_parser.Unfinished()), .. _decoder.Unfinished()];

    /// <summary>
    /// Paints a part of the screen shown now, blanks too, somewhere on another terminal; nothing else there is touched
    /// but the cursor, which is left anywhere, and the attributes, which are left off.
    /// </summary>
    /// <param name="output">Where to; its terminal wraps, and inserts nothing.</param>
    /// <param name="window">Which part, and where it goes.</param>
    public void Paint(IBufferWriter<byte> output, ScreenWindow window)
    {
        var writer = new SequenceWriter(output);
        var painter = new ScreenPainter(_screen, writer);
        var lastRow = Math.Min(Rows, window.Row + window.Height);
        var lastColumn = Math.Min(Columns, window.Column + window.Width);
        for (var row = Math.Max(0, window.Row); row < lastRow; row++)
        {
            painter.Paint(
                row, Math.Max(0, window.Column), lastColumn,
                window.AtRow + row - window.Row, window.AtColumn, onBlank: false);
        }

        writer.Look(default);
    }

    /// <summary>A number that is the same for parts of lines that look the same, and never 0.</summary>
    internal ulong Digest(int row, int column, int width)
    {
        // FNV-1a, 64 bits.
        const ulong prime = 0x100000001b3;
        var line = _screen.Rows[row];
        var hash = 0xcbf29ce484222325;
        for (var i = column; i < column + width; i++)
        {
            var cell = line.Cells[i];
            hash = (hash ^ (((ulong)cell.Content << 32) | cell.Foreground)) * prime;
            hash = (hash ^ (((ulong)cell.Background << 32) | cell.Underline)) * prime;
            if (!cell.IsCluster)
                continue;
            foreach (var unit in line.Text(i))
                hash = (hash ^ unit) * prime;
        }

        return hash == 0 ? 1 : hash;
    }

    private void RedrawScreen(SequenceWriter writer, ScreenBuffer screen)
    {
        writer.Look(default);
        writer.Text("\e[H\e[2J\e[3g");
        for (var column = 0; column < Columns; column++)
        {
            if (screen.Tabs[column])
                writer.Text($"\e[{column + 1}G\eH");
        }

        var painter = new ScreenPainter(screen, writer);
        for (var row = 0; row < Rows; row++)
            painter.Paint(row, 0, Columns, row, 0, onBlank: true);
        var saved = screen.Saved;
        writer.Look(saved.Look);
        writer.MoveTo(saved.Line, saved.Column);
        writer.Designate(0, saved.Charset);
        writer.Text("\e7");
        writer.Designate(0, Charsets.Ascii);
    }

    private static void RedrawMargins(SequenceWriter writer, ScreenBuffer screen) =>
        writer.Text($"\e[{screen.Top + 1};{screen.Bottom + 1}r");

    private void RedrawCursor(SequenceWriter writer)
    {
        if (_modes.Origin)
            writer.Switch(6, on: true);
        var row = _modes.Origin ? _screen.Y - _screen.Top : _screen.Y;
        if (_screen.X < Columns)
        {
            writer.MoveTo(row, _screen.X);
        }
        else
        {
            // The wrap is pending after the last character has been printed.
            var last = Columns > 1 && _screen.Line.Cells[^2].Width == 2 ? Columns - 2 : Columns - 1;
            writer.MoveTo(row, last);
            new ScreenPainter(_screen, writer).Print(_screen.Y, last, Columns);
        }

        writer.Look(_look);
        for (var set = 0; set < _designated.Length; set++)
            writer.Designate(set, set == _invoked ? _charsetName : _designated[set]);
        writer.Text(_invoked switch { 0 => "\x0f", 1 => "\x0e", 2 => "\en", _ => "\eo" });
    }

    private void RedrawModes(SequenceWriter writer, bool withInputModes)
    {
        if (_modes.Insert)
            writer.Text("\e[4h");
        if (_modes.LineFeedReturns)
            writer.Text("\e[20h");
        if (_modes.NoWrap)
            writer.Switch(7, on: false);
        if (_modes.ReverseWrap)
            writer.Switch(45, on: true);
        writer.Switch(25, !_modes.HiddenCursor);
        writer.Text($"\e[{_modes.CursorStyle} q");
        if (!withInputModes)
            return;
        writer.Switch(1, _modes.ApplicationCursorKeys);
        writer.Text(_modes.ApplicationKeypad ? "\e=" : "\e>");
        writer.Switch(2004, _modes.BracketedPaste);
        writer.Switch(1004, _modes.FocusEvents);
        writer.Switch(_modes.Mouse == MouseTracking.None ? 1000 : (int)_modes.Mouse, _modes.Mouse != MouseTracking.None);
        writer.Switch(_modes.MouseEncoding == 0 ? 1006 : _modes.MouseEncoding, _modes.MouseEncoding != 0);
    }
}
