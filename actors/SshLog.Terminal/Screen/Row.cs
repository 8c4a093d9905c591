using System.Text;

namespace SshLog.Terminal.Screen;

/// <summary>A line of the screen. Keeps the halves of wide characters together, as xterm.js does.</summary>
internal sealed class Row
{
    /// <summary>Longest cluster in UTF-16 units; further marks are dropped, so that memory stays bounded.</summary>
    private const int LongestCluster = 32;

    private Cell[] _cells;
    private string?[]? _clusters;

    // Every cell is this one, whatever the array holds: who clears a large screen with each four bytes costs us its lines, not its cells.
    private Cell _each;
    private bool _isUniform;

    public Row(int columns, in Attributes look)
    {
        _cells = new Cell[columns];
        Fill(Blank(look));
    }

    public Cell[] Cells
    {
        get
        {
            if (_isUniform)
            {
                _isUniform = false;
                Array.Fill(_cells, _each);
            }

            return _cells;
        }
    }

    /// <summary>How many cells there are.</summary>
    public int Length => _cells.Length;

    /// <summary>True if the line goes on from the one above.</summary>
    public bool Wrapped { get; set; }

    public static Cell Blank(in Attributes look) => new(0, 1, look);

    public void Reset(in Attributes look, bool wrapped = false)
    {
        Fill(Blank(look));
        Wrapped = wrapped;
    }

    /// <summary>Makes every cell this one, which has one column.</summary>
    public void Fill(in Cell cell)
    {
        (_each, _isUniform) = (cell, true);
        _clusters = null;
    }

    /// <summary>Takes as many cells from the beginning of another line of this width.</summary>
    public void CopyFrom(Row other, int count)
    {
        Array.Copy(other.Cells, Cells, count);
        if (other._clusters is null && _clusters is null)
            return;
        _clusters ??= new string?[Length];
        if (other._clusters is null)
            Array.Clear(_clusters, 0, count);
        else
            Array.Copy(other._clusters, _clusters, count);
    }

    public void Resize(int columns)
    {
        var (cells, old) = (Cells, Length);
        Array.Resize(ref cells, columns);
        if (columns > old)
            Array.Fill(cells, Blank(default), old, columns - old);
        _cells = cells;
        if (_clusters is not null)
            Array.Resize(ref _clusters, columns);
        if (cells[^1].Width == 2)
            cells[^1] = Blank(cells[^1].Look);
    }

    /// <summary>The text of a cell; empty where there is none.</summary>
    public string Text(int column)
    {
        var cell = Cells[column];
        return cell.IsCluster ? _clusters?[column] ?? string.Empty
            : cell.Character == 0 ? string.Empty
            : char.ConvertFromUtf32(cell.Character);
    }

    /// <summary>The text of the line; a blank for every empty cell.</summary>
    public string Text()
    {
        var text = new StringBuilder(Cells.Length);
        for (var i = 0; i < Cells.Length; i++)
        {
            if (Cells[i].HasContent)
                text.Append(Text(i));
            else if (Cells[i].Width > 0)
                text.Append(' ');
        }

        return text.ToString();
    }

    public void SetCluster(int column, string cluster)
    {
        _clusters ??= new string?[Cells.Length];
        _clusters[column] = cluster;
        Cells[column].MakeCluster();
    }

    /// <summary>Adds a mark to the character in a cell.</summary>
    public void Join(int column, int mark, int width)
    {
        ref var cell = ref Cells[column];
        if (!cell.HasContent)
        {
            cell.Content = (uint)mark | Cell.ContentOf(1);
        }
        else
        {
            var text = Text(column);
            if (text.Length < LongestCluster)
                SetCluster(column, text + new Rune(mark));
        }

        if (width > 0)
            cell.SetWidth(width);
    }

    public void Insert(int column, int count, in Attributes look)
    {
        column %= Cells.Length;
        BlankLeftHalf(column, look);
        count = Math.Min(count, Cells.Length - column);
        Move(column, column + count, Cells.Length - column - count);
        Array.Fill(Cells, Blank(look), column, count);
        if (Cells[^1].Width == 2)
            Cells[^1] = Blank(look);
    }

    public void Delete(int column, int count, in Attributes look)
    {
        column %= Cells.Length;
        count = Math.Min(count, Cells.Length - column);
        Move(column + count, column, Cells.Length - column - count);
        Array.Fill(Cells, Blank(look), Cells.Length - count, count);
        BlankLeftHalf(column, look);
        BlankRightHalf(column, look);
    }

    /// <summary>Erases from one column up to another, which may lie beyond the end.</summary>
    public void Erase(int from, int to, in Attributes look, bool keepProtected)
    {
        if (from > 0 && from <= Cells.Length && Cells[from - 1].Width == 2 && !(keepProtected && Cells[from - 1].IsProtected))
            Cells[from - 1] = Blank(look);
        if (to > 0 && to < Cells.Length && Cells[to - 1].Width == 2 && !(keepProtected && Cells[to].IsProtected))
            Cells[to] = Blank(look);
        to = Math.Min(to, Cells.Length);
        for (var i = from; i < to; i++)
        {
            if (!keepProtected || !Cells[i].IsProtected)
                Cells[i] = Blank(look);
        }
    }

    public void BlankLeftHalf(int column, in Attributes look)
    {
        if (column > 0 && Cells[column - 1].Width == 2)
            Cells[column - 1] = Blank(look);
    }

    public void BlankRightHalf(int column, in Attributes look)
    {
        if (column < Cells.Length && Cells[column] is { Width: 0, HasContent: false })
            Cells[column] = Blank(look);
    }

    private void Move(int from, int to, int count)
    {
        Array.Copy(Cells, from, Cells, to, count);
        if (_clusters is not null)
            Array.Copy(_clusters, from, _clusters, to, count);
    }
}
