using System.Text;
using Microsoft.Win32.SafeHandles;
using SshLog.Native;

namespace SshLog.Cli.Prompt;

/// <summary>
/// The keys of the process's own terminal: UTF-8, control characters, and the sequences that xterm and all that follow it send
/// for arrows, Home, End and Delete. The runtime's own reader puts the terminal back into line mode between two keys, where
/// Ctrl+D gets lost.
/// </summary>
internal sealed class ConsoleKeys : IPromptKeys
{
    private const int StandardInput = 0;
    private const byte Escape = 0x1b;
    private const byte Delete = 0x7f;

    private readonly byte[] _typed = new byte[256];
    private readonly Queue<ConsoleKeyInfo> _keys = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private int _at;
    private int _count;

    public int Columns => WindowSize.Of(descriptor: 1)?.Columns ?? 80;

    public IDisposable? Take() => Termios.Open(StandardInput, withSignals: false, keepsUnreadKeys: true);

    public ConsoleKeyInfo? Read()
    {
        while (_keys.Count == 0)
        {
            if (_at == _count && !Fill())
                return null;
            Decode(_typed[_at++]);
        }

        return _keys.Dequeue();
    }

    private bool Fill()
    {
        using var handle = new SafeFileHandle(StandardInput, ownsHandle: false);
        using var input = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        (_at, _count) = (0, 0);
        try
        {
            _count = input.Read(_typed);
        }
        catch (IOException)
        {
            // The terminal has hung up.
        }

        return _count > 0;
    }

    private void Decode(byte typed)
    {
        // Terminals send a sequence at once: an Escape with nothing behind it was the key.
        if (typed == Escape && _at < _count)
            Add(Sequence());
        else if (typed == Delete)
            Add(ConsoleKey.Backspace);
        else if (typed is > 0 and <= 26)
            Add(ConsoleKey.A + (typed - 1), control: true);
        else if (typed >= 0x20)
            AddText(typed);
    }

    private void AddText(byte typed)
    {
        Span<char> characters = stackalloc char[2];
        foreach (var character in characters[.._decoder.GetChars([typed], characters, flush: false)])
            _keys.Enqueue(new ConsoleKeyInfo(character, ConsoleKey.None, shift: false, alt: false, control: false));
    }

    // ESC [ or ESC O, then perhaps a number, and a letter or ~ (xterm's ctlseqs).
    private ConsoleKey Sequence()
    {
        if (_typed[_at++] is not ((byte)'[' or (byte)'O'))
            return ConsoleKey.None;
        var number = 0;
        while (_at < _count && _typed[_at] is >= 0x20 and < 0x40)
            number = _typed[_at] is >= (byte)'0' and <= (byte)'9' && number < 100 ? (number * 10) + _typed[_at++] - '0' : Pass();
        if (_at == _count)
            return ConsoleKey.None;
        return (_typed[_at++], number) switch
        {
            ((byte)'A', _) => ConsoleKey.UpArrow,
            ((byte)'B', _) => ConsoleKey.DownArrow,
            ((byte)'C', _) => ConsoleKey.RightArrow,
            ((byte)'D', _) => ConsoleKey.LeftArrow,
            ((byte)'H', _) or ((byte)'~', 1 or 7) => ConsoleKey.Home,
            ((byte)'F', _) or ((byte)'~', 4 or 8) => ConsoleKey.End,
            ((byte)'~', 3) => ConsoleKey.Delete,
            _ => ConsoleKey.None,
        };

        int Pass()
        {
            _at++;
            return 0;
        }
    }

    private void Add(ConsoleKey key, bool control = false)
    {
        if (key != ConsoleKey.None)
            _keys.Enqueue(new ConsoleKeyInfo('\0', key, shift: false, alt: false, control));
    }
}
