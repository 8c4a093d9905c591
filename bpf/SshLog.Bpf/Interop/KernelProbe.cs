using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SshLog.Bpf.Wire;

namespace SshLog.Bpf.Interop;

/// <summary>The loaded kernel program with its maps and attachments.</summary>
internal sealed unsafe class KernelProbe : IKernelMaps, IDisposable
{
    private static readonly string[] Tracepoints = ["on_sys_exit", "on_fork", "on_exec", "on_exit"];

    private readonly BpfObjectHandle probe;
    private readonly List<BpfLinkHandle> links = [];
    private readonly int sessions;
    private readonly int channels;
    private readonly int counters;
    private readonly int[] programs;

    private KernelProbe(BpfObjectHandle probe, long ringBytes, ulong epoch)
    {
        this.probe = probe;
        Epoch = epoch;
        sessions = FindMap("sessions");
        channels = FindMap("channels");
        counters = FindMap("counters");
        programs = [.. Tracepoints.Select(name => LibBpf.ProgramDescriptor(LibBpf.FindProgram(probe, name)))];
        Ring = new RingBuffer(FindMap("records"), ringBytes);
    }

    /// <summary>CLOCK_BOOTTIME at the attachment in nanoseconds.</summary>
    public ulong Epoch { get; }

    /// <summary>Where the records come from.</summary>
    public RingBuffer Ring { get; }

    /// <summary>Loads the program of this machine's architecture; nothing is attached yet.</summary>
    /// <exception cref="Win32Exception">With the errno of libbpf.</exception>
    public static KernelProbe Load(long ringBytes)
    {
        var image = ReadImage();
        BpfObjectHandle probe;
        fixed (byte* start = image)
            probe = LibBpf.OpenMemory(start, (nuint)image.Length, null);
        try
        {
            if (probe.IsInvalid)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            var epoch = LibC.BootNanoseconds();
            var settings = new Settings { EpochNs = epoch, OutputLimit = (ulong)(ringBytes / 8 * 7) };
            Check(LibBpf.SetInitialValue(
                LibBpf.FindMap(probe, ".rodata.settings"), &settings, (nuint)sizeof(Settings)));
            Check(LibBpf.SetMaxEntries(LibBpf.FindMap(probe, "records"), (uint)ringBytes));
            Check(LibBpf.Load(probe));
            return new KernelProbe(probe, ringBytes, epoch);
        }
        catch
        {
            probe.Dispose();
            throw;
        }
    }

    /// <summary>From here on the kernel records.</summary>
    /// <exception cref="Win32Exception">With the errno of libbpf.</exception>
    public void Attach()
    {
        foreach (var name in Tracepoints)
            links.Add(AttachProgram(name));
    }

    /// <summary>From here on the kernel records nothing; what the ring buffer holds stays readable.</summary>
    public void Detach()
    {
        links.ForEach(link => link.Dispose());
        links.Clear();
    }

    /// <summary>
    /// Finds the sessions that were there before the attachment. Three passes, because a process is found through its
    /// parent, and a pass may meet the child first.
    /// </summary>
    /// <returns>Records, one after the other, each as long as its header says.</returns>
    /// <exception cref="Win32Exception">An iterator failed.</exception>
    public byte[] FindExisting()
    {
        for (var pass = 0; pass < 3; pass++)
            RunIterator("seed");
        return RunIterator("announce");
    }

    /// <summary>The probe's own counters, summed over the processors.</summary>
    public CpuCounters ReadCounters()
    {
        var each = new CpuCounters[Math.Max(1, LibBpf.PossibleCpus())];
        uint slot = 0;
        fixed (CpuCounters* first = each)
        {
            if (LibBpf.LookUp(counters, &slot, first) != 0)
                return default;
        }

        return each.Aggregate((sum, one) => new CpuCounters
        {
            Attempted = sum.Attempted + one.Attempted,
            LostRecords = sum.LostRecords + one.LostRecords,
            LostBytes = sum.LostBytes + one.LostBytes,
            UnreadableBytes = sum.UnreadableBytes + one.UnreadableBytes,
            NoRoom = sum.NoRoom + one.NoRoom,
        });
    }

    /// <summary>
    /// How often a program was not run because it was running already on that processor
    /// (bpf_prog_info.recursion_misses, Linux 5.12; 0 before).
    /// </summary>
    public ulong ReadRecursionMisses()
    {
        const int recursionMisses = 208;
        ulong sum = 0;
        var info = stackalloc byte[256];
        foreach (var program in programs)
        {
            new Span<byte>(info, 256).Clear();
            uint size = 256;
            if (LibBpf.GetInfo(program, info, &size) == 0 && size >= recursionMisses + sizeof(ulong))
                sum += *(ulong*)(info + recursionMisses);
        }

        return sum;
    }

    public bool TryGetSession(WireSessionKey key, out SessionValue value)
    {
        fixed (SessionValue* found = &value)
            return LibBpf.LookUp(sessions, &key, found) == 0;
    }

    public bool TryGetChannel(in ChannelKey key, out ChannelValue value)
    {
        fixed (ChannelKey* sought = &key)
        fixed (ChannelValue* found = &value)
            return LibBpf.LookUp(channels, sought, found) == 0;
    }

    public IReadOnlyList<ChannelKey> FindChannels(WireSessionKey session)
    {
        var found = new List<ChannelKey>();
        ChannelKey key, next;
        for (var more = LibBpf.NextKey(channels, null, &next); more == 0; more = LibBpf.NextKey(channels, &key, &next))
        {
            key = next;
            if (key.Session.StartNs == session.StartNs && key.Session.Pid == session.Pid)
                found.Add(key);
        }

        return found;
    }

    public void DeleteSession(WireSessionKey key) => _ = LibBpf.Delete(sessions, &key);

    public void DeleteChannel(in ChannelKey key)
    {
        fixed (ChannelKey* sought = &key)
            _ = LibBpf.Delete(channels, sought);
    }

    public void Dispose()
    {
        Detach();
        Ring.Dispose();
        probe.Dispose();
    }

    /// <summary>The compiled program of this machine's architecture.</summary>
    internal static byte[] ReadImage()
    {
        var architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x86",
            Architecture.Arm64 => "arm64",
            var other => throw new PlatformNotSupportedException($"There is no probe for {other}."),
        };
        using var stream = typeof(KernelProbe).Assembly.GetManifestResourceStream($"sshlog.{architecture}.bpf.o")!;
        var image = new byte[stream.Length];
        stream.ReadExactly(image);
        return image;
    }

    private static void Check(int result)
    {
        if (result < 0)
            throw new Win32Exception(-result);
    }

    private int FindMap(string name) => LibBpf.MapDescriptor(LibBpf.FindMap(probe, name));

    private BpfLinkHandle AttachProgram(string name)
    {
        var link = LibBpf.Attach(LibBpf.FindProgram(probe, name));
        if (!link.IsInvalid)
            return link;
        var error = Marshal.GetLastPInvokeError();
        link.Dispose();
        throw new Win32Exception(error);
    }

    private byte[] RunIterator(string name)
    {
        using var link = AttachProgram(name);
        using var reader = new Descriptor(LibBpf.CreateIterator(LibBpf.LinkDescriptor(link)));
        if (reader.IsInvalid)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return reader.ReadToEnd();
    }
}
