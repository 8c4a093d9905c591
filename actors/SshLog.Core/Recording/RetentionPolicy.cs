namespace SshLog.Core.Recording;

/// <summary>How long recordings are kept, and what happens when there is no room for more.</summary>
public sealed record RetentionPolicy
{
    /// <summary>Nothing is deleted, nothing is watched.</summary>
    public static RetentionPolicy KeepEverything { get; } = new();

    /// <summary>Recordings that ended longer ago are deleted; zero for never.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>While recordings take more bytes the oldest are deleted; zero for no limit.</summary>
    public long MaxBytes { get; init; }

    /// <summary>Nothing that ended more recently is deleted, whatever the reason.</summary>
    public TimeSpan KeepAtLeast { get; init; }

    /// <summary>With fewer free bytes on the file system it is low; a tenth of a small file system at most.</summary>
    public long AlertFree { get; init; }

    /// <summary>With fewer free bytes it counts as full; a twentieth of a small file system at most.</summary>
    public long Reserve { get; init; }

    /// <summary>When it is full: true deletes the oldest recordings, false stops recording output.</summary>
    public bool DeletesWhenFull { get; init; }

    /// <summary>The bytes of <see cref="AlertFree"/> on a file system of that size.</summary>
    public long AlertOn(long totalBytes) => Math.Min(AlertFree, totalBytes / 10);

    /// <summary>The bytes of <see cref="Reserve"/> on a file system of that size.</summary>
    public long ReserveOn(long totalBytes) => Math.Min(Reserve, totalBytes / 20);
}
