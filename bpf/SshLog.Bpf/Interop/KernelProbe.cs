using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SshLog.Bpf.Wire;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Interop;

/// <summary>The loaded kernel program with its maps and attachments.</summary>
internal sealed unsafe class KernelProbe : IKernelMaps, IDisposable
{
    private static readonly string[] Tracepoints = ["on_sys_exit", "on_fork", "on_exec", "on_exit"];

    private const string SettingsMap = ".rodata.settings";

    private readonly BpfObjectHandle? loaded;
    private readonly PinDirectory? pins;
    private readonly List<BpfLinkHandle> links = [];
    private readonly List<Descriptor> pinned = [];
    private readonly int sessions;
    private readonly int channels;
    private readonly int pipeEnds;
    private readonly int counters;
    private readonly int reported;
    private readonly int signIns;
    private readonly int[] programs;

    private KernelProbe(BpfObjectHandle loaded, long ringBytes, ulong epoch, PinDirectory? pins)
    {
        this.loaded = loaded;
        this.pins = pins;
        Epoch = epoch;
        sessions = FindMap("sessions");
        channels = FindMap("channels");
        pipeEnds = FindMap("pipe_ends");
        counters = FindMap("counters");
        reported = FindMap("reported_losses");
        signIns = FindMap("sign_in_progress");
        programs = [.. Tracepoints.Select(name => LibBpf.ProgramDescriptor(LibBpf.FindProgram(loaded, name)))];
        Ring = new RingBuffer(FindMap("records"), ringBytes, keeps: pins is not null);
    }

    private KernelProbe(PinDirectory pins, long ringBytes)
    {
        this.pins = pins;
        try
        {
            sessions = Take("map_sessions");
            channels = Take("map_channels");
            pipeEnds = Take("map_pipe_ends");
            counters = Take("map_counters");
            reported = Take("map_reported_losses");
            signIns = Take("map_sign_in_progress");
            programs = [.. Tracepoints.Select(name => Take("prog_" + name))];
            foreach (var name in Tracepoints)
                Take("link_" + name);
            Settings settings;
            uint slot = 0;
            if (LibBpf.LookUp(Take("map_" + SettingsMap), &slot, &settings) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            Epoch = settings.EpochNs;
            LeftIncomplete = ReadReportedLosses(default) != 0;
            Ring = new RingBuffer(Take("map_records"), ringBytes, keeps: true);
        }
        catch
        {
            pinned.ForEach(pin => pin.Dispose());
            throw;
        }
    }

    /// <summary>CLOCK_BOOTTIME at the attachment in nanoseconds.</summary>
    public ulong Epoch { get; }

    /// <summary>True if it was attached already, by a daemon that is gone: nothing was missed since.</summary>
    public bool IsResumed => loaded is null;

    /// <summary>True if that daemon had read more than the ring buffer kept for us: something may not have been recorded.</summary>
    public bool LeftIncomplete { get; }

    /// <summary>True if it stays attached when this process dies.</summary>
    public bool IsPinned => pins is not null;

    /// <summary>Where the records come from.</summary>
    public RingBuffer Ring { get; }

    /// <summary>Loads the program of this machine's architecture; nothing is attached yet.</summary>
    /// <param name="ringBytes">Size of the ring buffer.</param>
    /// <param name="pins">A prepared directory that <see cref="Attach"/> pins everything in; null not to.</param>
    /// <exception cref="Win32Exception">With the errno of libbpf.</exception>
    public static KernelProbe Load(ProbeOptions options, PinDirectory? pins = null)
    {
        long ringBytes = options.RingBufferBytes;
        var image = ReadImage();
        BpfObjectHandle probe;
        fixed (byte* start = image)
            probe = LibBpf.OpenMemory(start, (nuint)image.Length, null);
        try
        {
            if (probe.IsInvalid)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            var epoch = LibC.BootNanoseconds();
            var settings = new Settings
            {
                EpochNs = epoch,
                OutputLimit = (ulong)(ringBytes / 8 * 7),
                ChannelLimit = (ulong)options.ChannelBytes,
                TransferLimit = (ulong)Math.Min(options.ChannelBytes, ProbeOptions.TransferStreamBytes),
                RecordInput = options.RecordInput ? 1ul : 0,
                SessionChannels = (ulong)options.ChannelsPerSession,
            };
            Check(LibBpf.SetInitialValue(
                LibBpf.FindMap(probe, ".rodata.settings"), &settings, (nuint)sizeof(Settings)));
            Check(LibBpf.SetMaxEntries(LibBpf.FindMap(probe, "records"), (uint)ringBytes));
            if (options.ChannelEntries is { } channels)
            {
                Check(LibBpf.SetMaxEntries(LibBpf.FindMap(probe, "channels"), (uint)channels));
                Check(LibBpf.SetMaxEntries(LibBpf.FindMap(probe, "pipe_ends"), 3 * (uint)channels));
            }

            if (options.ProcessEntries is { } processes)
                Check(LibBpf.SetMaxEntries(LibBpf.FindMap(probe, "processes"), (uint)processes));
            Check(LibBpf.Load(probe));
            return new KernelProbe(probe, ringBytes, epoch, pins);
        }
        catch
        {
            probe.Dispose();
            throw;
        }
    }

    /// <summary>Takes over what a daemon that died has left pinned; null if there is nothing whole.</summary>
    /// <param name="pins">Prepared.</param>
    /// <param name="ringBytes">Size of the ring buffer.</param>
    public static KernelProbe? TryResume(PinDirectory pins, long ringBytes)
    {
        if (!Directory.EnumerateFileSystemEntries(pins.Path).Any())
            return null;
        try
        {
            return new KernelProbe(pins, ringBytes);
        }
        catch (Win32Exception)
        {
            // Killed while it pinned or unpinned.
            PinDirectory.Delete(pins.Path);
            pins.Prepare();
            return null;
        }
    }

    /// <summary>
    /// What was there before the attachment: records, one after the other, each as long as its header says. Empty if it is resumed.
    /// </summary>
    public byte[] Existing { get; private set; } = [];

    /// <summary>
    /// From here on the kernel records. Pinned last, when <see cref="Existing"/> is known: a daemon that goes on with the pins does not
    /// look for that.
    /// </summary>
    /// <exception cref="Win32Exception">With the errno of libbpf.</exception>
    public void Attach()
    {
        if (IsResumed)
            return;
        foreach (var name in Tracepoints)
            links.Add(AttachProgram(name));
        Existing = FindExisting();
        if (pins is not null)
            Pin(pins);
    }

    /// <summary>From here on the kernel records nothing; what the ring buffer holds stays readable.</summary>
    public void Detach()
    {
        pins?.Remove();
        pinned.ForEach(pin => pin.Dispose());
        pinned.Clear();
        links.ForEach(link => link.Dispose());
        links.Clear();
    }

    public IReadOnlyList<WireSessionKey> FindSessions()
    {
        var found = new List<WireSessionKey>();
        WireSessionKey key, next;
        for (var more = LibBpf.NextKey(sessions, null, &next); more == 0; more = LibBpf.NextKey(sessions, &key, &next))
        {
            key = next;
            found.Add(key);
        }

        return found;
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
    /// What the kernel says of its programs: how often one was not run because it was running already on that processor
    /// (bpf_prog_info.recursion_misses, Linux 5.12; 0 before), and, with kernel.bpf_stats_enabled, runs and their time.
    /// </summary>
    public (ulong RecursionMisses, IReadOnlyList<ProgramRuns> Runs) ReadPrograms()
    {
        // Offsets in struct bpf_prog_info of linux/bpf.h.
        const int runNanoseconds = 192, runCount = 200, recursionMisses = 208;
        ulong misses = 0;
        var runs = new List<ProgramRuns>();
        var info = stackalloc byte[256];
        foreach (var (name, program) in Tracepoints.Zip(programs))
        {
            new Span<byte>(info, 256).Clear();
            uint size = 256;
            if (LibBpf.GetInfo(program, info, &size) != 0)
                continue;
            misses += *(ulong*)(info + recursionMisses);
            if (*(ulong*)(info + runCount) is > 0 and var count)
                runs.Add(new ProgramRuns(name, (long)count, (long)*(ulong*)(info + runNanoseconds)));
        }

        return (misses, runs);
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

    /// <summary>Removes a session's entry.</summary>
    public void DeleteSession(WireSessionKey key)
    {
        _ = LibBpf.Delete(sessions, &key);
        _ = LibBpf.Delete(reported, &key);
        var untold = Untold(key);
        _ = LibBpf.Delete(reported, &untold);
        DeleteSignIn(key);
    }

    /// <summary>
    /// Says whether something that is not recorded has left the ring buffer: who goes on here says then that it may be missing.
    /// </summary>
    public void MarkIncomplete(bool incomplete) => StoreReportedLosses(default, incomplete ? 1ul : 0);

    public ulong ReadReportedLosses(WireSessionKey key)
    {
        ulong value;
        return LibBpf.LookUp(reported, &key, &value) == 0 ? value : 0;
    }

    public void StoreReportedLosses(WireSessionKey key, ulong value) => _ = LibBpf.Update(reported, &key, &value, 0);

    public ulong ReadUntoldTransfers(WireSessionKey key) => ReadReportedLosses(Untold(key));

    public void StoreUntoldTransfers(WireSessionKey key, ulong value) => StoreReportedLosses(Untold(key), value);

    public (ulong Position, byte[] Progress)? ReadSignIn(WireSessionKey key)
    {
        SignInProgressValue value;
        return LibBpf.LookUp(signIns, &key, &value) == 0 && value.Size <= WireLimits.SignInProgressLimit
            ? (value.Position, ((ReadOnlySpan<byte>)value.Progress)[..(int)value.Size].ToArray())
            : null;
    }

    public void StoreSignIn(WireSessionKey key, ulong position, ReadOnlySpan<byte> progress)
    {
        var value = new SignInProgressValue { Position = position, Size = (uint)progress.Length };
        progress.CopyTo(value.Progress);
        _ = LibBpf.Update(signIns, &key, &value, 0);
    }

    public void DeleteSignIn(WireSessionKey key) => _ = LibBpf.Delete(signIns, &key);

    private static WireSessionKey Untold(WireSessionKey key) => key with { Reserved = 1 };

    public void DeleteChannel(in ChannelKey key)
    {
        if (TryGetChannel(key, out var channel))
        {
            foreach (var fd in channel.Pipes)
            {
                var pipe = new PipeKey { Tgid = channel.Sshd, Fd = fd };
                PipeEnd end;
                // The pid may be another session's sshd by now.
                if (fd != 0 && LibBpf.LookUp(pipeEnds, &pipe, &end) == 0 && end.Channel.Equals(key))
                    _ = LibBpf.Delete(pipeEnds, &pipe);
            }
        }

        fixed (ChannelKey* sought = &key)
            _ = LibBpf.Delete(channels, sought);
    }

    public void Dispose()
    {
        Detach();
        Ring.Dispose();
        loaded?.Dispose();
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

    private int FindMap(string name) => LibBpf.MapDescriptor(LibBpf.FindMap(loaded!, name));

    private int Take(string pin)
    {
        var taken = new Descriptor(LibBpf.GetPinned(pins!.Of(pin)));
        if (taken.IsInvalid)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        pinned.Add(taken);
        return taken.Number;
    }

    /// <summary>The links last: with them the pins are whole.</summary>
    private void Pin(PinDirectory directory)
    {
        for (var map = LibBpf.NextMap(loaded!, 0); map != 0; map = LibBpf.NextMap(loaded!, map))
            PinOne(LibBpf.MapDescriptor(map), directory.Of("map_" + Marshal.PtrToStringUTF8(LibBpf.MapName(map))));
        foreach (var (name, program) in Tracepoints.Zip(programs))
            PinOne(program, directory.Of("prog_" + name));
        foreach (var (name, link) in Tracepoints.Zip(links))
            PinOne(LibBpf.LinkDescriptor(link), directory.Of("link_" + name));
    }

    private static void PinOne(int descriptor, string path)
    {
        if (LibBpf.Pin(descriptor, path) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private BpfLinkHandle AttachProgram(string name)
    {
        var link = LibBpf.Attach(LibBpf.FindProgram(loaded!, name));
        if (!link.IsInvalid)
            return link;
        var error = Marshal.GetLastPInvokeError();
        link.Dispose();
        throw new Win32Exception(error);
    }

    /// <summary>Three passes, because a process is found through its parent, and a pass may meet the child first.</summary>
    private byte[] FindExisting()
    {
        for (var pass = 0; pass < 3; pass++)
            RunIterator("seed");
        return RunIterator("announce");
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
