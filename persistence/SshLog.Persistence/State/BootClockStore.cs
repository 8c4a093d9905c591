using System.Globalization;
using SshLog.Core.Identity;

namespace SshLog.Persistence.State;

/// <summary>
/// The boot-to-wall offset of each boot, stored the first time a daemon runs in it, a line each:
/// boot id, then the UTC time of boot (RFC 3339).
/// </summary>
public static class BootClockStore
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    // Older boots are needed only to derive ids of their sessions again, which end with their boot.
    private const int BootsKept = 32;

    /// <summary>The clock of this boot, stored now if it is not yet.</summary>
    /// <param name="file">Where.</param>
    /// <param name="bootId">This boot.</param>
    /// <param name="now">UTC wall time now.</param>
    /// <param name="sinceBoot">CLOCK_BOOTTIME now.</param>
    /// <exception cref="StateDirectoryException">The file cannot be read or written.</exception>
    public static BootClock LoadOrStore(string file, Guid bootId, DateTimeOffset now, TimeSpan sinceBoot)
    {
        try
        {
            var clocks = Read(file);
            if (clocks.Find(c => c.BootId == bootId) is { } known)
                return known;
            var clock = new BootClock(bootId, now.ToUniversalTime() - sinceBoot);
            Write(file, [.. clocks.TakeLast(BootsKept - 1), clock]);
            return clock;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException($"The boot clock {file} cannot be kept: {e.Message}", false, e);
        }
    }

    /// <summary>The kernel's id of this boot.</summary>
    public static Guid CurrentBootId() => Guid.Parse(File.ReadAllText(BootIdFile).Trim());

    private static List<BootClock> Read(string file)
    {
        var clocks = new List<BootClock>();
        if (!File.Exists(file))
            return clocks;
        foreach (var line in File.ReadLines(file))
        {
            var parts = line.Split(' ');
            if (parts.Length == 2 && Guid.TryParse(parts[0], out var bootId)
                && DateTimeOffset.TryParse(
                    parts[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var booted))
            {
                clocks.Add(new BootClock(bootId, booted));
            }
        }

        return clocks;
    }

    private static void Write(string file, IEnumerable<BootClock> clocks)
    {
        var temporary = file + ".new";
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(stream))
        {
            foreach (var clock in clocks)
                writer.WriteLine($"{clock.BootId:D} {clock.BootedAt.UtcDateTime:O}");
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
