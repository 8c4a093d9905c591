using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Formatting.Export;

/// <summary>
/// Every event as an object a line with the field names of the Elastic Common Schema (elastic.co/docs/reference/ecs);
/// what it has no field for stands under <c>sshlog</c>.
/// </summary>
internal sealed class EcsExport(SessionSummary session, Stream output) : IRecordingExport
{
    private const string SchemaVersion = "8.17.0";
    private const int PtsMajor = 136;

    private readonly JsonOutput _json = new(output);
    private readonly SessionFacts _facts = new(session);

    public void Write(JournalledEvent entry)
    {
        _facts.Apply(entry.Event);
        if (Kind(entry.Event) is { } kind)
            _json.WriteLine(json => Write(json, entry, kind));
        if (entry.Event is CommandFinished finished)
            _facts.Forget(finished);
    }

    public void End()
    {
    }

    private static (string Action, string Category, string Type)? Kind(SessionEvent fact) => fact switch
    {
        SignedIn => ("connection_established", "authentication", "start"),
        SessionClosed => ("connection_close", "session", "end"),
        CommandStarted => ("command_start", "process", "start"),
        CommandFinished => ("command_finish", "process", "end"),
        ChannelOpened => ("channel_open", "session", "start"),
        ChannelClosed => ("channel_close", "session", "end"),
        TerminalResized => ("terminal_resize", "session", "change"),
        OutputRecorded => ("terminal_update", "process", "info"),
        LossRecorded => ("recording_loss", "session", "error"),
        _ => null,
    };

    private void Write(Utf8JsonWriter json, JournalledEvent entry, (string Action, string Category, string Type) kind)
    {
        json.WriteString("@timestamp", Quantities.Rfc3339(entry.Event.At));
        Object(json, "ecs", () => json.WriteString("version", SchemaVersion));
        Object(json, "event", () =>
        {
            json.WriteString("kind", "event");
            Array(json, "category", kind.Category);
            Array(json, "type", kind.Type);
            json.WriteString("action", kind.Action);
            json.WriteString("module", "sshlog");
            json.WriteNumber("sequence", entry.SequenceNr);
            WriteTimes(json, entry.Event);
        });
        Object(json, "host", () => json.WriteString("hostname", _facts.Host));
        WriteUser(json, entry.Event);
        WriteEndPoint(json, "source", _facts.Client);
        WriteEndPoint(json, "destination", _facts.Server);
        WriteProcess(json, entry.Event);
        Object(json, "sshlog", () =>
        {
            json.WriteString("session", entry.Session.Text);
            WriteOwn(json, entry.Event);
        });
    }

    private void WriteTimes(Utf8JsonWriter json, SessionEvent fact)
    {
        var start = fact switch
        {
            CommandFinished finished => finished.StartedAt,
            SessionClosed => _facts.StartedAt,
            _ => (DateTimeOffset?)null,
        };
        if (start is { } from)
        {
            json.WriteString("start", Quantities.Rfc3339(from));
            json.WriteString("end", Quantities.Rfc3339(fact.At));
            json.WriteNumber("duration", (fact.At - from).Ticks * 100);
        }

        if (fact is CommandFinished { ExitCode: { } code })
            json.WriteString("outcome", code == 0 ? "success" : "failure");
        else if (fact is SignedIn)
            json.WriteString("outcome", "success");
    }

    private void WriteUser(Utf8JsonWriter json, SessionEvent fact) => Object(json, "user", () =>
    {
        json.WriteString("name", _facts.User);
        if (_facts.Uid is { } uid)
            json.WriteString("id", uid.ToString(CultureInfo.InvariantCulture));
        if (fact is CommandStarted started && started.EffectiveUid != started.Uid)
            Object(json, "effective", () => json.WriteString("id", started.EffectiveUid.ToString(CultureInfo.InvariantCulture)));
    });

    private void WriteProcess(Utf8JsonWriter json, SessionEvent fact)
    {
        switch (fact)
        {
            case CommandStarted started:
                WriteProcess(json, started.Pid, started.ParentPid, started.Executable, started.Arguments, started.Tty, () =>
                {
                    json.WriteString("working_directory", started.WorkingDirectory);
                    json.WriteString("start", Quantities.Rfc3339(started.At));
                });
                break;
            case CommandFinished finished:
                var start = _facts.Find(finished);
                WriteProcess(
                    json, finished.Pid, start?.ParentPid, start?.Executable, start?.Arguments ?? ArgumentVector.Empty,
                    start?.Tty, () =>
                    {
                        json.WriteString("start", Quantities.Rfc3339(finished.StartedAt));
                        json.WriteString("end", Quantities.Rfc3339(finished.At));
                        if (finished.ExitCode is { } code)
                            json.WriteNumber("exit_code", code);
                    });
                break;
            case OutputRecorded recorded:
                Object(json, "process", () => Object(json, "io", () =>
                {
                    json.WriteString("type", "tty");
                    json.WriteString("text", Encoding.UTF8.GetString(recorded.Bytes.Span));
                    json.WriteNumber("total_bytes_captured", recorded.Bytes.Length);
                }));
                break;
        }
    }

    private static void WriteProcess(
        Utf8JsonWriter json, int pid, int? parent, string? executable, ArgumentVector arguments, int? tty, Action more) =>
        Object(json, "process", () =>
        {
            json.WriteNumber("pid", pid);
            if (parent is { } parentPid)
                Object(json, "parent", () => json.WriteNumber("pid", parentPid));
            if (executable is not null)
            {
                json.WriteString("executable", executable);
                json.WriteString("name", Path.GetFileName(executable));
                string[] words = [.. arguments.ToStrings()];
                Array(json, "args", words);
                json.WriteNumber("args_count", words.Length);
                json.WriteString("command_line", string.Join(' ', words));
            }

            if (tty is { } minor)
            {
                Object(json, "tty", () => Object(json, "char_device", () =>
                {
                    json.WriteNumber("major", PtsMajor);
                    json.WriteNumber("minor", minor);
                }));
            }

            more();
        });

    private static void WriteOwn(Utf8JsonWriter json, SessionEvent fact)
    {
        switch (fact)
        {
            case SignedIn signedIn:
                json.WriteString("method", signedIn.Method);
                json.WriteString("key_fingerprint", signedIn.Key?.Fingerprint);
                break;
            case OutputRecorded recorded:
                json.WriteNumber("channel", recorded.Channel);
                json.WriteNumber("offset", recorded.Offset);
                break;
            case ChannelOpened opened:
                json.WriteNumber("channel", opened.Channel);
                json.WriteNumber("rows", opened.Rows);
                json.WriteNumber("columns", opened.Columns);
                break;
            case TerminalResized resized:
                json.WriteNumber("channel", resized.Channel);
                json.WriteNumber("rows", resized.Rows);
                json.WriteNumber("columns", resized.Columns);
                break;
            case ChannelClosed closed:
                json.WriteNumber("channel", closed.Channel);
                break;
            case CommandFinished { Signal: { } signal }:
                json.WriteNumber("signal", signal);
                break;
            case LossRecorded loss:
                json.WriteString("cause", LossText.Name(loss.Cause));
                JsonOutput.WriteOptional(json, "bytes", loss.Bytes);
                JsonOutput.WriteOptional(json, "events", loss.Events);
                break;
        }
    }

    private static void WriteEndPoint(Utf8JsonWriter json, string name, IPEndPoint point) => Object(json, name, () =>
    {
        json.WriteString("ip", point.Address.ToString());
        json.WriteNumber("port", point.Port);
    });

    private static void Object(Utf8JsonWriter json, string name, Action members)
    {
        json.WriteStartObject(name);
        members();
        json.WriteEndObject();
    }

    private static void Array(Utf8JsonWriter json, string name, params string[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
