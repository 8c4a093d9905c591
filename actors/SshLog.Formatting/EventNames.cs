using System.Collections.Concurrent;
using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Formatting;

/// <summary>Names of events in lines and JSON: sshlog's where it has one.</summary>
public static class EventNames
{
    private static readonly ConcurrentDictionary<Type, string> _schemas = new();

    /// <summary>The longest name; the column is that wide.</summary>
    public const int Width = 22;

    /// <summary>Every name that <see cref="Of"/> gives, in its order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "connection_established", "connection_auth_failed", "connection_close", "command_start", "command_finish", "channel_opened",
        "channel_closed", "terminal_resized", "channel_requested", "output_left_out", "privilege_changed", "file_upload",
        "file_download", "file_rename", "forward_opened", "loss", "recording_limited", "kill_requested", "viewer_joined", "viewer_left",
        "input_injected", "request_refused", "input_recorded", "session_held", "session_released", "session_deleted",
        "storage_changed", "recording_redacted", "signing_key_changed", "head_signed", "content_redacted",
    ];

    /// <summary>Null for events that have no line: output, and the connection before its user is known.</summary>
    public static string? Of(SessionEvent fact) => fact switch
    {
        SignedIn => "connection_established",
        SignInFailed => "connection_auth_failed",
        SessionClosed => "connection_close",
        CommandStarted => "command_start",
        CommandFinished => "command_finish",
        ChannelOpened => "channel_opened",
        ChannelClosed => "channel_closed",
        TerminalResized => "terminal_resized",
        ChannelRequested => "channel_requested",
        OutputLeftOut => "output_left_out",
        PrivilegeChanged => "privilege_changed",
        FileTransferred { Direction: TransferDirection.Upload } => "file_upload",
        FileTransferred { Direction: TransferDirection.Download } => "file_download",
        FileTransferred => "file_rename",
        ForwardOpened => "forward_opened",
        LossRecorded => "loss",
        RecordingLimited => "recording_limited",
        KillRequested => "kill_requested",
        ViewerJoined => "viewer_joined",
        ViewerLeft => "viewer_left",
        InputInjected => "input_injected",
        RequestRefused => "request_refused",
        InputRecorded => "input_recorded",
        SessionHeld => "session_held",
        SessionReleased => "session_released",
        SessionDeleted => "session_deleted",
        StorageChanged => "storage_changed",
        RecordingRedacted => "recording_redacted",
        SigningKeyChanged => "signing_key_changed",
        HeadSigned => "head_signed",
        ContentRedacted => "content_redacted",
        _ => null,
    };

    /// <summary>The name of any event, those that have no line of their own included.</summary>
    public static string Always(SessionEvent fact) => Of(fact) ?? fact switch
    {
        OutputRecorded => "terminal_update",
        SessionOpened => "session_opened",
        _ => "event",
    };

    /// <summary>The frozen name of the event's schema, which follows its type: <c>command-started/v1</c>.</summary>
    public static string Schema(SessionEvent fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return _schemas.GetOrAdd(fact.GetType(), static type => string.Concat(
            type.Name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : $"{c}")) + "/v1");
    }
}
