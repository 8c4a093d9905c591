namespace SshLog.Native;

/// <summary>An sshd process that serves a connection on which somebody works, as /proc shows it.</summary>
/// <param name="Pid">The process that holds the connection and is no other such process's child.</param>
/// <param name="Name">Its name (comm).</param>
/// <param name="Program">Its program file; empty if it cannot be read.</param>
public sealed record SshdProcess(int Pid, string Name, string Program)
{
    /// <summary>Why the probe does not know it, as far as its rules can say; completes "because".</summary>
    public string WhyUnknown()
    {
        if (Name is not ("sshd" or "sshd-session"))
            return $"its process is named {Name}, not sshd or sshd-session";
        return IsOfRoot(Program)
            ? $"the probe has not seen it begin ({Program})"
            : $"its program {Program} does not belong to root";
    }

    private static bool IsOfRoot(string program)
    {
        try
        {
            return UnixOwner.FindOwner(program) == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // In another mount namespace, or replaced since it was started.
            return true;
        }
    }
}

/// <summary>
/// Finds SSH sessions without the probe, by other signs than the probe's, so that what it misses is noticed: a process
/// of a program called sshd-something that holds an established TCP connection and has a descendant that is no sshd.
/// A connection without any program (<c>ssh -N</c>) is not found.
/// </summary>
public static class SshdProcesses
{
    private const string Established = "01";

    /// <summary>The sessions of this process's pid and network namespace.</summary>
    public static IReadOnlyList<SshdProcess> Find()
    {
        var parents = new Dictionary<int, int>();
        var sshds = new Dictionary<int, SshdProcess>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out var pid) || ReadParent(directory) is not { } parent)
                continue;
            parents[pid] = parent;
            if (ReadSshd(directory, pid) is { } sshd)
                sshds[pid] = sshd;
        }

        if (sshds.Count == 0)
            return [];
        var working = WithDescendants(parents, sshds);
        var connections = ReadConnections();
        var serving = sshds.Values.Where(s => working.Contains(s.Pid) && HoldsOne(s.Pid, connections))
            .ToDictionary(s => s.Pid);
        return [.. serving.Values.Where(s => !serving.ContainsKey(parents[s.Pid]))];
    }

    /// <summary>The sshds under which something that is no sshd runs.</summary>
    private static HashSet<int> WithDescendants(Dictionary<int, int> parents, Dictionary<int, SshdProcess> sshds)
    {
        var found = new HashSet<int>();
        foreach (var pid in parents.Keys.Where(pid => !sshds.ContainsKey(pid)))
        {
            // The processes of a moment need not form a tree: pids are given again while /proc is read.
            var steps = 0;
            for (var up = parents[pid]; up > 1 && steps < 64 && parents.TryGetValue(up, out var next); up = next, steps++)
            {
                if (sshds.ContainsKey(up))
                    found.Add(up);
            }
        }

        return found;
    }

    private static int? ReadParent(string directory)
    {
        try
        {
            // The name in parentheses may hold anything.
            var stat = File.ReadAllText(Path.Combine(directory, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SshdProcess? ReadSshd(string directory, int pid)
    {
        try
        {
            var name = File.ReadAllText(Path.Combine(directory, "comm")).TrimEnd('\n');
            var program = ReadLink(Path.Combine(directory, "exe"));
            return Path.GetFileName(program).StartsWith("sshd", StringComparison.Ordinal)
                ? new SshdProcess(pid, name, program)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static HashSet<string> ReadConnections()
    {
        const int state = 3, inode = 9;
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in (ReadOnlySpan<string>)["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table))
                continue;
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > inode && fields[state] == Established)
                    found.Add($"socket:[{fields[inode]}]");
            }
        }

        return found;
    }

    private static bool HoldsOne(int pid, HashSet<string> connections)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd").Any(fd => connections.Contains(ReadLink(fd)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string ReadLink(string path) => new FileInfo(path).LinkTarget ?? string.Empty;
}
