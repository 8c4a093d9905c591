using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Probe;
using SshLog.Terminal;

namespace SshLog.Formatting.Export;

/// <summary>
/// asciinema's recording format (docs.asciinema.org/manual/asciicast): output, resizes, a marker for each command and
/// each gap; in version 3 the session's exit status. Times count from the channel's opening.
/// </summary>
/// <param name="version">2 or 3.</param>
/// <param name="session">Which session.</param>
/// <param name="choice">Which channel.</param>
/// <param name="output">Where to; a line each.</param>
public sealed class AsciicastExport(int version, SessionSummary session, ChannelChoice choice, Stream output)
    : IRecordingExport
{
    private const int DefaultColumns = 80;
    private const int DefaultRows = 24;

    private readonly JsonLine _json = new(output);

    // Joins characters that were cut, and shows what is no UTF-8 as U+FFFD: JSON can hold nothing else.
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private DateTimeOffset? _start;
    private TimeSpan _last;
    private readonly HashSet<int> _running = [];
    private int? _top;
    private int? _exitCode;

    /// <summary>
    /// True for two more members of the header: <c>started_at</c>, the beginning to the microsecond, which <c>timestamp</c> has in
    /// whole seconds, and <c>tty_id</c>, the channel's pty.
    /// </summary>
    public bool WithPlace { get; init; }

    /// <summary>Begins in the middle: with the channel's screen as it was, instead of what led to it.</summary>
    /// <param name="opened">The channel's opening, from which times count.</param>
    /// <param name="frame">The screen; the events behind it are to follow.</param>
    /// <exception cref="FormatException">The frame is of another version.</exception>
    public void Begin(ChannelOpened opened, ScreenFrame frame)
    {
        ArgumentNullException.ThrowIfNull(opened);
        ArgumentNullException.ThrowIfNull(frame);
        var screen = ChannelScreen.Load(frame).Terminal;
        var drawn = new ArrayBufferWriter<byte>();
        screen.Redraw(drawn);
        drawn.Write(screen.Unfinished());
        WriteHeader(opened);
        WriteEvent(frame.At, "r", Size(screen.Columns, screen.Rows));
        WriteEvent(frame.At, "o", Decode(drawn.WrittenSpan));
    }

    /// <inheritdoc />
    public void Write(JournalledEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        choice.Notice(entry.Event);
        NoticeEnd(entry.Event);
        if (!choice.Concerns(entry.Event))
            return;
        if (_start is null)
        {
            // What is missing before the channel opened belongs to its beginning.
            if (entry.Event is not ChannelOpened opened)
                return;
            WriteHeader(opened);
            return;
        }

        switch (entry.Event)
        {
            case OutputRecorded recorded:
                WriteOutput(recorded);
                break;
            case ChannelOpened { Columns: > 0, Rows: > 0 } again:
                WriteEvent(again.At, "r", Size(again.Columns, again.Rows));
                break;
            case TerminalResized resized:
                WriteEvent(resized.At, "r", Size(resized.Columns, resized.Rows));
                break;
            case CommandStarted started:
                WriteEvent(started.At, "m", CommandText.SafeLine(started.Executable, started.Arguments));
                break;
            case LossRecorded or OutputLeftOut:
                WriteEvent(entry.Event.At, "m", LossText.Mark(entry.Event)!);
                break;
        }
    }

    // The status of the shell or program that sshd started on the channel, not of sshd itself, and not of what that started.
    private void NoticeEnd(SessionEvent fact)
    {
        if (fact is CommandStarted started && choice.Concerns(started))
        {
            // An orphan is init's.
            if (started.ParentPid > 1 && !_running.Contains(started.ParentPid))
                _top = started.Pid;
            _running.Add(started.Pid);
        }
        else if (fact is CommandFinished { Replaced: false } finished)
        {
            _running.Remove(finished.Pid);
            if (finished.Pid == _top)
                _exitCode = finished.ExitCode ?? (finished.Signal is { } signal ? 128 + signal : null);
        }
    }

    /// <inheritdoc />
    public void End()
    {
        if (_start is not { } start)
            return;
        if (version >= 3 && _exitCode is { } code)
            WriteEvent(start + _last, "x", code.ToString(CultureInfo.InvariantCulture));
    }

    private void WriteHeader(ChannelOpened opened)
    {
        _start = opened.At;
        var (columns, rows) = (Known(opened.Columns, DefaultColumns), Known(opened.Rows, DefaultRows));
        _json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", version);
            if (version >= 3)
            {
                json.WriteStartObject("term");
                json.WriteNumber("cols", columns);
                json.WriteNumber("rows", rows);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNumber("width", columns);
                json.WriteNumber("height", rows);
            }

            json.WriteNumber("timestamp", opened.At.ToUnixTimeSeconds());
            if (WithPlace)
            {
                json.WriteString("started_at", Quantities.Rfc3339(opened.At));
                json.WriteNumber("tty_id", opened.Tty ?? EventJson.Unknown);
            }

            json.WriteString("title", $"{SafeText.Escape(session.User)}@{session.Host} {session.Id.Text}");
            json.WriteEndObject();
        });
    }

    private void WriteOutput(OutputRecorded recorded)
    {
        var shown = Decode(recorded.Bytes.Span);
        if (shown.Length == 0)
            return;
        // Without a pty nobody has turned line feeds into new lines; a carriage return of a progress bar is none.
        WriteEvent(recorded.At, "o", choice.Channel?.Kind == ChannelKind.Pty ? shown : shown.Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    private string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[_decoder.GetCharCount(bytes, flush: false)];
        return new string(text, 0, _decoder.GetChars(bytes, text, flush: false));
    }

    private void WriteEvent(DateTimeOffset at, string code, string data)
    {
        // A clock that was set back stands still here.
        var time = at - _start!.Value;
        time = time < _last ? _last : time;
        var shown = version >= 3 ? time - _last : time;
        _last = time;
        _json.Write(json =>
        {
            json.WriteStartArray();
            json.WriteRawValue(shown.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture));
            json.WriteStringValue(code);
            json.WriteStringValue(data);
            json.WriteEndArray();
        });
    }

    private static string Size(int columns, int rows) => string.Create(
        CultureInfo.InvariantCulture, $"{Known(columns, DefaultColumns)}x{Known(rows, DefaultRows)}");

    private static int Known(int size, int otherwise) => size > 0 ? size : otherwise;
}
