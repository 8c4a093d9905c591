using System.Globalization;

namespace SshLog.Cli.Formatting;

/// <summary>Columns of text, as wide as their longest cell, two blanks apart.</summary>
/// <param name="headers">One for each column.</param>
internal sealed class TextTable(params IReadOnlyList<string> headers)
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; cells are safe to print already.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes header and rows.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="style">For the header.</param>
    /// <param name="longestCell">Longer cells are cut and end in an ellipsis.</param>
    public void Write(TextWriter writer, Style style, int longestCell = int.MaxValue)
    {
        var cells = _rows.ConvertAll(row => Array.ConvertAll(row, cell => Cut(cell, longestCell)));
        var widths = headers
            .Select((header, column) => cells.Select(row => Width(row[column])).Append(Width(header)).Max())
            .ToArray();
        writer.WriteLine(style.Bold(Line(headers, widths)));
        foreach (var row in cells)
            writer.WriteLine(Line(row, widths));
    }

    private static string Line(IReadOnlyList<string> cells, int[] widths) =>
        string.Join(Gap, cells.Select((cell, column) => Pad(cell, widths[column]))).TrimEnd();

    private static string Pad(string cell, int width) => cell + new string(' ', width - Width(cell));

    private static string Cut(string cell, int longest) =>
        Width(cell) <= longest ? cell : new StringInfo(cell).SubstringByTextElements(0, longest - 1) + "…";

    private static int Width(string cell) => new StringInfo(cell).LengthInTextElements;
}
