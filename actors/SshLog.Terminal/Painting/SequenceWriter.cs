using System.Buffers;
using System.Globalization;
using System.Text;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal.Painting;

/// <summary>Writes what an xterm understands. Leaves out an attribute change that changes nothing.</summary>
internal sealed class SequenceWriter(IBufferWriter<byte> output)
{
    private Attributes? _look;

    public void Text(ReadOnlySpan<char> text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    public void Text(FormattableString text) => Text(text.ToString(CultureInfo.InvariantCulture));

    /// <param name="row">From 0.</param>
    /// <param name="column">From 0.</param>
    public void MoveTo(int row, int column) => Text($"\e[{row + 1};{column + 1}H");

    public void Designate(int set, char charset) => Text($"\e{"()*+"[set]}{charset}");

    public void Switch(int privateMode, bool on) => Text($"\e[?{privateMode}{(on ? 'h' : 'l')}");

    public void Look(in Attributes look)
    {
        if (look == _look)
            return;
        var wasProtected = _look is { } before && (before.Background & Attributes.Protected) != 0;
        var isProtected = (look.Background & Attributes.Protected) != 0;
        if (wasProtected != isProtected || _look is null)
            Text(isProtected ? "\e[1\"q" : "\e[0\"q");
        _look = look;
        var codes = new StringBuilder("\e[0");
        AddFlags(codes, look);
        AddColour(codes, look.Foreground, 30, 38);
        AddColour(codes, look.Background, 40, 48);
        if ((look.Underline & Colour.ModeMask) != 0)
            AddColour(codes, look.Underline, 0, 58);
        Text(codes.Append('m').ToString());
    }

    private static void AddFlags(StringBuilder codes, in Attributes look)
    {
        Add(look.Foreground, Attributes.Bold, ";1");
        Add(look.Background, Attributes.Dim, ";2");
        Add(look.Background, Attributes.Italic, ";3");
        if (look.UnderlineStyle == 1)
            codes.Append(";4");
        else if (look.UnderlineStyle > 1)
            codes.Append(";4:").Append(look.UnderlineStyle);
        Add(look.Foreground, Attributes.Blink, ";5");
        Add(look.Foreground, Attributes.Inverse, ";7");
        Add(look.Foreground, Attributes.Invisible, ";8");
        Add(look.Foreground, Attributes.Struck, ";9");
        Add(look.Background, Attributes.Overlined, ";53");

        void Add(uint flags, uint flag, string code)
        {
            if ((flags & flag) != 0)
                codes.Append(code);
        }
    }

    // Semicolons, which every terminal takes; colons only where there is no other form.
    private static void AddColour(StringBuilder codes, uint value, int named, int extended)
    {
        var index = value & 0xff;
        var separator = extended == 58 ? ':' : ';';
        switch (value & Colour.ModeMask)
        {
            case Colour.Palette16 when named > 0:
                codes.Append(';').Append(index < 8 ? named + index : named + 60 + index - 8);
                break;
            case Colour.Palette16 or Colour.Palette256:
                codes.Append(';').Append(extended).Append(separator).Append('5').Append(separator).Append(index);
                break;
            case Colour.Direct:
                codes.Append(';').Append(extended).Append(separator).Append('2').Append(extended == 58 ? "::" : ";")
                    .Append((value >> 16) & 0xff).Append(separator)
                    .Append((value >> 8) & 0xff).Append(separator).Append(index);
                break;
        }
    }
}
