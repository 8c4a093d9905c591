using System.Diagnostics;

namespace SshLog.Formatting;

/// <summary>What a process uses.</summary>
/// <param name="ProcessorTime">In user and kernel mode since it started.</param>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="OpenDescriptors">Entries of /proc/self/fd.</param>
/// <param name="Threads">Entries of /proc/self/task.</param>
/// <param name="AllocatedBytes">Managed memory allocated since it started, collected or not.</param>
public sealed record ProcessFigures(TimeSpan ProcessorTime, long ResidentBytes, int OpenDescriptors, int Threads, long AllocatedBytes)
{
    /// <summary>Of this process, now.</summary>
    public static ProcessFigures Read()
    {
        using var self = Process.GetCurrentProcess();
        return new ProcessFigures(
            self.TotalProcessorTime,
            self.WorkingSet64,
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            Directory.GetDirectories("/proc/self/task").Length,
            GC.GetTotalAllocatedBytes());
    }
}
