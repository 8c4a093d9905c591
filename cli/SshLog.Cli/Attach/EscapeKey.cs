namespace SshLog.Cli.Attach;

/// <summary>What a viewer types to leave; everything else may go to the session. Not thread-safe.</summary>
internal sealed class EscapeKey
{
    /// <summary>How it is written.</summary>
    public const string Forms = "^X for a control key (such as ^Q or ^]), or ~. for these two at the start of a line";

    private const byte Tilde = (byte)'~';
    private const byte Dot = (byte)'.';

    private readonly byte? _control;
    private bool _atLineStart = true;
    private bool _holdsTilde;

    private EscapeKey(byte? control, string text) => (_control, Text) = (control, text);

    /// <summary>For a person: <c>Ctrl+Q</c> or <c>~.</c></summary>
    public string Text { get; }

    /// <summary>Null if <paramref name="text"/> is none of <see cref="Forms"/>.</summary>
    public static EscapeKey? TryParse(string text) => text switch
    {
        "~." => new EscapeKey(null, text),
        ['^', var key] when char.ToUpperInvariant(key) is >= 'A' and <= '_' =>
            new EscapeKey((byte)(char.ToUpperInvariant(key) & 0x1f), "Ctrl+" + char.ToUpperInvariant(key)),
        _ => null,
    };

    /// <summary>Takes typed bytes in.</summary>
    /// <param name="typed">As they came.</param>
    /// <param name="pass">What goes to the session of it.</param>
    /// <returns>True if the viewer leaves; nothing behind the key is passed.</returns>
    public bool Take(ReadOnlySpan<byte> typed, List<byte> pass)
    {
        foreach (var b in typed)
        {
            if (b == _control)
                return true;
            if (_holdsTilde)
            {
                _holdsTilde = false;
                if (b == Dot)
                    return true;
                pass.Add(Tilde);
                // As in ssh: the tilde itself is typed twice.
                if (b == Tilde)
                    continue;
            }
            else if (_control is null && _atLineStart && b == Tilde)
            {
                _holdsTilde = true;
                _atLineStart = false;
                continue;
            }

            _atLineStart = b is (byte)'\r' or (byte)'\n';
            pass.Add(b);
        }

        return false;
    }
}
