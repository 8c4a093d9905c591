using System.ComponentModel;
using Microsoft.Extensions.Logging;
using SshLog.Bpf.Interop;
using SshLog.Bpf.Pump;
using SshLog.Bpf.Wire;
using SshLog.Core.Probe;

namespace SshLog.Bpf;

/// <summary>
/// The probe: an eBPF program in the kernel, read through a ring buffer. Commands of processes that outlive their
/// connection are delivered too, behind the session's <see cref="ConnectionClosed"/>.
/// </summary>
/// <param name="options">Sizes.</param>
/// <param name="logger">Receives libbpf's warnings.</param>
public sealed partial class LibbpfProbeSource(ProbeOptions options, ILogger logger) : IProbeSource
{
    private readonly Lock gate = new();
    private Task<KernelProbe>? prepared;
    private KernelProbe? probe;
    private ProbePump? pump;
    private ProbeHealth last = new("not attached", 0, 0, 0, options.RingBufferBytes, 0);

    /// <inheritdoc />
    public ProbeHealth Health
    {
        get
        {
            lock (gate)
            {
                if (probe is not null && pump is not null)
                    last = ReadHealth(probe, pump);
                return last;
            }
        }
    }

    /// <summary>
    /// Begins to load the program, on another thread: the kernel takes some tenths of a second to verify it.
    /// <see cref="Start"/> attaches it, or throws what went wrong.
    /// </summary>
    public void Prepare() => prepared = Task.Run(Load);

    /// <inheritdoc />
    public void Start(IProbeSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (gate)
        {
            if (pump is not null)
                throw new InvalidOperationException("The source was started before.");
            var loaded = prepared is null ? Load() : prepared.GetAwaiter().GetResult();
            prepared = null;
            probe = Attach(loaded);
            pump = new ProbePump(probe, sink, options.OutstandingBytes, options.TransfersInFull);
            pump.Start();
        }
    }

    /// <inheritdoc />
    public void Release(ProbeBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        pump?.Release(batch);
    }

    /// <inheritdoc />
    public void Stop(TimeSpan patience)
    {
        pump?.Stop(patience);
        _ = Health;
        lock (gate)
        {
            pump?.Dispose();
            probe?.Dispose();
            probe = null;
            _ = prepared?.ContinueWith(
                loaded => loaded.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            prepared = null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Stop(TimeSpan.Zero);

    /// <summary>The program, and what it is loaded with beside the ring buffer's size.</summary>
    internal static byte[] PinnedImage(ProbeOptions options) =>
        [.. KernelProbe.ReadImage(), .. BitConverter.GetBytes(options.ChannelBytes), options.RecordInput ? (byte)1 : (byte)0];

    private static ProbeHealth ReadHealth(KernelProbe probe, ProbePump pump)
    {
        CpuCounters counters = probe.ReadCounters();
        var (missed, programs) = probe.ReadPrograms();
        return new ProbeHealth(
            probe.IsPinned ? "tp_btf, pinned" : "tp_btf",
            pump.Records,
            (long)(counters.LostRecords + counters.NoRoom + missed) + pump.Rejected,
            (long)(counters.LostBytes + counters.UnreadableBytes),
            probe.Ring.Size,
            pump.Outstanding)
        {
            Pinned = probe.IsPinned,
            OutputBytes = pump.OutputBytes,
            Losses =
            [
                new LossCount("ring-full", (long)counters.LostRecords, (long)counters.LostBytes),
                new LossCount("unreadable", 0, (long)counters.UnreadableBytes),
                new LossCount("no-room", (long)counters.NoRoom, 0),
                new LossCount("recursion", (long)missed, 0),
                new LossCount("not-understood", pump.Rejected, 0),
            ],
            Programs = programs,
        };
    }

    private PinDirectory? FindPins()
    {
        if (options.PinDirectory is null)
            return null;
        var pins = new PinDirectory(
            options.PinDirectory,
            options.Instance,
            PinnedImage(options),
            options.RingBufferBytes);
        try
        {
            pins.Prepare();
            return pins;
        }
        catch (IOException e)
        {
            NotPinned(logger, e.Message);
            return null;
        }
    }

    [LoggerMessage(102, LogLevel.Information, "Going on where a daemon was killed: the probe was still attached ({Pins})")]
    private static partial void Resumed(ILogger logger, string pins);

    [LoggerMessage(103, LogLevel.Warning, "The probe is not pinned, a crash would leave a gap in the recordings: {Why}")]
    private static partial void NotPinned(ILogger logger, string why);

    [LoggerMessage(101, LogLevel.Debug, "{Line}")]
    private static partial void LibbpfSays(ILogger logger, string line);

    private KernelProbe Load()
    {
        ProbeRequirements.Check();
        return Explained(() =>
        {
            var pins = FindPins();
            if (pins is null || KernelProbe.TryResume(pins, options.RingBufferBytes) is not { } resumed)
                return KernelProbe.Load(options, pins);
            Resumed(logger, pins.Path);
            return resumed;
        });
    }

    private KernelProbe Attach(KernelProbe loaded) => Explained(() =>
    {
        try
        {
            loaded.Attach();
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    });

    /// <summary>Runs what calls libbpf: its messages go to the log, its errors become sentences.</summary>
    private KernelProbe Explained(Func<KernelProbe> call)
    {
        LibbpfMessages.Install();
        try
        {
            return call();
        }
        catch (Win32Exception failure)
        {
            throw ProbeRequirements.Explain(failure);
        }
        finally
        {
            foreach (var line in LibbpfMessages.Take())
                LibbpfSays(logger, line);
        }
    }
}
