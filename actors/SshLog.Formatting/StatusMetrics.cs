using SshLog.Core.Protocol;

namespace SshLog.Formatting;

/// <summary>What a metric's figures mean.</summary>
public enum MetricKind
{
    /// <summary>How much there is now.</summary>
    Gauge,

    /// <summary>How much there was since the daemon started or the probe was attached; it only grows.</summary>
    Counter,
}

/// <summary>A figure.</summary>
/// <param name="Value">In the unit that the metric's name says.</param>
/// <param name="Labels">What it is of; empty where there is one only.</param>
public sealed record MetricSample(double Value, params IReadOnlyList<(string Name, string Value)> Labels);

/// <summary>A metric with its figures at one moment.</summary>
/// <param name="Name">Its name, as Prometheus wants it: with unit, and <c>_total</c> for what only grows.</param>
/// <param name="Kind">See there.</param>
/// <param name="Help">A sentence.</param>
/// <param name="Samples">None while there is nothing that it could be of.</param>
public sealed record Metric(string Name, MetricKind Kind, string Help, IReadOnlyList<MetricSample> Samples);

/// <summary>A status as metrics. Names, once published, stay. Nothing here names a user, a host or a command.</summary>
public static class StatusMetrics
{
    /// <summary>All of them, always in the same order.</summary>
    public static IReadOnlyList<Metric> Of(GatewayProtocol.DaemonStatus status, ProcessFigures process)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(status);
        var details = status.Details ?? new GatewayProtocol.StatusDetails();
        return
        [
            Gauge("sshlog_build_info", "Version and actor engine.", 1, ("version", status.DaemonVersion), ("engine", details.Engine)),
            Gauge("sshlog_start_time_seconds", "When the daemon started, in seconds since 1970.", status.StartedAt.ToUnixTimeMilliseconds() / 1000d),
            Gauge("sshlog_probe_attached", "1 while the kernel program is attached.", details.Attached ? 1 : 0),
            Gauge("sshlog_probe_pinned", "1 if the kernel program outlives a killed daemon.", details.Pinned ? 1 : 0),
            Gauge("sshlog_unknown_sessions", "Sessions of this machine that the probe does not know (canary).", details.UnknownSessions),
            Gauge("sshlog_clock_ahead_seconds", "How far the time of recordings is ahead of the machine's clock.", details.ClockAhead.TotalSeconds),
            Gauge("sshlog_open_sessions", "Sessions open now.", status.OpenSessions),
            Counter("sshlog_records_total", "Records that the probe delivered since it was attached.", details.Records),
            Counter("sshlog_output_bytes_total", "Output bytes that the probe delivered since it was attached.", details.OutputBytes),
            Each("sshlog_lost_records_total", MetricKind.Counter, "Records lost since the probe was attached.", details.Losses, l => (l.Records, "cause", l.Cause)),
            Each("sshlog_lost_bytes_total", MetricKind.Counter, "Output bytes lost since the probe was attached.", details.Losses, l => (l.Bytes, "cause", l.Cause)),
            Gauge("sshlog_ring_buffer_bytes", "Size of the kernel's ring buffer.", details.RingBytes),
            Gauge("sshlog_waiting_bytes", "Read from the kernel and not yet in the journal.", details.WaitingBytes),
            Gauge("sshlog_journal_position", "Number of the last event that the catalogue has taken in.", details.JournalPosition),
            Gauge("sshlog_journal_bytes", "The journal's file with its write-ahead log.", details.Storage.JournalBytes),
            Gauge("sshlog_disk_free_bytes", "Free on the file system of the state directory.", details.Storage.FreeBytes),
            Gauge("sshlog_disk_bytes", "Size of that file system.", details.Storage.TotalBytes),
            Each("sshlog_action_delivered_total", MetricKind.Counter, "Events carried out since the daemon started.", details.Actions, a => (a.Delivered, "action", a.Name)),
            Each("sshlog_action_behind", MetricKind.Gauge, "Events that the action has still to look at.", details.Actions, a => (a.Behind, "action", a.Name)),
            Each("sshlog_action_dead_letters", MetricKind.Gauge, "Events that the action gave up.", details.Actions, a => (a.DeadLetters, "action", a.Name)),
            Each("sshlog_action_ok", MetricKind.Gauge, "1 if the action neither waits nor has failed.", details.Actions, a => (a.State == "ok" ? 1 : 0, "action", a.Name)),
            Each("sshlog_bpf_runs_total", MetricKind.Counter, "Runs of a kernel program (with sysctl kernel.bpf_stats_enabled).", details.Programs, p => (p.Runs, "program", p.Name)),
            Each("sshlog_bpf_run_seconds_total", MetricKind.Counter, "Their time.", details.Programs, p => (p.Nanoseconds / 1e9, "program", p.Name)),
            // The names that every Prometheus client library uses for them.
            Counter("process_cpu_seconds_total", "Processor time of the daemon.", process.ProcessorTime.TotalSeconds),
            Gauge("process_resident_memory_bytes", "Memory of the daemon that is in RAM.", process.ResidentBytes),
            Gauge("process_open_fds", "Descriptors that the daemon has open.", process.OpenDescriptors),
            Gauge("process_threads", "Threads of the daemon.", process.Threads),
            Counter("dotnet_gc_allocated_bytes_total", "Managed memory that the daemon has allocated.", process.AllocatedBytes),
        ];
    }

    private static Metric Gauge(string name, string help, double value, params IReadOnlyList<(string Name, string Value)> labels) =>
        new(name, MetricKind.Gauge, help, [new MetricSample(value, labels)]);

    private static Metric Counter(string name, string help, double value) =>
        new(name, MetricKind.Counter, help, [new MetricSample(value)]);

    private static Metric Each<T>(
        string name, MetricKind kind, string help, IReadOnlyList<T> items, Func<T, (double Value, string Label, string Text)> sample) =>
        new(name, kind, help, [.. items.Select(sample).Select(s => new MetricSample(s.Value, (s.Label, s.Text)))]);
}
