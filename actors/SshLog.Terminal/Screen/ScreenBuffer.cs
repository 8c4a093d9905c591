namespace SshLog.Terminal.Screen;

/// <summary>What DECSC keeps.</summary>
/// <param name="Column">From 0.</param>
/// <param name="Line">From 0.</param>
/// <param name="Look">Attributes.</param>
/// <param name="Charset">The set in use.</param>
internal readonly record struct SavedCursor(int Column, int Line, Attributes Look, char Charset)
{
    public static SavedCursor Home => new(0, 0, default, Charsets.Ascii);
}

/// <summary>One of a terminal's two screens, with what belongs to each: cursor, margins, tabs, saved cursor.</summary>
internal sealed class ScreenBuffer
{
    private const int TabWidth = 8;

    public ScreenBuffer(int columns, int rows)
    {
        Rows = new Row[rows];
        for (var i = 0; i < rows; i++)
            Rows[i] = new Row(columns, default);
        Bottom = rows - 1;
        Tabs = [];
        SetTabs(columns);
    }

    public Row[] Rows { get; private set; }

    /// <summary>Column of the cursor from 0; the number of columns while a wrap is pending.</summary>
    public int X { get; set; }

    /// <summary>Line of the cursor from 0.</summary>
    public int Y { get; set; }

    /// <summary>First line that scrolls.</summary>
    public int Top { get; set; }

    /// <summary>Last line that scrolls.</summary>
    public int Bottom { get; set; }

    public SavedCursor Saved { get; set; } = SavedCursor.Home;

    /// <summary>A stop per column; may be longer than the screen is wide.</summary>
    public bool[] Tabs { get; set; }

    public Row Line => Rows[Y];

    private int Columns => Rows[0].Length;

    /// <summary>Everything but the saved cursor as on a new screen.</summary>
    public void Clear(in Attributes look)
    {
        foreach (var row in Rows)
            row.Reset(look);
        (X, Y, Top, Bottom) = (0, 0, 0, Rows.Length - 1);
        Tabs = [];
        SetTabs(Columns);
    }

    /// <summary>Moves the lines from <paramref name="top"/> to <paramref name="bottom"/> up; blank ones follow.</summary>
    public void ScrollUp(int top, int bottom, int count, in Attributes look, bool wrapped = false)
    {
        count = Math.Min(count, bottom - top + 1);
        if (count <= 0)
            return;
        Swap(top, top + count, bottom + 1);
        for (var i = bottom + 1 - count; i <= bottom; i++)
            Rows[i].Reset(look, wrapped);
    }

    /// <summary>Moves the lines down; blank ones come above.</summary>
    public void ScrollDown(int top, int bottom, int count, in Attributes look)
    {
        count = Math.Min(count, bottom - top + 1);
        if (count <= 0)
            return;
        Swap(top, bottom + 1 - count, bottom + 1);
        for (var i = top; i < top + count; i++)
            Rows[i].Reset(look);
    }

    public int NextTab(int column)
    {
        for (column++; column < Columns; column++)
        {
            if (IsTab(column))
                return column;
        }

        return Columns - 1;
    }

    public int PreviousTab(int column)
    {
        for (column--; column > 0; column--)
        {
            if (IsTab(column))
                break;
        }

        return Math.Clamp(column, 0, Columns - 1);
    }

    public void SetTab(int column)
    {
        EnsureTabs(column + 1);
        Tabs[column] = true;
    }

    public void ClearTab(int column)
    {
        if (column < Tabs.Length)
            Tabs[column] = false;
    }

    /// <summary>
    /// Lines below the cursor go first when the screen gets lower, then those at the top; new ones come at the bottom.
    /// Columns that a narrower screen cuts off are gone, as in xterm; nothing is wrapped anew.
    /// </summary>
    public void Resize(int columns, int rows)
    {
        var dropTop = Math.Clamp(Y + 1 - rows, 0, Math.Max(0, Rows.Length - rows));
        var kept = Rows.AsSpan(dropTop);
        var lines = new Row[rows];
        for (var i = 0; i < rows; i++)
        {
            lines[i] = i < kept.Length ? kept[i] : new Row(columns, default);
            if (lines[i].Length != columns)
                lines[i].Resize(columns);
        }

        Rows = lines;
        X = Math.Min(X, columns - 1);
        Y = Math.Min(Y, rows - 1);
        Saved = Saved with { Column = Math.Min(Saved.Column, columns - 1), Line = Math.Max(0, Saved.Line - dropTop) };
        (Top, Bottom) = (0, rows - 1);
        SetTabs(columns);
    }

    // The lines from the middle on come before those that are above it.
    private void Swap(int from, int middle, int to)
    {
        if (middle == from + 1)
        {
            var row = Rows[from];
            Array.Copy(Rows, middle, Rows, from, to - middle);
            Rows[to - 1] = row;
            return;
        }

        Array.Reverse(Rows, from, middle - from);
        Array.Reverse(Rows, middle, to - middle);
        Array.Reverse(Rows, from, to - from);
    }

    // From the last stop on every eight columns: stops that were cleared stay so.
    private void SetTabs(int columns)
    {
        EnsureTabs(columns + 1);
        var column = Tabs.Contains(true) ? columns : 0;
        if (column > 0 && !Tabs[column])
        {
            for (column--; column > 0 && !Tabs[column];)
                column--;
        }

        for (; column < columns; column += TabWidth)
            Tabs[column] = true;
    }

    private bool IsTab(int column) => column < Tabs.Length && Tabs[column];

    private void EnsureTabs(int length)
    {
        if (Tabs.Length >= length)
            return;
        var tabs = Tabs;
        Array.Resize(ref tabs, length);
        Tabs = tabs;
    }
}
