using SshLog.Terminal.Parsing;
using SshLog.Terminal.Screen;

namespace SshLog.Terminal;

/// <content>Colours and attributes (SGR).</content>
public sealed partial class HeadlessTerminal
{
    private void SetLook(Parameters p)
    {
        for (var i = 0; i < p.Count; i++)
        {
            if (p[i] is 38 or 48 or 58)
                i += SetExtendedColour(p, i);
            else
                SetAttribute(p[i], p.SubValues(i));
        }
    }

    private void SetAttribute(int code, ReadOnlySpan<int> subValues)
    {
        var (fore, back) = (_look.Foreground, _look.Background);
        switch (code)
        {
            case 0:
                _look = default;
                return;
            case 4:
                SetUnderline(subValues.IsEmpty ? 1 : subValues[0]);
                return;
            case 21:
                SetUnderline(2);
                return;
            case 24:
                SetUnderline(0);
                return;
            case 59:
                _look = _look with { Underline = _look.Underline & ~Colour.Mask };
                return;
            case 22:
                (fore, back) = (fore & ~Attributes.Bold, back & ~Attributes.Dim);
                break;
            case 1 or 5 or 7 or 8 or 9:
                fore |= ForegroundFlag(code);
                break;
            case 25 or 27 or 28 or 29:
                fore &= ~ForegroundFlag(code - 20);
                break;
            case 2 or 3 or 53:
                back |= BackgroundFlag(code);
                break;
            case 23 or 55:
                back &= ~BackgroundFlag(code == 23 ? 3 : 53);
                break;
            case (>= 30 and <= 37) or (>= 90 and <= 97):
                fore = WithColour(fore, Colour.Palette16 | (uint)(code < 90 ? code - 30 : code - 90 + 8));
                break;
            case (>= 40 and <= 47) or (>= 100 and <= 107):
                back = WithColour(back, Colour.Palette16 | (uint)(code < 100 ? code - 40 : code - 100 + 8));
                break;
            case 39:
                fore = WithColour(fore, 0);
                break;
            case 49:
                back = WithColour(back, 0);
                break;
        }

        _look = _look with { Foreground = fore, Background = back };
    }

    private void SetUnderline(int style)
    {
        if (style is < 0 or > 5)
            style = 1;
        var fore = _look.Foreground & ~Attributes.Underlined;
        _look = _look with
        {
            Foreground = style == 0 ? fore : fore | Attributes.Underlined,
            Underline = (_look.Underline & Colour.Mask) | ((uint)style << Attributes.StyleShift),
        };
    }

    /// <summary>
    /// 38, 48 and 58 in all the forms that are about: <c>38;5;n</c>, <c>38;2;r;g;b</c>, <c>38:5:n</c>,
    /// <c>38:2:r:g:b</c>, <c>38:2::r:g:b</c>, and mixtures.
    /// </summary>
    /// <returns>How many parameters it took beside its own.</returns>
    private int SetExtendedColour(Parameters p, int at)
    {
        // Target, kind, colour space, then up to three values.
        Span<int> parts = [0, 0, -1, 0, 0, 0];
        var (taken, space) = (0, 0);
        do
        {
            parts[taken + space] = p[at + taken];
            var subValues = p.SubValues(at + taken);
            if (!subValues.IsEmpty)
            {
                for (var i = 0; i < subValues.Length && taken + i + 1 + space < parts.Length; i++)
                {
                    if (parts[1] == 5)
                        space = 1;
                    if (taken + i + 1 + space < parts.Length)
                        parts[taken + i + 1 + space] = subValues[i];
                }

                break;
            }

            if ((parts[1] == 5 && taken + space >= 2) || (parts[1] == 2 && taken + space >= 5))
                break;
            if (parts[1] != 0)
                space = 1;
        }
        while (++taken + at < p.Count && taken + space < parts.Length);

        var colour = parts[1] switch
        {
            2 => Colour.Direct | (Byte(parts[3]) << 16) | (Byte(parts[4]) << 8) | Byte(parts[5]),
            5 => Colour.Palette256 | Byte(parts[3]),
            _ => (uint?)null,
        };
        if (colour is { } value)
        {
            _look = parts[0] switch
            {
                38 => _look with { Foreground = WithColour(_look.Foreground, value) },
                48 => _look with { Background = WithColour(_look.Background, value) },
                _ => _look with { Underline = WithColour(_look.Underline, value) },
            };
        }

        return taken;

        static uint Byte(int value) => value < 0 ? 0 : (uint)value & 0xff;
    }

    private static uint WithColour(uint flags, uint colour) => (flags & ~Colour.Mask) | colour;

    private static uint ForegroundFlag(int code) => code switch
    {
        1 => Attributes.Bold,
        5 => Attributes.Blink,
        7 => Attributes.Inverse,
        8 => Attributes.Invisible,
        _ => Attributes.Struck,
    };

    private static uint BackgroundFlag(int code) => code switch
    {
        2 => Attributes.Dim,
        3 => Attributes.Italic,
        _ => Attributes.Overlined,
    };
}
