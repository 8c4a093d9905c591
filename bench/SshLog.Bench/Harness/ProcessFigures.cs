using System.Globalization;

namespace SshLog.Bench.Harness;

/// <summary>What the kernel has counted for a process, from /proc (proc(5)).</summary>
/// <param name="Cpu">User and system time.</param>
/// <param name="ContextSwitches">Voluntary and not, by thread.</param>
/// <param name="ResidentKiB">VmRSS.</param>
internal sealed record ProcessFigures(TimeSpan Cpu, IReadOnlyDictionary<string, long> ContextSwitches, long ResidentKiB)
{
    /// <summary>Context switches since then. A thread that has ended meanwhile takes its last ones along.</summary>
    public long SwitchesSince(ProcessFigures before) =>
        ContextSwitches.Sum(now => now.Value - before.ContextSwitches.GetValueOrDefault(now.Key));

    public static ProcessFigures OfSelf() => Of(Environment.ProcessId);

    public static ProcessFigures Of(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var switches = Directory.GetDirectories($"/proc/{pid}/task")
            .ToDictionary(task => task, task => Line(task, "voluntary_ctxt_switches") + Line(task, "nonvoluntary_ctxt_switches"));
        return new ProcessFigures(TimeSpan.FromMilliseconds(ticks * 10), switches, Line($"/proc/{pid}", "VmRSS"));
    }

    private static long Line(string directory, string key)
    {
        foreach (var line in File.ReadLines(Path.Combine(directory, "status")))
        {
            if (line.StartsWith(key + ":", StringComparison.Ordinal))
                return long.Parse(line[(key.Length + 1)..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }

        throw new InvalidDataException($"{directory}/status has no {key}");
    }
}
