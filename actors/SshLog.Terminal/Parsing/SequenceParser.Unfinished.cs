using System.Globalization;
using System.Text;

namespace SshLog.Terminal.Parsing;

/// <content>Going on elsewhere in the middle of a sequence.</content>
internal sealed partial class SequenceParser
{
    /// <summary>Characters that bring a parser at rest to where this one is; empty at rest.</summary>
    public string Unfinished() => _state switch
    {
        State.Ground => string.Empty,
        State.Escape or State.EscapeIntermediate => "\e" + Collected(),
        State.ControlEntry or State.ControlParameters or State.ControlIntermediate => BeforeFinal("\e["),
        // A prefix behind a number is never right.
        State.ControlIgnored => "\e[0<",
        State.IgnoredString => "\e_",
        State.SystemCommand => UnfinishedCommand(),
        State.DeviceEntry or State.DeviceParameters or State.DeviceIntermediate => BeforeFinal("\eP"),
        State.DeviceIgnored => "\eP0<",
        // Whatever it is, it means nothing here.
        _ => "\ePq",
    };

    private string UnfinishedCommand()
    {
        if (_textState == TextState.Faulty || _tooLong)
            return "\e]x";
        var number = _number < 0 ? string.Empty : _number.ToString(CultureInfo.InvariantCulture);
        return _textState == TextState.Number ? "\e]" + number : $"\e]{number};{_text}";
    }

    private string BeforeFinal(string introducer)
    {
        var collected = Collected();
        var prefix = collected.Length > 0 && collected[0] >= '<' ? 1 : 0;
        return introducer + collected[..prefix] + _parameters + collected[prefix..];
    }

    private string Collected()
    {
        var text = new StringBuilder();
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            if ((char)((_collected >> shift) & 0xff) is var c and not '\0')
                text.Append(c);
        }

        return text.ToString();
    }
}
