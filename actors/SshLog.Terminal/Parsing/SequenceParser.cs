using System.Text;

namespace SshLog.Terminal.Parsing;

/// <summary>What a <see cref="SequenceParser"/> finds.</summary>
internal interface ISequenceHandler
{
    void Print(int character);

    /// <param name="control">C0 or C1.</param>
    void Execute(int control);

    /// <param name="identity">Intermediate characters and the final one, a byte each, the final one lowest.</param>
    void Escape(uint identity);

    /// <param name="identity">Prefix, intermediate characters and the final one, a byte each.</param>
    /// <param name="parameters">Its numbers.</param>
    void Control(uint identity, Parameters parameters);

    /// <summary>An operating system command.</summary>
    void SystemCommand(int number, string text);

    /// <summary>A string that means nothing here has ended.</summary>
    void EndIgnored();
}

/// <summary>
/// The state machine of the VT500 parser (vt100.net/emu/dec_ansi_parser) on Unicode characters, as xterm.js has it:
/// characters above U+009F end most sequences; a title that is too long is none.
/// </summary>
/// <param name="handler">Takes what is found.</param>
/// <param name="longestText">Of an operating system command; 0 for a handler that takes none.</param>
internal sealed partial class SequenceParser(ISequenceHandler handler, int longestText = 4096)
{
    private readonly Parameters _parameters = new();
    private readonly StringBuilder _text = new();
    private State _state;
    private uint _collected;
    private TextState _textState;
    private int _number;
    private bool _tooLong;

    private enum State
    {
        Ground,
        Escape,
        EscapeIntermediate,
        ControlEntry,
        ControlParameters,
        ControlIntermediate,
        ControlIgnored,
        IgnoredString,
        SystemCommand,
        DeviceEntry,
        DeviceParameters,
        DeviceIntermediate,
        DeviceIgnored,
        DeviceString,
    }

    private enum TextState
    {
        Number,
        Text,
        Faulty,
    }

    /// <summary>True where a printable character is text.</summary>
    public bool IsGround => _state == State.Ground;

    public void Reset() => _state = State.Ground;

    public void Put(int c)
    {
        if (c is 0x18 or 0x1a or 0x1b or (>= 0x80 and < 0xa0))
            PutAnywhere(c);
        else if (_state == State.Ground)
            PutGround(c);
        else if (_state == State.SystemCommand)
            PutSystemCommand(c);
        else if (_state is >= State.ControlEntry and <= State.ControlIgnored)
            PutControl(c);
        else if (_state is State.Escape or State.EscapeIntermediate)
            PutEscape(c);
        else
            PutString(c);
    }

    public void Save(StateWriter writer)
    {
        writer.Write((int)_state);
        writer.Write(_collected);
        _parameters.Save(writer);
        writer.Write((int)_textState);
        writer.Write(_number + 1L);
        writer.Write(_tooLong ? 1 : 0);
        writer.Write(_text.ToString());
    }

    public void Load(ref StateReader reader)
    {
        _state = (State)reader.ReadInt(0, (int)State.DeviceString);
        _collected = (uint)reader.ReadLong(0, uint.MaxValue);
        _parameters.Load(ref reader);
        _textState = (TextState)reader.ReadInt(0, (int)TextState.Faulty);
        _number = (int)(reader.ReadLong(0, 1L + int.MaxValue) - 1);
        _tooLong = reader.ReadInt(0, 1) == 1;
        _text.Clear().Append(reader.ReadText(longestText));
    }

    private void PutAnywhere(int c)
    {
        var inString = _state is State.SystemCommand or State.DeviceString;
        if (inString && c is 0x18 or 0x1a or 0x1b or 0x9c)
        {
            EndString(c is 0x1b or 0x9c);
            _state = c == 0x1b ? State.Escape : State.Ground;
            return;
        }

        switch (c)
        {
            case 0x1b:
                Begin(State.Escape);
                break;
            case 0x9b:
                Begin(State.ControlEntry);
                break;
            case 0x90:
                Begin(State.DeviceEntry);
                break;
            case 0x9d:
                BeginSystemCommand();
                break;
            case 0x98 or 0x9e or 0x9f:
                _state = State.IgnoredString;
                break;
            case 0x9c:
                _state = State.Ground;
                break;
            default:
                _state = State.Ground;
                handler.Execute(c);
                break;
        }
    }

    private void PutGround(int c)
    {
        if (c < 0x20)
            handler.Execute(c);
        else if (c != 0x7f)
            handler.Print(c);
    }

    private void PutEscape(int c)
    {
        switch (c)
        {
            case < 0x20:
                handler.Execute(c);
                break;
            case 0x7f:
                break;
            case >= 0xa0:
                _state = State.Ground;
                break;
            case < 0x30:
                Collect(c, State.EscapeIntermediate);
                break;
            case '[' when _state == State.Escape:
                Begin(State.ControlEntry);
                break;
            case ']' when _state == State.Escape:
                BeginSystemCommand();
                break;
            case 'P' when _state == State.Escape:
                Begin(State.DeviceEntry);
                break;
            case 'X' or '^' or '_' when _state == State.Escape:
                _state = State.IgnoredString;
                break;
            default:
                _state = State.Ground;
                handler.Escape((_collected << 8) | (uint)c);
                break;
        }
    }

    private void PutControl(int c)
    {
        switch (c)
        {
            case < 0x20:
                handler.Execute(c);
                break;
            case 0x7f:
                break;
            case >= 0xa0:
                if (_state != State.ControlIgnored)
                    _state = State.Ground;
                break;
            case >= 0x40:
                var dispatch = _state != State.ControlIgnored;
                _state = State.Ground;
                if (dispatch)
                    handler.Control((_collected << 8) | (uint)c, _parameters);
                break;
            default:
                PutBeforeFinal(c, State.ControlEntry, State.ControlParameters, State.ControlIntermediate, State.ControlIgnored);
                break;
        }
    }

    private void PutString(int c)
    {
        if (c >= 0xa0 && _state is not (State.DeviceIgnored or State.DeviceString))
            _state = State.Ground;
        else if (c is >= 0x40 and < 0x7f && _state is >= State.DeviceEntry and <= State.DeviceIntermediate)
            _state = State.DeviceString;
        else if (c is >= 0x20 and < 0x40 && _state is >= State.DeviceEntry and <= State.DeviceIntermediate)
            PutBeforeFinal(c, State.DeviceEntry, State.DeviceParameters, State.DeviceIntermediate, State.DeviceIgnored);
    }

    /// <summary>Prefix, digits, separators and intermediate characters of a control sequence or device string.</summary>
    private void PutBeforeFinal(int c, State entry, State parameters, State intermediate, State ignored)
    {
        if (_state == ignored)
            return;
        if (c < 0x30)
        {
            Collect(c, intermediate);
        }
        else if (_state == intermediate || (c >= 0x3c && _state != entry))
        {
            _state = ignored;
        }
        else if (c >= 0x3c)
        {
            Collect(c, parameters);
        }
        else
        {
            _state = parameters;
            if (c == ';')
                _parameters.Add();
            else if (c == ':')
                _parameters.AddSub();
            else
                _parameters.AddDigit(c - '0');
        }
    }

    private void PutSystemCommand(int c)
    {
        if (c == 0x07)
        {
            EndString(true);
            _state = State.Ground;
        }
        else if (c < 0x20 || _textState == TextState.Faulty)
        {
            return;
        }
        else if (_textState == TextState.Text)
        {
            if (_text.Length + 2 > longestText)
                _tooLong = true;
            else
                _text.Append(new Rune(c));
        }
        else if (c == ';')
        {
            _textState = TextState.Text;
        }
        else if (c is >= '0' and <= '9')
        {
            _number = (int)Math.Min(int.MaxValue, ((long)Math.Max(0, _number) * 10) + c - '0');
        }
        else
        {
            _textState = TextState.Faulty;
        }
    }

    private void BeginSystemCommand()
    {
        _state = State.SystemCommand;
        (_textState, _number, _tooLong) = (TextState.Number, -1, false);
        _text.Clear();
    }

    private void EndString(bool complete)
    {
        var meant = complete && _state == State.SystemCommand && _textState != TextState.Faulty && !_tooLong;
        Begin(State.Ground);
        if (meant)
            handler.SystemCommand(_number, _text.ToString());
        else
            handler.EndIgnored();
        _text.Clear();
    }

    private void Begin(State state)
    {
        _state = state;
        _parameters.Reset();
        _collected = 0;
    }

    private void Collect(int c, State next)
    {
        _collected = (_collected << 8) | (uint)c;
        _state = next;
    }
}
