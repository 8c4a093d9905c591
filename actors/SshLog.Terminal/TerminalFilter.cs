using System.Buffers;
using System.Text;

namespace SshLog.Terminal;

/// <summary>
/// Passes recorded terminal output on without the sequences that would make the viewer's terminal answer or write
/// elsewhere (see <see cref="SequencePolicy"/>). A pure state machine; how the input is cut does not matter.
/// Only text and complete, allowed sequences come out, so the viewer's terminal never is inside a sequence that this
/// filter believes to be over. Memory is bounded. Not thread-safe.
/// </summary>
/// <remarks>
/// Bytes 0x80 to 0x9F are 8-bit controls (ECMA-48) unless they belong to well-formed UTF-8; U+0080 to U+009F written as
/// UTF-8 are controls too, as xterm sees it. Everything else that is not UTF-8 passes as it is.
/// </remarks>
public sealed class TerminalFilter
{
    private const int LongestControl = 256;
    private const int LongestString = 4096;
    private const byte Escape = 0x1b;

    private readonly ArrayBufferWriter<byte> _sequence = new(64);
    private readonly byte[] _character = new byte[4];
    private int _characterLength;
    private State _state;
    private StringKind _string;
    private int _introducerLength;
    private bool _malformed;

    private enum State
    {
        Ground,
        Escape,
        Control,
        String,
        StringEscape,
    }

    private enum StringKind
    {
        /// <summary>DCS, APC, PM, SOS and screen's title: left out whatever they say.</summary>
        Opaque,

        /// <summary>The same, begun by a lone 8-bit control, perhaps only broken text: ends with the line.</summary>
        OpaqueLine,

        /// <summary>OSC; no control character may stand in it.</summary>
        SystemCommand,
    }

    /// <summary>True while what has passed left the terminal on its alternate screen.</summary>
    public bool InAlternateScreen { get; private set; }

    /// <summary>Filters the next piece of a stream.</summary>
    /// <param name="input">Any bytes.</param>
    /// <param name="output">Receives what may be shown.</param>
    public void Filter(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (!input.IsEmpty)
        {
            var plain = _state == State.Ground && _characterLength == 0
                ? input.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e)
                : 0;
            plain = plain < 0 ? input.Length : plain;
            output.Write(input[..plain]);
            input = input[plain..];
            if (input.IsEmpty)
                return;
            TakeByte(input[0], output);
            input = input[1..];
        }
    }

    /// <summary>Collects bytes until they are a character or cannot become one.</summary>
    private void TakeByte(byte next, IBufferWriter<byte> output)
    {
        if (_characterLength == 0 && next < 0x80)
        {
            TakeCharacter([next], next, output);
            return;
        }

        _character[_characterLength++] = next;
        var bytes = _character.AsSpan(0, _characterLength);
        switch (Rune.DecodeFromUtf8(bytes, out var rune, out _))
        {
            case OperationStatus.Done:
                _characterLength = 0;
                TakeCharacter(bytes, rune.Value, output);
                break;
            case OperationStatus.InvalidData:
                // The first byte stands for itself; what came after it starts afresh.
                var rest = bytes[1..].ToArray();
                _characterLength = 0;
                TakeCharacter(bytes[..1], bytes[0] < 0xa0 ? bytes[0] : Rune.ReplacementChar.Value, output);
                foreach (var again in rest)
                    TakeByte(again, output);
                break;
        }
    }

    /// <param name="bytes">The character as it came.</param>
    /// <param name="code">Below 0xA0: a C0 control, ASCII, DEL or a C1 control.</param>
    /// <param name="output">Where to.</param>
    private void TakeCharacter(ReadOnlySpan<byte> bytes, int code, IBufferWriter<byte> output)
    {
        if (_state == State.StringEscape)
        {
            if (code == '\\')
            {
                EndString(bytes, output);
                return;
            }

            Begin(State.Escape, [Escape]);
        }

        if (code == Escape && _state == State.String)
            _state = State.StringEscape;
        else if (code == Escape)
            Begin(State.Escape, bytes);
        else if (code is >= 0x80 and < 0xa0)
            TakeC1(bytes, (byte)(code - 0x40), output);
        else
            Continue(bytes, code, output);
    }

    private void Continue(ReadOnlySpan<byte> bytes, int code, IBufferWriter<byte> output)
    {
        switch (_state)
        {
            case State.Ground:
                PassText(bytes, code, output);
                break;
            case State.Escape:
                ContinueEscape(bytes, code, output);
                break;
            case State.Control:
                ContinueControl(bytes, code, output);
                break;
            default:
                ContinueString(bytes, code, output);
                break;
        }
    }

    private static void PassText(ReadOnlySpan<byte> bytes, int code, IBufferWriter<byte> output)
    {
        // ENQ asks for the answerback message.
        if (code != 0x05)
            output.Write(bytes);
    }

    private void TakeC1(ReadOnlySpan<byte> bytes, byte meaning, IBufferWriter<byte> output)
    {
        if (meaning == '\\' && _state == State.String)
        {
            EndString(bytes, output);
            return;
        }

        Begin(State.Escape, bytes);
        if (!TryIntroduce(meaning, bytes.Length == 1 ? StringKind.OpaqueLine : StringKind.Opaque))
        {
            _state = State.Ground;
            if (SequencePolicy.AllowsEscape([], meaning))
                output.Write(bytes);
        }
    }

    private void ContinueEscape(ReadOnlySpan<byte> bytes, int code, IBufferWriter<byte> output)
    {
        if (IsControlCharacter(code) || code >= 0x80)
        {
            AbortWith(bytes, code, output);
            return;
        }

        _sequence.Write(bytes);
        if (code is >= 0x20 and <= 0x2f)
        {
            if (_sequence.WrittenCount > LongestControl)
                _state = State.Ground;
            return;
        }

        var intermediates = _sequence.WrittenSpan[1..^1];
        if (intermediates.IsEmpty && TryIntroduce((byte)code, StringKind.Opaque))
            return;
        _state = State.Ground;
        if (!SequencePolicy.AllowsEscape(intermediates, (byte)code))
            return;
        if (intermediates.IsEmpty && code == 'c')
            InAlternateScreen = false;
        output.Write(_sequence.WrittenSpan);
    }

    private bool TryIntroduce(byte meaning, StringKind opaque)
    {
        switch ((char)meaning)
        {
            case '[':
                _state = State.Control;
                break;
            case ']':
                _state = State.String;
                _string = StringKind.SystemCommand;
                break;
            case 'P' or 'X' or '^' or '_' or 'k':
                _state = State.String;
                _string = opaque;
                break;
            default:
                return false;
        }

        _introducerLength = _sequence.WrittenCount;
        return true;
    }

    private void ContinueControl(ReadOnlySpan<byte> bytes, int code, IBufferWriter<byte> output)
    {
        switch (code)
        {
            case 0x18 or 0x1a or 0x7f or >= 0x80:
                AbortWith(bytes, code, output);
                return;
            case < 0x20:
                // Terminals carry out a control character inside a sequence before the sequence.
                PassText(bytes, code, output);
                return;
        }

        if (_sequence.WrittenCount < LongestControl)
            _sequence.Write(bytes);
        else
            _malformed = true;
        if (code < 0x40)
            return;
        _state = State.Ground;
        if (!_malformed)
            PassControl(_sequence.WrittenSpan[_introducerLength..^1], (byte)code, output);
    }

    private void PassControl(ReadOnlySpan<byte> body, byte final, IBufferWriter<byte> output)
    {
        var kept = SequencePolicy.Restrict(Encoding.ASCII.GetString(body), (char)final);
        if (kept is null)
            return;
        if (kept.StartsWith('?') && (char)final is 'h' or 'l' && kept[1..].Split(';').Any(IsAlternateScreen))
            InAlternateScreen = final == 'h';
        output.Write(_sequence.WrittenSpan[.._introducerLength]);
        output.Write(Encoding.ASCII.GetBytes(kept + (char)final));
    }

    private void ContinueString(ReadOnlySpan<byte> bytes, int code, IBufferWriter<byte> output)
    {
        if (code is 0x18 or 0x1a)
            AbortWith(bytes, code, output);
        else if (code == 0x07 && _string == StringKind.SystemCommand)
            EndString(bytes, output);
        else if (IsControlCharacter(code) && _string != StringKind.Opaque)
            AbortWith(bytes, code, output);
        else if (_string == StringKind.SystemCommand && _sequence.WrittenCount < LongestString)
            _sequence.Write(bytes);
        else
            _malformed = true;
    }

    /// <param name="terminator">Its last byte or bytes: BEL, the backslash of ESC \, or an 8-bit ST.</param>
    /// <param name="output">Where to.</param>
    private void EndString(ReadOnlySpan<byte> terminator, IBufferWriter<byte> output)
    {
        var escaped = _state == State.StringEscape;
        _state = State.Ground;
        var content = _sequence.WrittenSpan[_introducerLength..];
        if (_string != StringKind.SystemCommand || _malformed || !SequencePolicy.AllowsSystemCommand(content))
            return;
        output.Write(_sequence.WrittenSpan);
        if (escaped)
            output.Write([Escape]);
        output.Write(terminator);
    }

    /// <summary>Forgets the sequence; the terminal has seen none of it, so the character is text again.</summary>
    private void AbortWith(ReadOnlySpan<byte> bytes, int code, IBufferWriter<byte> output)
    {
        _state = State.Ground;
        PassText(bytes, code, output);
    }

    private void Begin(State state, ReadOnlySpan<byte> introducer)
    {
        _state = state;
        _malformed = false;
        _sequence.ResetWrittenCount();
        _sequence.Write(introducer);
    }

    private static bool IsControlCharacter(int code) => code is < 0x20 or 0x7f;
    private static bool IsAlternateScreen(string mode) => mode is "47" or "1047" or "1049";
}
