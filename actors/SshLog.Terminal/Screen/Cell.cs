using System.Runtime.InteropServices;

namespace SshLog.Terminal.Screen;

/// <summary>How a character looks: two colours, that of its underline, and flags.</summary>
/// <param name="Foreground">Colour in the lower 26 bits (see <see cref="Colour"/>), flags above.</param>
/// <param name="Background">Colour in the lower 26 bits, flags above.</param>
/// <param name="Underline">Colour of the underline in the lower 26 bits, style (0 to 5) above.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Attributes(uint Foreground, uint Background, uint Underline)
{
    public const uint Inverse = 1u << 26;
    public const uint Bold = 1u << 27;
    public const uint Underlined = 1u << 28;
    public const uint Blink = 1u << 29;
    public const uint Invisible = 1u << 30;
    public const uint Struck = 1u << 31;

    public const uint Italic = 1u << 26;
    public const uint Dim = 1u << 27;
    public const uint Protected = 1u << 29;
    public const uint Overlined = 1u << 30;

    public const int StyleShift = 26;

    /// <summary>What an erased cell keeps of the present attributes: the background colour.</summary>
    public Attributes ForErasing => new(0, Background & Colour.Mask, 0);

    public uint UnderlineStyle => (Foreground & Underlined) == 0 ? 0 : Math.Max(1, Underline >> StyleShift);
}

/// <summary>A colour in 26 bits: a mode in the upper two, a value below. 0 is the default colour.</summary>
internal static class Colour
{
    public const uint Mask = 0x3ffffff;
    public const uint ModeMask = 0x3000000;
    public const uint Palette16 = 0x1000000;
    public const uint Palette256 = 0x2000000;
    public const uint Direct = 0x3000000;
}

/// <summary>
/// One place of the screen. The second half of a wide character has width 0 and no character.
/// </summary>
internal struct Cell
{
    private const int WidthShift = 22;
    private const uint ClusterFlag = 1u << 21;
    private const uint CharacterMask = ClusterFlag - 1;

    public uint Content;
    public uint Foreground;
    public uint Background;
    public uint Underline;

    public Cell(int character, int width, in Attributes look)
    {
        Content = (uint)character | ((uint)width << WidthShift);
        Foreground = look.Foreground;
        Background = look.Background;
        Underline = look.Underline;
    }

    /// <summary>0 for none, and for a cluster.</summary>
    public readonly int Character => (int)(Content & CharacterMask);

    public readonly int Width => (int)(Content >> WidthShift);

    /// <summary>True if the character has marks joined to it; they stand in the row's clusters.</summary>
    public readonly bool IsCluster => (Content & ClusterFlag) != 0;

    public readonly bool HasContent => (Content & (ClusterFlag | CharacterMask)) != 0;

    public readonly bool IsProtected => (Background & Attributes.Protected) != 0;

    public readonly Attributes Look => new(Foreground, Background, Underline);

    public static uint ContentOf(int width) => (uint)width << WidthShift;

    public void MakeCluster() => Content = (Content & ~CharacterMask) | ClusterFlag;

    public void SetWidth(int width) => Content = (Content & (ClusterFlag | CharacterMask)) | ((uint)width << WidthShift);

    public readonly bool Equals(in Cell other) => Content == other.Content && Foreground == other.Foreground
        && Background == other.Background && Underline == other.Underline;
}
