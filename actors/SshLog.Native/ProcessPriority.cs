using System.Globalization;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>How the scheduler weighs this process against others (sched(7)).</summary>
public static partial class ProcessPriority
{
    private const int Process = 0;

    /// <summary>
    /// Gives every thread a nice value (setpriority(2), which counts for one thread on Linux); threads that start later have that of the
    /// thread that starts them.
    /// </summary>
    /// <param name="nice">-20, the most processor time, to 19.</param>
    /// <returns>
    /// False if the kernel refused: to go below the present one takes CAP_SYS_NICE or a limit of nice values (RLIMIT_NICE, setrlimit(2)).
    /// </returns>
    public static bool TrySetNice(int nice)
    {
        foreach (var thread in Directory.GetDirectories("/proc/self/task"))
        {
            // One that has ended meanwhile is none that was refused.
            var id = uint.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture);
            if (SetPriority(Process, id, nice) != 0 && Directory.Exists(thread))
                return false;
        }

        return true;
    }

    /// <summary>The beginning of a command line, before which only programs go that execute the next one: nice(1) with what gives it nice 0.</summary>
    /// <returns>Nothing where this process has nice 0 itself.</returns>
    public static string[] Usual() => GetPriority(Process, 0) is var nice and not 0
        ? ["nice", "-n", (-nice).ToString(CultureInfo.InvariantCulture)]
        : [];

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int nice);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, uint who);
}
