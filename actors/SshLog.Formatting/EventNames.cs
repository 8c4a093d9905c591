using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Formatting;

/// <summary>Names of events in lines and JSON: sshlog's where it has one.</summary>
public static class EventNames
{
    /// <summary>The longest name; the column is that wide.</summary>
    public const int Width = 22;

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
        LossRecorded => "loss",
        RecordingLimited => "recording_limited",
        _ => null,
    };
}
