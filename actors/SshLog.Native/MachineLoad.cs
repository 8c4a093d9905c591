using System.Globalization;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>Whether there is processor time that nobody else wants.</summary>
public static partial class MachineLoad
{
    private const int OnlineProcessors = 84;

    private static readonly long _processors = Configured(OnlineProcessors);

    /// <summary>True if as many threads as there are processors, or more, run or want to run now (sysconf(3) _SC_NPROCESSORS_ONLN).</summary>
    public static bool IsBusy() => Runnable() >= _processors;

    /// <summary>How many threads of the machine run or want to run now (/proc/loadavg, proc(5)), the calling one left out.</summary>
    public static int Runnable()
    {
        var running = File.ReadAllText("/proc/loadavg").Split(' ')[3].Split('/')[0];
        return int.Parse(running, CultureInfo.InvariantCulture) - 1;
    }

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial long Configured(int name);
}
