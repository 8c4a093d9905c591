using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <summary>How the value of a colour is meant.</summary>
public enum ColourKind
{
    /// <summary>The terminal's own.</summary>
    Default = 0,

    /// <summary>One of the 16 named ones, 0 to 15.</summary>
    Named = 1,

    /// <summary>One of the palette of 256.</summary>
    Palette = 2,

    /// <summary>Red, green and blue, a byte each.</summary>
    Direct = 3,
}

/// <summary>A colour of a cell.</summary>
/// <param name="Kind">How the value is meant.</param>
/// <param name="Value">Index, or 0xRRGGBB; 0 for the default colour.</param>
public readonly record struct CellColour(ColourKind Kind, int Value)
{
    internal static CellColour From(uint value)
    {
        var kind = (ColourKind)((value & Colour.ModeMask) >> 24);
        return kind switch
        {
            ColourKind.Default => default,
            ColourKind.Direct => new CellColour(kind, (int)(value & 0xffffff)),
            _ => new CellColour(kind, (int)(value & 0xff)),
        };
    }
}

/// <summary>What stands in one place of a screen.</summary>
public readonly struct ScreenCell
{
    private readonly Cell _cell;

    internal ScreenCell(string text, Cell cell) => (Text, _cell) = (text, cell);

    /// <summary>A character with the marks joined to it; empty where nothing was printed and in the second half of a
    /// wide character.</summary>
    public string Text { get; }

    /// <summary>Columns: 1, 2, or 0 for the second half of a wide character.</summary>
    public int Width => _cell.Width;

    /// <summary>Colour of the text.</summary>
    public CellColour Foreground => CellColour.From(_cell.Foreground);

    /// <summary>Colour behind it.</summary>
    public CellColour Background => CellColour.From(_cell.Background);

    /// <summary>Bold.</summary>
    public bool Bold => (_cell.Foreground & Attributes.Bold) != 0;

    /// <summary>Faint.</summary>
    public bool Dim => (_cell.Background & Attributes.Dim) != 0;

    /// <summary>Italic.</summary>
    public bool Italic => (_cell.Background & Attributes.Italic) != 0;

    /// <summary>Underlined: 0 no, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed.</summary>
    public int Underline => (int)_cell.Look.UnderlineStyle;

    /// <summary>Blinking.</summary>
    public bool Blink => (_cell.Foreground & Attributes.Blink) != 0;

    /// <summary>Colours exchanged.</summary>
    public bool Inverse => (_cell.Foreground & Attributes.Inverse) != 0;

    /// <summary>Not to be seen.</summary>
    public bool Invisible => (_cell.Foreground & Attributes.Invisible) != 0;

    /// <summary>Struck through.</summary>
    public bool Struck => (_cell.Foreground & Attributes.Struck) != 0;

    /// <summary>Line above.</summary>
    public bool Overlined => (_cell.Background & Attributes.Overlined) != 0;
}
