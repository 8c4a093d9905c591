using System.Text;

namespace SshLog.Cli.Replay;

/// <summary>What a person may ask for during a replay.</summary>
internal enum ReplayKey
{
    None,
    Quit,
    Pause,
    NextOutput,
    NextCommand,
    PreviousCommand,
    Faster,
    Slower,
    Back,
    Forward,
    FarBack,
    FarForward,
    Tenth,
    End,
    GoTo,
    Search,
    SearchAgain,
    Help,
    Enter,
    Erase,
    Cancel,
}

/// <summary>A key that was typed.</summary>
/// <param name="Key">Its meaning.</param>
/// <param name="Character">What it stands for while text is asked for; NUL for nothing.</param>
internal readonly record struct ReplayInput(ReplayKey Key, char Character = '\0')
{
    public static implicit operator ReplayInput(ReplayKey key) => new(key);
}

/// <summary>Keys as a terminal sends them.</summary>
internal sealed class ReplayKeys
{
    /// <summary>The keys in words, for help.</summary>
    public static readonly IReadOnlyList<(string Keys, string Meaning)> All =
    [
        ("space", "pause, go on"),
        (".", "next output"),
        ("] [", "next, previous command"),
        ("right left", "5 seconds forward, back"),
        ("up down", "1 minute forward, back"),
        ("0 to 9", "to 0 %, 10 %, ... 90 %"),
        ("g", "go to a time (1:23:45, 90), a percentage (50%) or an event (#17, as history numbers commands)"),
        ("G", "to the end; follows a session that is open"),
        ("/", "search for text from here on"),
        ("n", "search again"),
        ("+ -", "faster, slower"),
        ("?", "this help"),
        ("q", "quit"),
    ];

    private readonly Decoder _characters = Encoding.UTF8.GetDecoder();
    private int _escape;

    /// <summary>The meaning of a byte typed; None for the many without one.</summary>
    public static ReplayKey Read(byte typed) => typed switch
    {
        (byte)'q' or (byte)'Q' or 0x03 or 0x04 => ReplayKey.Quit,
        (byte)' ' => ReplayKey.Pause,
        (byte)'.' => ReplayKey.NextOutput,
        (byte)']' => ReplayKey.NextCommand,
        (byte)'[' => ReplayKey.PreviousCommand,
        (byte)'+' or (byte)'=' => ReplayKey.Faster,
        (byte)'-' => ReplayKey.Slower,
        >= (byte)'0' and <= (byte)'9' => ReplayKey.Tenth,
        (byte)'G' => ReplayKey.End,
        (byte)'g' => ReplayKey.GoTo,
        (byte)'/' => ReplayKey.Search,
        (byte)'n' => ReplayKey.SearchAgain,
        (byte)'?' => ReplayKey.Help,
        (byte)'\r' or (byte)'\n' => ReplayKey.Enter,
        0x7f or 0x08 => ReplayKey.Erase,
        _ => ReplayKey.None,
    };

    /// <summary>Calls <paramref name="key"/> for every key in what was read at once.</summary>
    public void Take(ReadOnlySpan<byte> typed, Action<ReplayInput> key)
    {
        foreach (var b in typed)
        {
            if (_escape > 0)
                TakeInEscape(b, key);
            else if (b == 0x1b)
                _escape = 1;
            else if (b >= 0x80)
                TakeInCharacter(b, key);
            else
                key(new ReplayInput(Read(b), b is >= 0x20 and < 0x7f ? (char)b : '\0'));
        }

        // Terminals send a sequence at once; this was the key.
        if (_escape == 1)
        {
            _escape = 0;
            key(ReplayKey.Cancel);
        }
    }

    // UTF-8, perhaps cut between two reads. No key outside ASCII means anything but its character.
    private void TakeInCharacter(byte b, Action<ReplayInput> key)
    {
        Span<char> characters = stackalloc char[4];
        foreach (var c in characters[.._characters.GetChars([b], characters, flush: false)])
        {
            if (c != '\uFFFD' && !char.IsControl(c))
                key(new ReplayInput(ReplayKey.None, c));
        }
    }

    // ESC [ or ESC O, then perhaps numbers, and a letter or ~.
    private void TakeInEscape(byte b, Action<ReplayInput> key)
    {
        if (_escape == 1 && b is (byte)'[' or (byte)'O')
        {
            _escape = 2;
            return;
        }

        if (b is >= 0x20 and < 0x40)
            return;
        _escape = 0;
        key(b switch
        {
            (byte)'A' => ReplayKey.FarForward,
            (byte)'B' => ReplayKey.FarBack,
            (byte)'C' => ReplayKey.Forward,
            (byte)'D' => ReplayKey.Back,
            (byte)'F' => ReplayKey.End,
            _ => ReplayKey.None,
        });
    }
}
