using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Recording;
using SshLog.Terminal;

namespace SshLog.Formatting;

/// <summary>
/// An event as sshlog's line: <c>HH:MM:SS event_type (ptm_pid) user from ip A.B.C.D:PORT tty N</c>.
/// </summary>
public static class EventLine
{
    /// <summary>The line, safe to print; null for an event that has none.</summary>
    public static string? Format(SessionEvent fact, SessionFacts facts, TimeProvider clock, Style style)
    {
        if (EventNames.Of(fact) is not { } name)
            return null;
        var user = facts.User.Length == 0 ? string.Empty : SafeText.Escape(facts.User) + " ";
        var time = Quantities.LocalTimeOfDay(fact.At, clock);
        var line = $"{time} {name.PadRight(EventNames.Width)} ({facts.MonitorPid}) {user}{What(fact, facts)}";
        return fact is LossRecorded or StorageChanged { Level: not StorageLevel.Enough } ? style.Alarm(line) : line;
    }

    private static string What(SessionEvent fact, SessionFacts facts) => fact switch
    {
        SignedIn when facts.Tty is { } tty => $"from ip {facts.Client} tty {tty}",
        SignInFailed failed => $"from ip {facts.Client} ({failed.Method}: {SignInText.Describe(failed.Reason)})",
        SessionClosed { StillRunning: > 0 } closed => $"from ip {facts.Client} ({Quantities.Count(closed.StillRunning, "command")} still running)",
        SignedIn or SessionClosed => $"from ip {facts.Client}",
        CommandStarted started => CaptureText.As(started.EffectiveUser)
            + $"executed {CommandText.SafeLine(started.Executable, started.Arguments)}",
        ChannelRequested or OutputLeftOut or PrivilegeChanged or FileTransferred or ForwardOpened
            or InputRecorded => CaptureText.Line(fact),
        CommandFinished finished => Finished(finished, facts.Find(finished)),
        ChannelOpened { Kind: ChannelKind.Pty } pty => $"channel {pty.Channel} tty {pty.Tty} {pty.Columns}x{pty.Rows}",
        ChannelOpened channel => $"channel {channel.Channel} without tty",
        ChannelClosed channel => $"channel {channel.Channel}",
        TerminalResized size => $"channel {size.Channel} {size.Columns}x{size.Rows}",
        LossRecorded loss => LossText.Describe(loss),
        RecordingLimited { Level: RecordingLevel.None } none => $"nothing more is recorded ({SafeText.Escape(none.Rule)})",
        KillRequested kill => $"to be ended by {SafeText.Escape(kill.User)}"
            + (kill.Reason.Length > 0 ? $": {SafeText.Escape(kill.Reason)}" : string.Empty),
        ViewerJoined viewer => $"channel {viewer.Channel} watched by {Viewer(viewer.User, viewer.From)}"
            + (viewer.MayType ? ", who may type" : string.Empty),
        ViewerLeft viewer => $"channel {viewer.Channel} no longer watched by {Viewer(viewer.User, viewer.From)}",
        InputInjected input => $"channel {input.Channel} typed into by {Viewer(input.User, input.From)}: {input.Bytes} bytes",
        RequestRefused refused => $"{Viewer(refused.User, refused.From)} may not {SafeText.Escape(refused.Request)}: {SafeText.Escape(refused.Why)}",
        IAuditEvent => AuditText.Line(fact),
        ContentRedacted redacted => $"{SafeText.Escape(redacted.Kind)} taken out",
        RecordingLimited limited => $"what is printed is not recorded ({SafeText.Escape(limited.Rule)})",
        _ => string.Empty,
    };

    private static string Viewer(string user, string from) => $"{SafeText.Escape(user)} ({SafeText.Escape(from)})";

    private static string Finished(CommandFinished finished, CommandFacts? start)
    {
        var how = finished switch
        {
            { Signal: { } signal } => "signal: " + Quantities.Signal(signal),
            { Replaced: true } => "replaced",
            { ExitCode: { } code } => $"exit code: {code}",
            _ => "exit code: unknown",
        };
        var what = start is null
            ? $"pid {finished.Pid}"
            : CommandText.SafeLine(start.Executable, start.Arguments);
        return $"execute complete ({how}) {what}";
    }
}
