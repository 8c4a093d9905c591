namespace SshLog.Actors.Search;

/// <summary>How the search index is made.</summary>
/// <param name="Share">Of one core's time, more than 0 to 1: after work it rests so long.</param>
/// <param name="LargestBytes">Above this size the oldest text is taken out again.</param>
/// <param name="Behind">Stored bytes of an open session's output that may wait; one that is over is taken in at once.</param>
/// <param name="Pause">Time between two looks at a growing journal.</param>
/// <param name="IsBusy">True if others want all of the processor now; then it waits for a while.</param>
public sealed record SearchIndexSettings(double Share, long LargestBytes, long Behind, TimeSpan Pause, Func<bool> IsBusy)
{
    /// <summary>A quarter of a core, 4 GiB, at most 256 KiB behind, looked at once a second.</summary>
    public static SearchIndexSettings Default { get; } = new(0.25, 4L << 30, 256 * 1024, TimeSpan.FromSeconds(1), () => false);
}
