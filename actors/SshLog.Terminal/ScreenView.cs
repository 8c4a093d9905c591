using System.Buffers;
using SshLog.Terminal.Painting;

namespace SshLog.Terminal;

/// <summary>
/// Shows a screen on a terminal of any other size: a smaller screen stands in the upper left corner, of a larger one the
/// part around the cursor is seen. Paints only the lines that have changed since it last did.
/// </summary>
public sealed class ScreenView
{
    private ulong[] _shown = [];
    private (int Columns, int Rows, int OfColumns, int OfRows) _geometry;

    /// <summary>First line of the screen that is seen.</summary>
    public int Top { get; private set; }

    /// <summary>First column of the screen that is seen.</summary>
    public int Left { get; private set; }

    /// <summary>Something else was painted there: the next time everything is painted anew.</summary>
    public void Invalidate() => _geometry = default;

    /// <summary>Brings a terminal of <paramref name="columns"/> by <paramref name="rows"/> up to date.</summary>
    public void Render(HeadlessTerminal screen, int columns, int rows, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(screen);
        var writer = new SequenceWriter(output);
        writer.Text("\e[?25l");
        var geometry = (columns, rows, screen.Columns, screen.Rows);
        if (geometry != _geometry)
        {
            writer.Look(default);
            writer.Text("\e[?7h\e[2J");
            _geometry = geometry;
            _shown = new ulong[rows];
        }

        // Scrolls no further than the cursor needs.
        Top = Follow(Top, screen.CursorRow, rows, screen.Rows);
        Left = Follow(Left, Math.Min(screen.CursorColumn, screen.Columns - 1), columns, screen.Columns);
        var width = Math.Min(columns, screen.Columns - Left);
        for (var row = 0; row < Math.Min(rows, screen.Rows - Top); row++)
        {
            var hash = screen.Digest(Top + row, Left, width);
            if (_shown[row] == hash)
                continue;
            _shown[row] = hash;
            screen.Paint(output, new ScreenWindow(Top + row, Left, 1, width, row));
        }

        writer.MoveTo(
            screen.CursorRow - Top, Math.Min(Math.Min(screen.CursorColumn, screen.Columns - 1) - Left, columns - 1));
        if (screen.CursorVisible)
            writer.Text("\e[?25h");
    }

    private static int Follow(int first, int cursor, int seen, int all) =>
        Math.Clamp(Math.Clamp(first, cursor - seen + 1, cursor), 0, Math.Max(0, all - seen));
}
