namespace SshLog.Schema;

/// <summary>The frozen names under which event payloads are stored. None is ever changed or reused.</summary>
public static class EventManifests
{
    /// <summary>Manifest of <see cref="Core.Events.SessionOpened"/>.</summary>
    public const string SessionOpened = "session-opened/v1";

    /// <summary>Manifest of <see cref="Core.Events.SignedIn"/>.</summary>
    public const string SignedIn = "signed-in/v1";

    /// <summary>Manifest of <see cref="Core.Events.SignInFailed"/>.</summary>
    public const string SignInFailed = "sign-in-failed/v1";

    /// <summary>Manifest of <see cref="Core.Events.ChannelOpened"/>.</summary>
    public const string ChannelOpened = "channel-opened/v1";

    /// <summary>Manifest of <see cref="Core.Events.TerminalResized"/>.</summary>
    public const string TerminalResized = "terminal-resized/v1";

    /// <summary>Manifest of <see cref="Core.Events.OutputRecorded"/>.</summary>
    public const string OutputRecorded = "output-recorded/v1";

    /// <summary>Manifest of <see cref="Core.Events.CommandStarted"/>.</summary>
    public const string CommandStarted = "command-started/v1";

    /// <summary>Manifest of <see cref="Core.Events.CommandFinished"/>.</summary>
    public const string CommandFinished = "command-finished/v1";

    /// <summary>Manifest of <see cref="Core.Events.ChannelClosed"/>.</summary>
    public const string ChannelClosed = "channel-closed/v1";

    /// <summary>Manifest of <see cref="Core.Events.LossRecorded"/>.</summary>
    public const string LossRecorded = "loss-recorded/v1";

    /// <summary>Manifest of <see cref="Core.Events.SessionClosed"/>.</summary>
    public const string SessionClosed = "session-closed/v1";

    /// <summary>Manifest of <see cref="Core.Events.RecordingLimited"/>.</summary>
    public const string RecordingLimited = "recording-limited/v1";

    /// <summary>Manifest of <see cref="Core.Events.ChannelRequested"/>.</summary>
    public const string ChannelRequested = "channel-requested/v1";

    /// <summary>Manifest of <see cref="Core.Events.OutputLeftOut"/>.</summary>
    public const string OutputLeftOut = "output-left-out/v1";

    /// <summary>Manifest of <see cref="Core.Events.PrivilegeChanged"/>.</summary>
    public const string PrivilegeChanged = "privilege-changed/v1";

    /// <summary>Manifest of <see cref="Core.Events.FileTransferred"/>.</summary>
    public const string FileTransferred = "file-transferred/v1";

    /// <summary>Manifest of <see cref="Core.Events.ForwardOpened"/>.</summary>
    public const string ForwardOpened = "forward-opened/v1";

    /// <summary>Manifest of <see cref="Core.Events.InputRecorded"/>.</summary>
    public const string InputRecorded = "input-recorded/v1";

    /// <summary>Manifest of <see cref="Core.Events.KillRequested"/>.</summary>
    public const string KillRequested = "kill-requested/v1";

    /// <summary>Manifest of <see cref="Core.Events.ViewerJoined"/>.</summary>
    public const string ViewerJoined = "viewer-joined/v1";

    /// <summary>Manifest of <see cref="Core.Events.ViewerLeft"/>.</summary>
    public const string ViewerLeft = "viewer-left/v1";

    /// <summary>Manifest of <see cref="Core.Events.InputInjected"/>.</summary>
    public const string InputInjected = "input-injected/v1";

    /// <summary>Manifest of <see cref="Core.Events.RequestRefused"/>.</summary>
    public const string RequestRefused = "request-refused/v1";

    /// <summary>Manifest of <see cref="Core.Events.SessionHeld"/>.</summary>
    public const string SessionHeld = "session-held/v1";

    /// <summary>Manifest of <see cref="Core.Events.SessionReleased"/>.</summary>
    public const string SessionReleased = "session-released/v1";

    /// <summary>Manifest of <see cref="Core.Events.SessionDeleted"/>.</summary>
    public const string SessionDeleted = "session-deleted/v1";

    /// <summary>Manifest of <see cref="Core.Events.StorageChanged"/>.</summary>
    public const string StorageChanged = "storage-changed/v1";

    /// <summary>Manifest of <see cref="Core.Events.RecordingRedacted"/>.</summary>
    public const string RecordingRedacted = "recording-redacted/v1";

    /// <summary>Manifest of <see cref="Core.Events.ContentRedacted"/>.</summary>
    public const string ContentRedacted = "content-redacted/v1";

    /// <summary>Manifest of <see cref="Core.Events.SigningKeyChanged"/>.</summary>
    public const string SigningKeyChanged = "signing-key-changed/v1";

    /// <summary>Manifest of <see cref="Core.Events.HeadSigned"/>.</summary>
    public const string HeadSigned = "head-signed/v1";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(EventManifests).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];
}
