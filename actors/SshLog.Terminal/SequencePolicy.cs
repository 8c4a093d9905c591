using System.Buffers.Text;
using System.Text;

namespace SshLog.Terminal;

/// <summary>
/// Which control sequences may reach a terminal in a replay. Lists what is allowed, after ECMA-48, the DEC VT510
/// manual and xterm's ctlseqs: drawing, colours, titles and hyperlinks. Left out is what makes a terminal answer, send
/// input differently (mouse, focus and keyboard modes), resize, print, or touch the clipboard and files.
/// </summary>
internal static class SequencePolicy
{
    private const string PlainFinals = "@ABCDEFGHIJKLMPSXZ`abdefgmrsu";
    private const string PrivateFinals = "JKW";

    private static readonly HashSet<string> _finalsWithIntermediates =
        [" @", " A", " q", "!p", "\"q", "$r", "$t", "$v", "$x", "$z", "${", "'}", "'~", "*x", "#p", "#q", "#{", "#}"];

    private static readonly HashSet<int> _modes = [4, 20];

    private static readonly HashSet<int> _privateModes =
        [1, 3, 4, 5, 6, 7, 8, 12, 25, 45, 47, 66, 69, 95, 1047, 1048, 1049, 2026, 2027];

    /// <summary>ESC or an 8-bit control of that meaning, with intermediate bytes and a final byte.</summary>
    public static bool AllowsEscape(ReadOnlySpan<byte> intermediates, byte final) => intermediates switch
    {
        [] => "6789=>DEHMNOcno|}~".Contains((char)final),
        [(byte)'#'] => final is >= (byte)'3' and <= (byte)'6' or (byte)'8',
        // Character sets; not ESC % G, which would take the terminal out of UTF-8.
        [(>= (byte)'(' and <= (byte)'+') or (>= (byte)'-' and <= (byte)'/'), ..] => true,
        _ => false,
    };

    /// <summary>
    /// What remains of a control sequence between introducer and final byte: null when nothing may pass, less than
    /// <paramref name="body"/> where only some of several modes may.
    /// </summary>
    /// <param name="body">An optional marker (<c>&lt; = &gt; ?</c>), parameters, intermediates (0x20 to 0x2F).</param>
    /// <param name="final">0x40 to 0x7E.</param>
    public static string? Restrict(string body, char final)
    {
        var marker = body is ['<' or '=' or '>' or '?', ..] ? body[..1] : string.Empty;
        var split = body.AsSpan().IndexOfAnyInRange(' ', '/');
        var parameters = split < 0 ? body[marker.Length..] : body[marker.Length..split];
        var intermediates = split < 0 ? string.Empty : body[split..];
        if (parameters.AsSpan().IndexOfAnyInRange('<', '?') >= 0)
            return null;
        if (intermediates.Length > 0)
            return marker.Length == 0 && _finalsWithIntermediates.Contains(intermediates + final) ? body : null;
        var kept = marker switch
        {
            "" => RestrictPlain(parameters, final),
            "?" when final is 'h' or 'l' or 'r' or 's' => RestrictModes(parameters, _privateModes),
            "?" when PrivateFinals.Contains(final) => parameters,
            _ => null,
        };
        return kept is null ? null : marker + kept;
    }

    /// <summary>Operating system commands that only set: titles, hyperlinks, colours.</summary>
    /// <param name="content">Between introducer and terminator.</param>
    public static bool AllowsSystemCommand(ReadOnlySpan<byte> content)
    {
        if (!Utf8Parser.TryParse(content, out int number, out var digits)
            || digits > 4
            || (digits < content.Length && content[digits] != (byte)';'))
            return false;
        return number switch
        {
            0 or 1 or 2 or 8 => true,
            4 or 5 or (>= 10 and <= 19) => !content.Contains((byte)'?'),
            104 or 105 or (>= 110 and <= 119) => true,
            _ => false,
        };
    }

    private static string? RestrictPlain(string parameters, char final) => final switch
    {
        'h' or 'l' => RestrictModes(parameters, _modes),
        // With five parameters it starts highlight tracking.
        'T' => parameters.Contains(';') ? null : parameters,
        // Of the window operations only the title stack.
        't' => parameters.Split(';')[0] is "22" or "23" ? parameters : null,
        _ => PlainFinals.Contains(final) ? parameters : null,
    };

    private static string? RestrictModes(string parameters, HashSet<int> allowed)
    {
        var wanted = parameters.Split(';');
        var kept = Array.FindAll(wanted, p => int.TryParse(p, out var mode) && allowed.Contains(mode));
        return kept.Length == 0 ? null : string.Join(';', kept);
    }
}
