using System.Text.Json;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Formatting;

/// <summary>Members of sessions, commands and the status in JSON; names that sshlog has are sshlog's.</summary>
public static class SummaryJson
{
    /// <summary>A session.</summary>
    public static void WriteSession(Utf8JsonWriter json, SessionSummary session)
    {
        json.WriteString("session", session.Id.Text);
        json.WriteString("username", session.User);
        JsonOutput.WriteOptional(json, "user_id", session.Uid);
        json.WriteNumber("ptm_pid", session.MonitorPid);
        json.WriteNumber("tty_id", session.Ttys is [var first, ..] ? first : EventJson.Unknown);
        json.WriteStartArray("ttys");
        foreach (var tty in session.Ttys)
            json.WriteNumberValue(tty);
        json.WriteEndArray();
        json.WriteNumber("start_time", JsonOutput.Milliseconds(session.StartedAt));
        json.WriteNumber("end_time", session.EndedAt is { } end ? JsonOutput.Milliseconds(end) : 0);
        json.WriteString("started_at", Quantities.Rfc3339(session.StartedAt));
        WriteTime(json, "ended_at", session.EndedAt);
        json.WriteString("last_activity", Quantities.Rfc3339(session.LastActivity));
        json.WriteString("last_command", session.LastCommand);
        JsonOutput.WriteOptional(json, "effective_uid", session.EffectiveUid);
        json.WriteBoolean("open", session.EndedAt is null);
        JsonOutput.WriteOptional(json, "exit_code", session.ExitCode);
        json.WriteNumber("commands", session.Commands);
        json.WriteNumber("output_bytes", session.OutputBytes);
        json.WriteNumber("loss_events", session.LossEvents);
        json.WriteNumber("viewers", session.Viewers);
        json.WriteString("hostname", session.Host);
        JsonOutput.WriteTcpInfo(json, session.Client, session.Server);
    }

    /// <summary>A command of a session.</summary>
    public static void WriteCommand(Utf8JsonWriter json, SessionSummary session, CommandSummary command)
    {
        json.WriteString("session", session.Id.Text);
        json.WriteNumber("sequence", command.SequenceNr);
        json.WriteString("username", session.User);
        json.WriteNumber("pid", command.Pid);
        json.WriteNumber("parent_pid", command.ParentPid);
        json.WriteString("filename", command.Executable);
        json.WriteString("args", CommandText.Line(command.Executable, command.Arguments));
        JsonOutput.WriteArguments(json, command.Arguments);
        json.WriteString("cwd", command.WorkingDirectory);
        json.WriteNumber("uid", command.Uid);
        json.WriteNumber("euid", command.EffectiveUid);
        json.WriteNumber("tty_id", command.Tty ?? EventJson.Unknown);
        json.WriteNumber("start_time", JsonOutput.Milliseconds(command.StartedAt));
        json.WriteNumber("end_time", command.FinishedAt is { } end ? JsonOutput.Milliseconds(end) : 0);
        json.WriteString("started_at", Quantities.Rfc3339(command.StartedAt));
        WriteTime(json, "finished_at", command.FinishedAt);
        JsonOutput.WriteOptional(json, "exit_code", command.ExitCode);
        JsonOutput.WriteOptional(json, "signal", command.Signal);
        json.WriteBoolean("replaced", command.Replaced);
    }

    /// <summary>The daemon.</summary>
    public static void WriteStatus(Utf8JsonWriter json, GatewayProtocol.DaemonStatus status)
    {
        json.WriteString("version", status.DaemonVersion);
        json.WriteNumber("pid", status.Pid);
        json.WriteString("started_at", Quantities.Rfc3339(status.StartedAt));
        json.WriteString("probe", status.Probe);
        json.WriteNumber("open_sessions", status.OpenSessions);
        json.WriteNumber("lost_records", status.LostRecords);
        json.WriteNumber("lost_bytes", status.LostBytes);
        json.WriteString("state_directory", status.StateDirectory);
        if (status.Details is { } details)
            StatusJson.WriteDetails(json, details);
    }

    /// <summary>An action.</summary>
    public static void WriteAction(Utf8JsonWriter json, GatewayProtocol.ActionStatus action)
    {
        json.WriteString("name", action.Name);
        json.WriteString("plugin", action.Plugin);
        json.WriteString("state", action.State);
        json.WriteNumber("queue", action.Behind);
        json.WriteNumber("delivered", action.Delivered);
        WriteTime(json, "last_success", action.LastSuccess);
        json.WriteString("last_error", action.LastError);
        WriteTime(json, "last_error_at", action.LastErrorAt);
        json.WriteNumber("dead_letters", action.DeadLetters);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteString(name, Quantities.Rfc3339(known));
        else
            json.WriteNull(name);
    }
}
