using System.ComponentModel;
using System.Globalization;
using SshLog.Native;

namespace SshLog.PluginHost;

/// <summary>
/// Who could have put something where plug-ins are: only root, or the user that this process runs as anyway. Links are not
/// followed, so that nothing is loaded from elsewhere.
/// </summary>
internal static class Trust
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>What speaks against a directory of plug-ins, its parents included; null for nothing.</summary>
    public static string? ComplaintAboutPlace(string directory)
    {
        for (var place = new DirectoryInfo(directory); place is not null; place = place.Parent)
        {
            // In a sticky directory such as /tmp nobody can put something else in another's place.
            var isSticky = place.FullName != directory && place.UnixFileMode.HasFlag(UnixFileMode.StickyBit);
            if (Complaint(place, mayBeShared: isSticky) is { } complaint)
                return complaint;
        }

        return null;
    }

    /// <summary>What speaks against a file, or a directory with everything in it; null for nothing.</summary>
    public static string? ComplaintAbout(FileSystemInfo entry)
    {
        if (Complaint(entry, mayBeShared: false) is { } complaint)
            return complaint;
        return entry is DirectoryInfo directory
            ? directory.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = true })
                .Select(inner => Complaint(inner, mayBeShared: false)).FirstOrDefault(c => c is not null)
            : null;
    }

    private static string? Complaint(FileSystemInfo entry, bool mayBeShared)
    {
        try
        {
            if (entry.LinkTarget is not null)
                return $"{entry.FullName} is a link; put what it points to in its place";
            var owner = UnixOwner.FindOwner(entry.FullName);
            if (owner != 0 && owner != _self.Value)
                return string.Create(CultureInfo.InvariantCulture, $"{entry.FullName} belongs to user {owner}; chown root it");
            return !mayBeShared && (entry.UnixFileMode & OthersWrite) != 0
                ? $"others than root may write {entry.FullName}; chmod go-w it"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            return $"{entry.FullName} cannot be looked at: {e.Message}";
        }
    }

    private static readonly Lazy<uint?> _self = new(() => UserDatabase.FindId(Environment.UserName));
}
