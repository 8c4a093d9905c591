using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using SshLog.Bpf.Interop;
using SshLog.Core.Probe;

namespace SshLog.Bpf;

/// <summary>
/// What the probe needs of the machine, asked before libbpf is: libbpf answers a missing BTF with "No such process" and
/// a missing permission with advice about RLIMIT_MEMLOCK.
/// </summary>
internal static class ProbeRequirements
{
    private const string BtfPath = "/sys/kernel/btf/vmlinux";
    private const int CapSysAdmin = 21;
    private const int CapPerfmon = 38;
    private const int CapBpf = 39;
    private static readonly Version OldestKernel = new(5, 8);

    /// <exception cref="ProbeUnavailableException">Something is missing.</exception>
    public static void Check()
    {
        if (LibC.EffectiveUser() != 0 && !HasCapabilities(File.ReadLines("/proc/self/status")))
        {
            throw new ProbeUnavailableException(
                ProbeUnavailableReason.NotRoot, "Recording needs root: start sshlogd as root.");
        }

        CheckKernel(Environment.OSVersion.Version);
        if (!File.Exists(BtfPath))
        {
            throw new ProbeUnavailableException(
                ProbeUnavailableReason.NoBtf,
                $"This kernel has no type information ({BtfPath} is missing): it needs CONFIG_DEBUG_INFO_BTF=y.");
        }

        if (!NativeLibrary.TryLoad(LibBpf.Library, out _))
        {
            throw new ProbeUnavailableException(
                ProbeUnavailableReason.LibbpfMissing,
                $"{LibBpf.Library} is not installed: apt-get install libbpf1.");
        }
    }

    /// <exception cref="ProbeUnavailableException">The kernel is too old.</exception>
    public static void CheckKernel(Version kernel)
    {
        if (kernel < OldestKernel)
        {
            throw new ProbeUnavailableException(
                ProbeUnavailableReason.KernelTooOld,
                $"Kernel {kernel.Major}.{kernel.Minor} is too old: recording needs 5.8 or later.");
        }
    }

    /// <summary>True if the effective capabilities of a /proc/PID/status allow bpf(2) and tracing.</summary>
    public static bool HasCapabilities(IEnumerable<string> status)
    {
        var line = status.FirstOrDefault(text => text.StartsWith("CapEff:", StringComparison.Ordinal));
        if (!ulong.TryParse(line?["CapEff:".Length..].Trim(), NumberStyles.HexNumber, null, out var effective))
            return false;
        bool Has(int capability) => (effective >> capability & 1) != 0;
        return Has(CapSysAdmin) || (Has(CapBpf) && Has(CapPerfmon));
    }

    /// <summary>What a failed load or attachment means.</summary>
    public static ProbeUnavailableException Explain(Win32Exception failure) =>
        failure.NativeErrorCode == LibC.ErrnoPermission
            ? new ProbeUnavailableException(
                ProbeUnavailableReason.NoPermission,
                "The kernel refuses bpf(2) to this process: in a container it needs --privileged (or CAP_BPF, "
                + "CAP_PERFMON and CAP_SYS_RESOURCE); otherwise lockdown or a security module forbids it.")
            : new ProbeUnavailableException(
                ProbeUnavailableReason.LoadFailed,
                $"The kernel {Environment.OSVersion.Version} did not accept the probe: {failure.Message}; "
                + "sshlogd --debug shows what libbpf says of it.");
}
