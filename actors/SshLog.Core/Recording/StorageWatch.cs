using SshLog.Core.Events;

namespace SshLog.Core.Recording;

/// <summary>Which level the room for recordings is at. Pure: a level is left only when there is clearly more room again.</summary>
public static class StorageWatch
{
    /// <summary>The level after a measurement.</summary>
    /// <param name="before">The level so far.</param>
    /// <param name="freeBytes">Bytes that are free.</param>
    /// <param name="totalBytes">Size of the file system; 0 when not known, which changes nothing.</param>
    /// <param name="policy">The limits.</param>
    public static StorageLevel Next(StorageLevel before, long freeBytes, long totalBytes, RetentionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var (alert, reserve) = (policy.AlertOn(totalBytes), policy.ReserveOn(totalBytes));
        if (totalBytes <= 0)
            return before;
        var full = policy.DeletesWhenFull ? StorageLevel.DeletingOldest : StorageLevel.OutputStopped;
        var wasFull = before is StorageLevel.OutputStopped or StorageLevel.DeletingOldest;
        if (freeBytes < reserve)
            return wasFull ? before : full;
        if (wasFull && freeBytes < reserve + ((alert - reserve) / 2))
            return before;
        if (freeBytes < alert || (before == StorageLevel.Low && freeBytes < alert + (alert / 10)))
            return StorageLevel.Low;
        return StorageLevel.Enough;
    }
}
