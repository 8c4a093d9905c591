namespace SshLog.Actors.Screens;

/// <summary>How key frames are made.</summary>
/// <param name="Every">Output bytes of a channel between two frames that are kept.</param>
/// <param name="Behind">Stored bytes of a session's output that may wait before its frames are brought up to date.</param>
/// <param name="BehindAtEnd">The same for a session that is over.</param>
/// <param name="Pause">Time between two looks at a growing journal.</param>
/// <param name="IsBusy">True if others want all of the processor now; then they wait for a while.</param>
public sealed record KeyFrameSettings(long Every, long Behind, long BehindAtEnd, TimeSpan Pause, Func<bool> IsBusy)
{
    /// <summary>A frame every MiB, at most 256 KiB behind, looked at once a second.</summary>
    public static KeyFrameSettings Default { get; } =
        new(1024 * 1024, 256 * 1024, 64 * 1024, TimeSpan.FromSeconds(1), () => false);
}
