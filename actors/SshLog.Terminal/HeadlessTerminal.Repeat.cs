using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <content>REP.</content>
public sealed partial class HeadlessTerminal
{
    /// <summary>Prints the character before the cursor again; more often than the screen has cells changes nothing.</summary>
    private void Repeat(int count)
    {
        if (_precedingWidth == 0)
            return;
        var column = _screen.X - _precedingWidth;
        if (column < 0)
            return;
        var text = _screen.Line.Text(column);
        if (text.Length == 0)
            return;
        var most = Columns * (Rows + 1);
        if (count > most)
            count = most + ((count - most) % Columns);
        var inLine = Columns / _precedingWidth;
        Row? written = null;
        while (count > 0)
        {
            if (!_modes.NoWrap && count >= inLine && _screen.X + _precedingWidth > Columns)
            {
                written = RepeatLine(text, inLine, written, ref count);
                continue;
            }

            PrintAll(text);
            count--;
        }
    }

    /// <summary>Fills the next line, since this one is full; as a whole, so that a large screen full costs little.</summary>
    /// <param name="text">With what.</param>
    /// <param name="inLine">How often it fits.</param>
    /// <param name="written">The line that was filled last; null if none.</param>
    /// <param name="count">How often it is still to be printed, before and after.</param>
    private Row RepeatLine(string text, int inLine, Row? written, ref int count)
    {
        var above = _screen.Line;
        PrintAll(text);
        var line = _screen.Line;
        // Where only one line scrolls, or none, it makes no difference how often it is written again.
        if (ReferenceEquals(line, above))
            count = (count % inLine) + inLine;
        if (line.Cells[0] is { Width: 1, IsCluster: false } cell)
        {
            line.Fill(cell);
            _screen.X = Columns;
        }
        else if (ReferenceEquals(above, written) && !ReferenceEquals(line, above))
        {
            _screen.X = inLine * _precedingWidth;
            line.CopyFrom(written!, _screen.X);
            line.BlankRightHalf(_screen.X, _look);
        }
        else
        {
            for (var i = 1; i < inLine; i++)
                PrintAll(text);
        }

        count -= inLine;
        return line;
    }

    private void PrintAll(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            Print(rune.Value);
    }
}
