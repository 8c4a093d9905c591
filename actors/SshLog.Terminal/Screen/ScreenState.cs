using SshLog.Terminal.Parsing;

namespace SshLog.Terminal.Screen;

/// <summary>
/// How screens are saved: line by line runs of equal cells, each with its attributes where they differ from the run
/// before.
/// </summary>
internal static class ScreenState
{
    private const int LongestCluster = 40;

    /// <summary>Bytes of a cell that is a run of its own: head, three colours, content, and up to 33 UTF-16 units.</summary>
    public const int LargestCell = 1 + (3 * 5) + 5 + 1 + (33 * 3);

    private const int MostTabs = HeadlessTerminal.MostColumns + 1;

    public static void Write(StateWriter writer, in Attributes look)
    {
        writer.Write(look.Foreground);
        writer.Write(look.Background);
        writer.Write(look.Underline);
    }

    public static Attributes ReadLook(ref StateReader reader) => new(
        (uint)reader.ReadLong(0, uint.MaxValue),
        (uint)reader.ReadLong(0, uint.MaxValue),
        (uint)reader.ReadLong(0, uint.MaxValue));

    public static void Write(StateWriter writer, in SavedCursor cursor)
    {
        writer.Write(cursor.Column);
        writer.Write(cursor.Line);
        Write(writer, cursor.Look);
        writer.Write(cursor.Charset);
    }

    public static SavedCursor ReadCursor(ref StateReader reader) => new(
        reader.ReadInt(0, HeadlessTerminal.MostColumns),
        reader.ReadInt(0, HeadlessTerminal.MostRows),
        ReadLook(ref reader),
        ReadCharset(ref reader));

    public static char ReadCharset(ref StateReader reader)
    {
        var name = (char)reader.ReadInt(0, 0x7f);
        return Charsets.Exists(name) ? name : throw StateReader.Malformed();
    }

    public static void Write(StateWriter writer, in Modes modes)
    {
        bool[] switches =
        [
            modes.Insert, modes.LineFeedReturns, modes.NoWrap, modes.Origin, modes.ReverseWrap, modes.HiddenCursor,
            modes.ApplicationCursorKeys, modes.ApplicationKeypad, modes.BracketedPaste, modes.FocusEvents,
        ];
        var bits = 0;
        for (var i = 0; i < switches.Length; i++)
            bits |= switches[i] ? 1 << i : 0;
        writer.Write(bits);
        writer.Write((int)modes.Mouse);
        writer.Write(modes.MouseEncoding);
        writer.Write(modes.CursorStyle);
    }

    public static Modes ReadModes(ref StateReader reader)
    {
        var bits = reader.ReadInt(0, 0x3ff);
        var mouse = (MouseTracking)reader.ReadInt(0, (int)MouseTracking.Any);
        var encoding = reader.ReadInt(0, 1016);
        if (!Enum.IsDefined(mouse) || encoding is not (0 or 1006 or 1016))
            throw StateReader.Malformed();
        return new Modes
        {
            Insert = (bits & 1) != 0,
            LineFeedReturns = (bits & 2) != 0,
            NoWrap = (bits & 4) != 0,
            Origin = (bits & 8) != 0,
            ReverseWrap = (bits & 0x10) != 0,
            HiddenCursor = (bits & 0x20) != 0,
            ApplicationCursorKeys = (bits & 0x40) != 0,
            ApplicationKeypad = (bits & 0x80) != 0,
            BracketedPaste = (bits & 0x100) != 0,
            FocusEvents = (bits & 0x200) != 0,
            Mouse = mouse,
            MouseEncoding = encoding,
            CursorStyle = reader.ReadInt(0, 6),
        };
    }

    public static void Write(StateWriter writer, ScreenBuffer screen)
    {
        writer.Write(screen.X);
        writer.Write(screen.Y);
        writer.Write(screen.Top);
        writer.Write(screen.Bottom);
        Write(writer, screen.Saved);
        WriteTabs(writer, screen.Tabs);
        var look = default(Attributes);
        foreach (var row in screen.Rows)
            Write(writer, row, ref look);
    }

    public static void Read(ref StateReader reader, ScreenBuffer screen)
    {
        var rows = screen.Rows.Length;
        screen.X = reader.ReadInt(0, screen.Rows[0].Length);
        screen.Y = reader.ReadInt(0, rows - 1);
        screen.Top = reader.ReadInt(0, rows - 1);
        screen.Bottom = reader.ReadInt(screen.Top, rows - 1);
        screen.Saved = ReadCursor(ref reader);
        screen.Tabs = ReadTabs(ref reader, screen.Tabs.Length);
        var look = default(Attributes);
        foreach (var row in screen.Rows)
            Read(ref reader, row, ref look);
    }

    // A run: twice its length, plus one where attributes follow; they; what the cells hold; a cluster's text.
    private static void Write(StateWriter writer, Row row, ref Attributes look)
    {
        writer.Write(row.Wrapped ? 1 : 0);
        var cells = row.Cells;
        for (var i = 0; i < cells.Length;)
        {
            var length = 1;
            while (i + length < cells.Length && !cells[i].IsCluster && cells[i + length].Equals(cells[i]))
                length++;
            var changes = cells[i].Look != look;
            writer.Write((length << 1) | (changes ? 1 : 0));
            if (changes)
                Write(writer, look = cells[i].Look);
            writer.Write(cells[i].Content);
            if (cells[i].IsCluster)
                writer.Write(row.Text(i));
            i += length;
        }
    }

    private static void Read(ref StateReader reader, Row row, ref Attributes look)
    {
        row.Wrapped = reader.ReadInt(0, 1) == 1;
        var cells = row.Cells;
        for (var i = 0; i < cells.Length;)
        {
            var head = reader.ReadInt(2, (cells.Length - i << 1) | 1);
            if ((head & 1) != 0)
                look = ReadLook(ref reader);
            var cell = new Cell(0, 0, look) { Content = (uint)reader.ReadLong(0, uint.MaxValue) };
            if (cell.Width > 2 || cell.Character > 0x10ffff || cell.Character is >= 0xd800 and <= 0xdfff)
                throw StateReader.Malformed();
            cells.AsSpan(i, head >> 1).Fill(cell);
            if (cell.IsCluster)
                row.SetCluster(i, reader.ReadText(LongestCluster));
            i += head >> 1;
        }
    }

    private static void WriteTabs(StateWriter writer, bool[] tabs)
    {
        writer.Write(tabs.Length);
        for (var i = 0; i < tabs.Length; i += 32)
        {
            var bits = 0u;
            for (var j = i; j < Math.Min(tabs.Length, i + 32); j++)
                bits |= tabs[j] ? 1u << (j - i) : 0;
            writer.Write(bits);
        }
    }

    private static bool[] ReadTabs(ref StateReader reader, int fewest)
    {
        var tabs = new bool[reader.ReadInt(fewest, MostTabs)];
        for (var i = 0; i < tabs.Length; i += 32)
        {
            var bits = (uint)reader.ReadLong(0, uint.MaxValue);
            for (var j = i; j < Math.Min(tabs.Length, i + 32); j++)
                tabs[j] = (bits & (1u << (j - i))) != 0;
        }

        return tabs;
    }
}
