namespace SshLog.Persistence.Tests;

/// <summary>What disks do to files.</summary>
internal static class Damage
{
    public const int PageSize = 4096;

    /// <summary>Overwrites bytes.</summary>
    public static void Overwrite(string path, long at, int count)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = at;
        file.Write([.. Enumerable.Repeat((byte)0xa5, count)]);
    }

    /// <summary>Overwrites the page in the middle.</summary>
    public static void OverwriteMiddle(string path) =>
        Overwrite(path, new FileInfo(path).Length / PageSize / 2 * PageSize, PageSize);

    /// <summary>Cuts it in the middle of a page.</summary>
    public static void Cut(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.SetLength((file.Length / PageSize / 2 * PageSize) + 1000);
    }
}
