using System.Diagnostics;
using System.Globalization;
using SshLog.Core.Rules;
using SshLog.Native;

namespace SshLog.PluginHost.Children;

/// <summary>How to start a plug-in's process.</summary>
/// <param name="Plugin">Its name, for people.</param>
/// <param name="Command">Program and arguments; a program with a slash is relative to <paramref name="Directory"/>.</param>
/// <param name="Directory">Where it starts.</param>
/// <param name="MemoryBytes">Private data that it may have (RLIMIT_DATA).</param>
internal sealed record Launch(string Plugin, IReadOnlyList<string> Command, string Directory, long MemoryBytes)
{
    private const string Nobody = "nobody";
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>A line that goes before the protocol; null for none.</summary>
    public byte[]? FirstLine { get; init; }

    /// <summary>Variables beside PATH and LANG.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// A session of its own, limits, another user, no way to more rights; each of these programs executes the next in its
    /// own place, so the process keeps its number and leads its group.
    /// </summary>
    /// <exception cref="PluginException">There is no user to run it as.</exception>
    public ProcessStartInfo Prepare(PluginSettings settings)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory,
        };
        string[] words =
        [
            "--", "prlimit",
            string.Create(CultureInfo.InvariantCulture, $"--data={MemoryBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"--cpu={Math.Ceiling(settings.CpuTime.TotalSeconds)}"),
            string.Create(CultureInfo.InvariantCulture, $"--nproc={settings.Processes}"),
            "--core=0", "--nofile=256",
            // When memory is short it goes before the daemon does.
            "choom", "-n", "500", "--",
            .. ProcessPriority.Usual(),
            "setpriv", .. User(settings), "--inh-caps", "-all", "--no-new-privs", "--", .. Command,
        ];
        foreach (var word in words)
            start.ArgumentList.Add(word);
        start.Environment.Clear();
        start.Environment["PATH"] = SearchPath;
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["HOME"] = "/nonexistent";
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>True if there is a program of that name where programs are looked for.</summary>
    public static bool Has(string program) => SearchPath.Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    /// <summary>Makes sure that the user can get at a file, before it fails in a way that says less.</summary>
    /// <exception cref="PluginException">It cannot; the message says what is in the way.</exception>
    public void MustReach(string file, PluginSettings settings)
    {
        if (settings.User.Length == 0 || !Environment.IsPrivilegedProcess)
            return;
        var path = Path.GetFullPath(file, Directory);
        if (!File.Exists(path))
            throw new PluginException($"there is no program {path}");
        for (var place = new FileInfo(path).Directory; place is not null; place = place.Parent)
        {
            if (!place.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                throw new PluginException($"{place.FullName} is closed to the user {settings.User}, who must get at {path}; chmod o+x it");
        }

        if (!File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead))
            throw new PluginException($"{path} is closed to the user {settings.User}; chmod o+r it");
    }

    private static string[] User(PluginSettings settings)
    {
        if (settings.User.Length == 0 || !Environment.IsPrivilegedProcess)
            return [];
        var user = UserDatabase.FindId(settings.User) is null ? Nobody : settings.User;
        var id = UserDatabase.FindId(user)
            ?? throw new PluginException($"there is neither a user {settings.User} nor {Nobody}: set sshlog.plugins.user");
        var number = id.ToString(CultureInfo.InvariantCulture);
        var group = UserDatabase.FindGroups(user).FirstOrDefault()
            ?? throw new PluginException($"the user {user} has no group: set sshlog.plugins.user");
        return ["--reuid", number, "--regid", group, "--clear-groups"];
    }
}

/// <summary>A plug-in did not do what it should; the message says what.</summary>
internal sealed class PluginException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True if its process has ended.</summary>
    public bool HasEnded { get; init; }
}
