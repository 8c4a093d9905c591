using System.Text;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal.Painting;

/// <summary>Paints lines of a screen somewhere on another one.</summary>
/// <param name="screen">What to paint.</param>
/// <param name="writer">Where to; wrapping on, insertion and origin mode off, ASCII.</param>
internal readonly struct ScreenPainter(ScreenBuffer screen, SequenceWriter writer)
{
    /// <summary>Paints part of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="from">Its first column.</param>
    /// <param name="to">The column behind its last one.</param>
    /// <param name="row">Where it goes: line.</param>
    /// <param name="column">Where it goes: column.</param>
    /// <param name="onBlank">True if the place is blank, so that blanks need no painting.</param>
    public void Paint(int line, int from, int to, int row, int column, bool onBlank)
    {
        var cells = screen.Rows[line].Cells;
        var placed = false;
        for (var i = from; i < to;)
        {
            var blanks = CountErased(cells, i, to);
            if (blanks == 0)
            {
                if (!placed)
                    writer.MoveTo(row, column + i - from);
                placed = true;
                i += Print(line, i, to);
                continue;
            }

            if (!onBlank || cells[i].Background != 0)
            {
                writer.MoveTo(row, column + i - from);
                writer.Look(cells[i].Look);
                writer.Text($"\e[{blanks}X");
            }

            placed = false;
            i += blanks;
        }
    }

    /// <summary>Prints the character in a cell, a blank where it cannot stand alone.</summary>
    /// <returns>The columns that it takes.</returns>
    public int Print(int line, int column, int end)
    {
        var cell = screen.Rows[line].Cells[column];
        var text = screen.Rows[line].Text(column);
        var whole = cell.Width > 0 && column + cell.Width <= end
            && text.Length > 0 && Rune.TryGetRuneAt(text, 0, out var first) && CharacterWidth.Of(first.Value) == cell.Width;
        writer.Look(cell.Look);
        writer.Text(whole ? text : " ");
        return whole ? cell.Width : 1;
    }

    // Cells that erasing with their background colour would make.
    private static int CountErased(Cell[] cells, int from, int to)
    {
        var first = cells[from];
        if (first.HasContent || first.Width != 1 || first.Look != first.Look.ForErasing)
            return 0;
        var count = 1;
        while (from + count < to && cells[from + count].Equals(first))
            count++;
        return count;
    }
}
