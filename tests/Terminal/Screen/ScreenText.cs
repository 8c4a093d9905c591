using System.Text;

namespace SshLog.Terminal.Tests.Screen;

/// <summary>A terminal's screen in the oracle's form.</summary>
internal static class ScreenText
{
    public static Shown Describe(HeadlessTerminal terminal) => new(
        terminal.CursorColumn,
        terminal.CursorRow,
        terminal.InAlternateScreen,
        terminal.Title,
        [.. Enumerable.Range(0, terminal.Rows).Select(row => Describe(terminal, row))]);

    public static HeadlessTerminal Play(int columns, int rows, IEnumerable<Step> steps)
    {
        var terminal = new HeadlessTerminal(columns, rows);
        foreach (var step in steps)
        {
            if (step.Bytes is { } bytes)
                terminal.Feed(bytes);
            else
                terminal.Resize(step.Columns, step.Rows);
        }

        return terminal;
    }

    /// <summary>Asserts that both are the same; the message shows the first difference and the input.</summary>
    public static void AssertSame(Shown expected, HeadlessTerminal terminal, string input)
    {
        var actual = Describe(terminal);
        for (var row = 0; row < expected.Lines.Count; row++)
        {
            Assert.True(
                expected.Lines[row] == actual.Lines[row],
                $"line {row}\nexpected {expected.Lines[row]}\nactual   {actual.Lines[row]}\nafter {input}");
        }

        Assert.True(
            (expected.X, expected.Y, expected.Alternate, expected.Title) == (actual.X, actual.Y, actual.Alternate, actual.Title),
            $"expected {expected with { Lines = [] }}\nactual   {actual with { Lines = [] }}\nafter {input}");
    }

    private static string Describe(HeadlessTerminal terminal, int row)
    {
        var text = new StringBuilder();
        var (last, count) = (string.Empty, 0);
        for (var column = 0; column < terminal.Columns; column++)
        {
            var cell = Describe(terminal.CellAt(row, column));
            if (count > 0 && cell != last)
                Flush();
            (last, count) = (cell, count + 1);
        }

        Flush();
        return text.ToString();

        void Flush()
        {
            text.Append(text.Length > 0 ? " " : "").Append(last).Append('*').Append(count);
            count = 0;
        }
    }

    private static string Describe(ScreenCell cell)
    {
        bool[] flags =
        [
            cell.Bold, cell.Dim, cell.Italic, cell.Underline > 0, cell.Blink, cell.Inverse, cell.Invisible, cell.Struck,
            cell.Overlined,
        ];
        var bits = string.Concat(flags.Select(flag => flag ? '1' : '0'));
        return $"{cell.Text}|{cell.Width}|{Describe(cell.Foreground)}|{Describe(cell.Background)}|{bits}";
    }

    private static string Describe(CellColour colour) =>
        colour.Kind == ColourKind.Default ? "-" : $"{(int)colour.Kind}:{colour.Value}";
}
