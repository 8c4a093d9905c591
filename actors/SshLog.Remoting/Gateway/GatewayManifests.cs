namespace SshLog.Remoting.Gateway;

/// <summary>The frozen names of the messages of the gateway protocol. None is ever changed or reused.</summary>
internal static class GatewayManifests
{
    public const string Hello = "hello/v1";
    public const string Welcome = "welcome/v1";
    public const string Failure = "failure/v1";
    public const string FindSessions = "find-sessions/v1";
    public const string SessionList = "session-list/v1";
    public const string ResolveSession = "resolve-session/v1";
    public const string ResolvedSession = "resolved-session/v1";
    public const string ListCommands = "list-commands/v1";
    public const string CommandList = "command-list/v1";
    public const string ReadJournal = "read-journal/v1";
    public const string ReadFeed = "read-feed/v1";
    public const string EventPage = "event-page/v1";
    public const string GetStatus = "get-status/v1";
    public const string DaemonStatus = "daemon-status/v1";
    public const string RunPalette = "run-palette/v1";
    public const string ReadPalette = "read-palette/v1";
    public const string PaletteOutput = "palette-output/v1";
    public const string GetFrame = "get-frame/v1";
    public const string Frame = "frame/v1";
    public const string FindText = "find-text/v1";
    public const string TextPlaces = "text-places/v1";
    public const string OpenBundle = "open-bundle/v1";
    public const string BundleOpened = "bundle-opened/v1";
    public const string ReadSealed = "read-sealed/v1";
    public const string SealedPage = "sealed-page/v1";
    public const string ListHolds = "list-holds/v1";
    public const string ListKeys = "list-keys/v1";
    public const string RotateKey = "rotate-key/v1";
    public const string KeyList = "key-list/v1";
    public const string ReloadConfiguration = "reload-configuration/v1";
    public const string ConfigurationReloaded = "configuration-reloaded/v1";
    public const string ListActions = "list-actions/v1";
    public const string ActionList = "action-list/v1";
    public const string ChangeAction = "change-action/v1";
    public const string ActionChanged = "action-changed/v1";
    public const string KillSession = "kill-session/v1";
    public const string SessionKilled = "session-killed/v1";
    public const string ChangeRecording = "change-recording/v1";
    public const string RecordingChanged = "recording-changed/v1";
    public const string Attach = "attach/v1";
    public const string Attached = "attached/v1";
    public const string ReadLive = "read-live/v1";
    public const string LivePage = "live-page/v1";
    public const string TypeKeys = "type-keys/v1";
    public const string Typed = "typed/v1";
    public const string Detach = "detach/v1";
    public const string Detached = "detached/v1";
}
