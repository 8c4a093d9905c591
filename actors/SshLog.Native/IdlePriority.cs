using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SshLog.Native;

/// <summary>Work that must not take the processor from anything else.</summary>
public static partial class IdlePriority
{
    private const int Other = 0;
    private const int Idle = 5;

    private static readonly ConcurrentDictionary<int, byte> _threads = new();

    /// <summary>From now on the calling thread runs when nothing else wants to (SCHED_IDLE, sched(7)).</summary>
    /// <returns>False if the kernel refused; the thread then runs as before.</returns>
    public static bool TryTake()
    {
        if (!TrySet(0, Idle))
            return false;
        _threads[ThreadId()] = 0;
        return true;
    }

    /// <summary>
    /// Gives every thread that took it the usual priority back: who waits for such a thread, as at the end of the process, would wait for
    /// everything else on the machine. Without CAP_SYS_NICE it needs a limit of nice values that includes 0 (RLIMIT_NICE, setrlimit(2)).
    /// </summary>
    public static void GiveBack()
    {
        foreach (var thread in _threads.Keys)
        {
            // The number of one that is gone may be another process's by now.
            if (_threads.TryRemove(thread, out _) && Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{thread}")))
                TrySet(thread, Other);
        }
    }

    private static unsafe bool TrySet(int thread, int policy)
    {
        var priority = 0;
        return SetScheduler(thread, policy, &priority) == 0;
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static unsafe partial int SetScheduler(int thread, int policy, int* priority);
}
