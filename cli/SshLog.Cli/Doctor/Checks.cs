using System.Diagnostics;
using System.Runtime.InteropServices;
using SshLog.Core.Probe;
using SshLog.Native;

namespace SshLog.Cli.Doctor;

/// <summary>The checks of <c>sshlog doctor</c>, in the order in which they run. Another one is a line here.</summary>
internal static class Checks
{
    /// <summary>Directory of all pins: the default of sshlog.probe.pin-directory.</summary>
    private const string PinRoot = "/sys/fs/bpf/sshlog";

    private static readonly Version _oldestKernel = new(5, 8);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        Kernel, Btf, Permission, Libraries, Sshd, Daemon, Loss, Pins, Blind, ServiceChecks.Configuration, ServiceChecks.Clock, ServiceChecks.Actions,
    ];

    private static IEnumerable<Finding> Kernel(Patient patient)
    {
        var kernel = Environment.OSVersion.Version;
        yield return kernel >= _oldestKernel
            ? new Finding("kernel", Severity.Good, $"kernel {kernel}")
            : new Finding("kernel", Severity.Bad, $"kernel {kernel} is too old", "boot a kernel of 5.8 or later");
    }

    private static IEnumerable<Finding> Btf(Patient patient)
    {
        const string path = "/sys/kernel/btf/vmlinux";
        yield return File.Exists(path)
            ? new Finding("btf", Severity.Good, "the kernel has type information (BTF)")
            : new Finding("btf", Severity.Bad, $"{path} is missing", "boot a kernel with CONFIG_DEBUG_INFO_BTF=y");
    }

    private static IEnumerable<Finding> Permission(Patient patient)
    {
        // A daemon that records has the permission, whoever asks.
        if (patient.Status is not null)
            yield break;
        if (!Environment.IsPrivilegedProcess)
        {
            yield return new Finding(
                "permission", Severity.Warning, "not root: sessions, pins and permissions cannot be looked at", "run it as root");
            yield break;
        }

        const string lockdown = "/sys/kernel/security/lockdown";
        if (File.Exists(lockdown) && File.ReadAllText(lockdown).Contains("[confidentiality]", StringComparison.Ordinal))
        {
            yield return new Finding(
                "permission", Severity.Bad, "kernel lockdown is in confidentiality mode, which forbids tracing",
                "boot with lockdown=integrity or none");
        }
    }

    private static IEnumerable<Finding> Libraries(Patient patient)
    {
        // A daemon that runs has found what it needs.
        if (patient.Status is null && !NativeLibrary.TryLoad("libbpf.so.1", out _))
            yield return new Finding("libraries", Severity.Bad, "libbpf.so.1 is not installed", "apt-get install libbpf1");
        if (!Zstd.IsAvailable)
            yield return new Finding("libraries", Severity.Warning, "libzstd.so.1 is not installed: recordings are not compressed", "apt-get install libzstd1");
    }

    private static IEnumerable<Finding> Sshd(Patient patient)
    {
        var program = Array.Find(["/usr/sbin/sshd", "/usr/local/sbin/sshd"], File.Exists);
        if (program is null)
        {
            yield return new Finding(
                "sshd", Severity.Warning, "no sshd in /usr/sbin or /usr/local/sbin", "install OpenSSH, if it is to be recorded");
            yield break;
        }

        yield return new Finding("sshd", Severity.Good, $"{program}, {VersionOf(program)}");
    }

    private static IEnumerable<Finding> Daemon(Patient patient)
    {
        if (patient.Status is not { } status)
        {
            yield return new Finding("daemon", Severity.Bad, $"sshlogd cannot be asked: {patient.Problem}", "systemctl start sshlogd");
            yield break;
        }

        yield return new Finding("daemon", Severity.Good, $"sshlogd {status.DaemonVersion}, pid {status.Pid}");
        yield return status.Probe.StartsWith("tp_btf", StringComparison.Ordinal)
            ? new Finding("probe", Severity.Good, $"attached ({status.Probe})")
            : new Finding("probe", Severity.Bad, status.Probe, "see the daemon's log");
    }

    private static IEnumerable<Finding> Loss(Patient patient)
    {
        if (patient.Status is { } status && (status.LostRecords > 0 || status.LostBytes > 0))
        {
            yield return new Finding(
                "loss", Severity.Warning,
                $"{Quantities.Count(status.LostRecords, "record")} and {Quantities.Count(status.LostBytes, "byte")} lost since the probe was attached",
                "a larger sshlog.probe.ring-buffer; the recordings say where");
        }
    }

    private static IEnumerable<Finding> Pins(Patient patient)
    {
        if (!Environment.IsPrivilegedProcess || !Directory.Exists(PinRoot))
            yield break;
        foreach (var instance in Directory.GetDirectories(PinRoot))
        {
            var state = PinName.Unescape(Path.GetFileName(instance));
            if (HolderOf(state) is { } pid)
            {
                yield return new Finding("pins", Severity.Good, $"the probe of {state} is pinned by pid {pid}");
                continue;
            }

            if (patient.Fix)
                RemovePins(instance);
            yield return patient.Fix
                ? new Finding("pins", Severity.Good, $"the pins of {state}, which no daemon used, are removed")
                : new Finding(
                    "pins", Severity.Warning, $"the probe of {state} is attached and no daemon reads it",
                    "start that daemon again, which goes on there; or sshlog doctor --fix, which removes it with what it holds");
        }
    }

    private static IEnumerable<Finding> Blind(Patient patient)
    {
        if (patient.Monitors is null || !Environment.IsPrivilegedProcess)
            yield break;
        var blind = SshdProcesses.Find().Where(sshd => !patient.Monitors.Contains(sshd.Pid)).ToArray();
        foreach (var sshd in blind)
        {
            yield return new Finding(
                "blind", Severity.Bad, $"attached but blind to pid {sshd.Pid} because {sshd.WhyUnknown()}",
                "restart sshlogd, which looks for existing sessions; if it stays, report it with OpenSSH's version");
        }

        if (blind.Length == 0)
            yield return new Finding("blind", Severity.Good, "every SSH session of this machine is known to the daemon");
    }

    private static string VersionOf(string program)
    {
        // sshd has no option for its version up to 9.1: with a wrong one it says it on standard error.
        using var run = Process.Start(new ProcessStartInfo(program, ["-V"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var said = run.StandardError.ReadToEnd();
        run.WaitForExit();
        var line = said.Split('\n').FirstOrDefault(l => l.StartsWith("OpenSSH", StringComparison.Ordinal));
        return line?.Split(',')[0] ?? "of unknown version";
    }

    /// <summary>The process that holds a state directory, which its file <c>pid</c> names; null if it is gone.</summary>
    private static int? HolderOf(string state) =>
        NamedIn(Path.Combine(state, "pid")) ?? Daemons().Where(pid => NamedIn($"/proc/{pid}/root{state}/pid") == pid).Cast<int?>().FirstOrDefault();

    private static int? NamedIn(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(file).Trim(), out var pid)
                && File.ReadAllText($"/proc/{pid}/cmdline").Contains("sshlogd", StringComparison.Ordinal)
                ? pid
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Daemons whose state directory is not to be seen from here: in a container, or outside of this one.</summary>
    private static IEnumerable<int> Daemons()
    {
        foreach (var process in Process.GetProcessesByName("sshlogd"))
        {
            using (process)
                yield return process.Id;
        }
    }

    // The links first: the programs stop before their maps go.
    private static void RemovePins(string directory)
    {
        foreach (var inner in Directory.GetDirectories(directory))
            RemovePins(inner);
        foreach (var pin in Directory.GetFiles(directory).OrderBy(
            p => !Path.GetFileName(p).StartsWith("link_", StringComparison.Ordinal)))
        {
            File.Delete(pin);
        }

        Directory.Delete(directory);
    }
}
