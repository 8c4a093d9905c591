namespace SshLog.Core.Recording;

/// <summary>How long recordings are kept, and what happens when there is no room for more.</summary>
public sealed record RetentionPolicy
{
    /// <summary>What the databases need to work at all: each has a write-ahead log.</summary>
    private const long WorkingBytes = 24 << 20;

    /// <summary>Nothing is deleted, nothing is watched.</summary>
    public static RetentionPolicy KeepEverything { get; } = new();

    /// <summary>Recordings that ended longer ago are deleted; zero for never.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>While recordings take more bytes the oldest are deleted; zero for no limit.</summary>
    public long MaxBytes { get; init; }

    /// <summary>Nothing that ended more recently is deleted, whatever the reason.</summary>
    public TimeSpan KeepAtLeast { get; init; }

    /// <summary>With fewer free bytes on the file system it is low; on a small file system a tenth, or 48 MiB.</summary>
    public long AlertFree { get; init; }

    /// <summary>With fewer free bytes it counts as full; on a small file system a twentieth, or 24 MiB.</summary>
    public long Reserve { get; init; }

    /// <summary>When it is full: true deletes the oldest recordings, false stops recording output.</summary>
    public bool DeletesWhenFull { get; init; }

    /// <summary>The bytes of <see cref="AlertFree"/> on a file system of that size.</summary>
    public long AlertOn(long totalBytes) => Math.Min(AlertFree, Math.Max(totalBytes / 10, 2 * WorkingBytes));

    /// <summary>The bytes of <see cref="Reserve"/> on a file system of that size.</summary>
    public long ReserveOn(long totalBytes) => Math.Min(Reserve, Math.Max(totalBytes / 20, WorkingBytes));
}
