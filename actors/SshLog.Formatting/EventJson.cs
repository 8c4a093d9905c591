using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Formatting;

/// <summary>
/// An event as a JSON object with sshlog's fields in their types; after them ours. Where sshlog has a number and
/// nothing is known it is <see cref="Unknown"/>, for a time 0.
/// </summary>
public static class EventJson
{
    /// <summary>Stands for an unknown pid, tty or exit code.</summary>
    public const int Unknown = -1;

    /// <summary>Writes the members.</summary>
    public static void Write(Utf8JsonWriter json, JournalledEvent entry, SessionFacts facts)
    {
        json.WriteString("event_type", EventNames.Always(entry.Event));
        json.WriteNumber("ptm_pid", facts.MonitorPid);
        json.WriteString("username", facts.User);
        WriteFields(json, entry.Event, facts);
        json.WriteString("hostname", facts.Host);
        JsonOutput.WriteTcpInfo(json, facts.Client, facts.Server);
        json.WriteString("session", entry.Session.Text);
        json.WriteNumber("sequence", entry.SequenceNr);
        json.WriteNumber("ordering", entry.Ordering);
        json.WriteString("time", Quantities.Rfc3339(entry.Event.At));
    }

    private static void WriteFields(Utf8JsonWriter json, SessionEvent fact, SessionFacts facts)
    {
        switch (fact)
        {
            case SessionOpened:
                WriteConnection(json, facts, end: null);
                break;
            case OutputRecorded output:
                WriteOutput(json, output);
                break;
            case SignedIn signedIn:
                WriteConnection(json, facts, end: null);
                SignInText.WriteMethod(json, signedIn.Method, signedIn.Key);
                break;
            case SignInFailed failed:
                WriteConnection(json, facts, failed.At);
                json.WriteBoolean("user_known", failed.UserIsKnown);
                json.WriteString("reason", SignInText.Name(failed.Reason));
                SignInText.WriteMethod(json, failed.Method, failed.Key);
                break;
            case SessionClosed closed:
                WriteConnection(json, facts, closed.At);
                WriteClose(json, closed);
                break;
            case CommandStarted started:
                WriteStart(json, started, facts.User);
                break;
            case CommandFinished finished:
                WriteFinish(json, finished, facts.Find(finished));
                break;
            case ChannelRequested or OutputLeftOut or PrivilegeChanged or FileTransferred or ForwardOpened or InputRecorded:
                CaptureText.Write(json, fact, facts);
                break;
            case LossRecorded loss:
                WriteLoss(json, loss);
                break;
            case KillRequested kill:
                JsonOutput.WriteOptional(json, "by_uid", kill.Uid);
                json.WriteString("by_user", kill.User);
                JsonOutput.WriteOptional(json, "by_pid", kill.Pid);
                json.WriteString("reason", kill.Reason);
                break;
            case ViewerJoined viewer:
                WriteViewer(json, viewer.Channel, viewer.Uid, viewer.User, viewer.From);
                json.WriteBoolean("may_type", viewer.MayType);
                break;
            case ViewerLeft viewer:
                WriteViewer(json, viewer.Channel, viewer.Uid, viewer.User, viewer.From);
                break;
            case InputInjected input:
                WriteViewer(json, input.Channel, input.Uid, input.User, input.From);
                json.WriteNumber("bytes", input.Bytes);
                break;
            case RequestRefused refused:
                JsonOutput.WriteOptional(json, "by_uid", refused.Uid);
                json.WriteString("by_user", refused.User);
                json.WriteString("from", refused.From);
                json.WriteString("request", refused.Request);
                json.WriteString("why", refused.Why);
                break;
            case IAuditEvent audit:
                AuditText.Write(json, audit);
                break;
            case ContentRedacted redacted:
                json.WriteString("kind", redacted.Kind);
                break;
            case RecordingLimited limited:
                json.WriteString("level", JsonNamingPolicy.CamelCase.ConvertName(limited.Level.ToString()));
                json.WriteString("rule", limited.Rule);
                break;
            default:
                WriteChannel(json, fact);
                break;
        }
    }

    private static void WriteViewer(Utf8JsonWriter json, int channel, uint? uid, string user, string from)
    {
        json.WriteNumber("channel", channel);
        JsonOutput.WriteOptional(json, "by_uid", uid);
        json.WriteString("by_user", user);
        json.WriteString("by_from", from);
    }

    private static void WriteConnection(Utf8JsonWriter json, SessionFacts facts, DateTimeOffset? end)
    {
        json.WriteNumber("user_id", facts.Uid ?? (long)Unknown);
        json.WriteNumber("pts_pid", facts.Shell?.ParentPid ?? Unknown);
        json.WriteNumber("shell_pid", facts.Shell?.Pid ?? Unknown);
        json.WriteNumber("tty_id", facts.Tty ?? Unknown);
        json.WriteNumber("start_time", JsonOutput.Milliseconds(facts.StartedAt));
        json.WriteNumber("end_time", end is { } time ? JsonOutput.Milliseconds(time) : 0);
    }

    private static void WriteOutput(Utf8JsonWriter json, OutputRecorded output)
    {
        var bytes = output.Bytes.Span;
        json.WriteString("terminal_data", Encoding.UTF8.GetString(bytes));
        if (!Utf8.IsValid(bytes))
            json.WriteBase64String("terminal_base64", bytes);
        json.WriteNumber("data_len", bytes.Length);
        json.WriteNumber("channel", output.Channel);
        json.WriteString("stream", output.Stream == ChannelStream.Error ? "error" : "output");
        json.WriteNumber("offset", output.Offset);
        if (output.Redacted > 0)
            json.WriteNumber("redacted", output.Redacted);
    }

    private static void WriteClose(Utf8JsonWriter json, SessionClosed closed)
    {
        json.WriteString("how", closed.How switch
        {
            SessionEnd.Exited => "exited",
            SessionEnd.Killed => "killed",
            _ => "unobserved",
        });
        JsonOutput.WriteOptional(json, "exit_code", closed.ExitCode);
        JsonOutput.WriteOptional(json, "signal", closed.Signal);
        json.WriteNumber("output_bytes", closed.OutputBytes);
        json.WriteNumber("commands", closed.Commands);
        json.WriteNumber("loss_events", closed.LossEvents);
        json.WriteNumber("still_running", closed.StillRunning);
    }

    private static void WriteStart(Utf8JsonWriter json, CommandStarted started, string user)
    {
        WriteCommand(json, started.Pid, started.ParentPid, started.Executable, started.Arguments, started.Tty);
        json.WriteNumber("start_time", JsonOutput.Milliseconds(started.At));
        json.WriteNumber("end_time", 0);
        json.WriteNumber("exit_code", Unknown);
        json.WriteString("cwd", started.WorkingDirectory);
        json.WriteNumber("uid", started.Uid);
        json.WriteNumber("euid", started.EffectiveUid);
        JsonOutput.WriteOptional(json, "loginuid", started.LoginUid);
        JsonOutput.WriteOptional(json, "audit_session", started.AuditSession);
        json.WriteString("effective_user", started.EffectiveUser.Length == 0 ? user : started.EffectiveUser);
        json.WriteBoolean("typed", started.Typed);
        json.WriteNumber("redacted", started.Redacted);
        WriteOutput(json, default, 0);
    }

    private static void WriteFinish(Utf8JsonWriter json, CommandFinished finished, CommandFacts? start)
    {
        WriteCommand(
            json,
            finished.Pid,
            start?.ParentPid ?? Unknown,
            start?.Executable ?? string.Empty,
            start?.Arguments ?? ArgumentVector.Empty,
            start?.Tty);
        json.WriteNumber("start_time", JsonOutput.Milliseconds(finished.StartedAt));
        json.WriteNumber("end_time", JsonOutput.Milliseconds(finished.At));
        json.WriteNumber("exit_code", finished.ExitCode ?? Unknown);
        JsonOutput.WriteOptional(json, "signal", finished.Signal);
        json.WriteBoolean("core_dumped", finished.CoreDumped);
        json.WriteBoolean("replaced", finished.Replaced);
        WriteOutput(json, finished.Output, finished.OutputBytes);
    }

    /// <summary>What it printed first, as text: bytes that are no UTF-8 are replaced.</summary>
    private static void WriteOutput(Utf8JsonWriter json, ReadOnlyMemory<byte> output, long size)
    {
        json.WriteNumber("stdout_size", size);
        json.WriteString("stdout", Encoding.UTF8.GetString(output.Span));
    }

    private static void WriteCommand(
        Utf8JsonWriter json, int pid, int parentPid, string executable, ArgumentVector arguments, int? tty)
    {
        json.WriteNumber("pid", pid);
        json.WriteNumber("parent_pid", parentPid);
        json.WriteNumber("tty_id", tty ?? Unknown);
        json.WriteString("filename", executable);
        json.WriteString("args", CommandText.Line(executable, arguments));
        JsonOutput.WriteArguments(json, arguments);
    }

    private static void WriteChannel(Utf8JsonWriter json, SessionEvent fact)
    {
        var (channel, rows, columns) = fact switch
        {
            ChannelOpened opened => (opened.Channel, opened.Rows, opened.Columns),
            TerminalResized resized => (resized.Channel, resized.Rows, resized.Columns),
            ChannelClosed closed => (closed.Channel, (int?)null, (int?)null),
            _ => throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, "has no JSON form"),
        };
        json.WriteNumber("channel", channel);
        if (fact is ChannelOpened { Kind: var kind } channelOpened)
        {
            json.WriteString("kind", kind == ChannelKind.Pty ? "pty" : "pipes");
            json.WriteNumber("tty_id", channelOpened.Tty ?? Unknown);
        }
        else if (fact is ChannelClosed channelClosed)
        {
            JsonOutput.WriteOptional(json, "input_bytes", channelClosed.InputBytes);
        }

        if (rows is not null)
        {
            JsonOutput.WriteOptional(json, "rows", rows);
            JsonOutput.WriteOptional(json, "columns", columns);
        }
    }

    private static void WriteLoss(Utf8JsonWriter json, LossRecorded loss)
    {
        json.WriteString("cause", LossText.Name(loss.Cause));
        json.WriteString("since", Quantities.Rfc3339(loss.Since ?? loss.At));
        JsonOutput.WriteOptional(json, "channel", loss.Channel);
        if (loss.Stream is { } stream)
            json.WriteString("stream", stream == ChannelStream.Error ? "error" : "output");
        else
            json.WriteNull("stream");
        JsonOutput.WriteOptional(json, "offset", loss.Offset);
        JsonOutput.WriteOptional(json, "events", loss.Events);
        JsonOutput.WriteOptional(json, "bytes", loss.Bytes);
    }
}
