using System.Globalization;
using System.Net;
using System.Text;

namespace SshLog.Native;

/// <summary>How processes hang together, as /proc shows it (proc(5)); what has ended meanwhile is not there.</summary>
public static class ProcessTree
{
    // /proc counts in ticks of 10 ms.
    private const ulong Tolerance = 20_000_000;
    private const int MostAncestors = 64;
    private const int MostHops = 8;

    /// <summary>True if the process of this number began at that time: it is not another's number by now.</summary>
    /// <param name="pid">Process id.</param>
    /// <param name="startedAt">Nanoseconds since boot.</param>
    public static bool IsStartOf(int pid, ulong startedAt) => ProcessSignals.StartedAt(pid) is { } started
        && (started > startedAt ? started - startedAt : startedAt - started) <= Tolerance;

    /// <summary>The process and its ancestors, nearest first.</summary>
    public static IEnumerable<int> Lineage(int pid)
    {
        for (var count = 0; pid > 0 && count < MostAncestors; count++)
        {
            yield return pid;
            pid = ParentOf(pid);
        }
    }

    /// <summary>The children of a process.</summary>
    public static IReadOnlyList<int> Children(int pid) => [.. Processes().Where(other => ParentOf(other) == pid)];

    /// <summary>Descriptors of a process that point to what is wanted.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="isWanted">Asked with the target of the link, such as <c>/dev/ptmx</c> or <c>socket:[4711]</c>.</param>
    public static IReadOnlyList<int> Descriptors(int pid, Predicate<string> isWanted)
    {
        var found = new List<int>();
        try
        {
            foreach (var link in new DirectoryInfo(Proc(pid, "fd")).EnumerateFileSystemInfos())
            {
                if (link.LinkTarget is { } target && isWanted(target))
                    found.Add(int.Parse(link.Name, CultureInfo.InvariantCulture));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is out of reach.
        }

        return found;
    }

    /// <summary>
    /// Says whether a process belongs to the SSH connection that another process serves: as a descendant, through
    /// SSH_CONNECTION in the environment of an ancestor (a terminal multiplexer has left the connection's tree), or through
    /// a further ssh whose client on this machine belongs to it.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="server">The sshd process.</param>
    /// <param name="client">The address and port of the connection's client.</param>
    public static bool IsInside(int pid, int server, IPEndPoint client)
    {
        var sought = new HashSet<int> { pid };
        var clients = new HashSet<IPEndPoint>();
        for (var hop = 0; hop < MostHops && sought.Count > 0; hop++)
        {
            var next = new HashSet<int>();
            foreach (var ancestor in sought.SelectMany(Lineage).Distinct().ToList())
            {
                if (ancestor == server)
                    return true;
                if (ClientOf(ancestor) is not { } from)
                    continue;
                if (from.Equals(client))
                    return true;
                if (clients.Add(from))
                    next.UnionWith(OwnersOf(from));
            }

            sought = next;
        }

        return false;
    }

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    private static string Proc(int pid, string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}");

    private static byte[] Read(int pid, string file)
    {
        try
        {
            return File.ReadAllBytes(Proc(pid, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The parent of a process; 0 when it has ended, or has none.</summary>
    public static int ParentOf(int pid)
    {
        // The name may hold spaces and parentheses: fields are counted from its end.
        var text = Encoding.Latin1.GetString(Read(pid, "stat"));
        var end = text.LastIndexOf(')');
        return end > 0 && text[(end + 2)..].Split(' ') is [_, var parent, ..]
            && int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
    }

    /// <summary>SSH_CONNECTION of a process: "client-ip client-port server-ip server-port" (ssh(1)).</summary>
    private static IPEndPoint? ClientOf(int pid)
    {
        const string name = "SSH_CONNECTION=";
        foreach (var entry in Encoding.Latin1.GetString(Read(pid, "environ")).Split('\0'))
        {
            if (entry.StartsWith(name, StringComparison.Ordinal) && entry[name.Length..].Split(' ') is [var address, var port, ..]
                && IPAddress.TryParse(address, out var ip) && ushort.TryParse(port, CultureInfo.InvariantCulture, out var number))
            {
                return new IPEndPoint(ip, number);
            }
        }

        return null;
    }

    /// <summary>Processes on this machine that hold the TCP socket bound to that address.</summary>
    private static HashSet<int> OwnersOf(IPEndPoint local)
    {
        var links = SocketTable.InodesOf(local).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
        return links.Count == 0 ? [] : [.. Processes().Where(pid => Descriptors(pid, links.Contains).Count > 0)];
    }
}
