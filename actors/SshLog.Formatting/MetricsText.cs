using System.Globalization;
using System.Text;
using SshLog.Core.Protocol;

namespace SshLog.Formatting;

/// <summary>
/// A status in Prometheus' text format 0.0.4. Names, once published, stay. Nothing here names a user, a host or a command.
/// </summary>
public static class MetricsText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The whole page; lines end with LF.</summary>
    public static string Write(GatewayProtocol.DaemonStatus status, ProcessFigures process)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(status);
        var page = new Page();
        var details = status.Details ?? new GatewayProtocol.StatusDetails();
        page.Gauge("sshlog_build_info", "Version and actor engine.", 1, ("version", status.DaemonVersion), ("engine", details.Engine));
        page.Gauge("sshlog_start_time_seconds", "When the daemon started, in seconds since 1970.", status.StartedAt.ToUnixTimeMilliseconds() / 1000d);
        page.Gauge("sshlog_probe_attached", "1 while the kernel program is attached.", details.Attached ? 1 : 0);
        page.Gauge("sshlog_probe_pinned", "1 if the kernel program outlives a killed daemon.", details.Pinned ? 1 : 0);
        page.Gauge("sshlog_unknown_sessions", "Sessions of this machine that the probe does not know (canary).", details.UnknownSessions);
        page.Gauge("sshlog_clock_ahead_seconds", "How far the time of recordings is ahead of the machine's clock.", details.ClockAhead.TotalSeconds);
        page.Gauge("sshlog_open_sessions", "Sessions open now.", status.OpenSessions);
        page.Counter("sshlog_records_total", "Records that the probe delivered since it was attached.", details.Records);
        page.Counter("sshlog_output_bytes_total", "Output bytes that the probe delivered since it was attached.", details.OutputBytes);
        page.Each("sshlog_lost_records_total", "counter", "Records lost since the probe was attached.", details.Losses, l => (l.Records, "cause", l.Cause));
        page.Each("sshlog_lost_bytes_total", "counter", "Output bytes lost since the probe was attached.", details.Losses, l => (l.Bytes, "cause", l.Cause));
        page.Gauge("sshlog_ring_buffer_bytes", "Size of the kernel's ring buffer.", details.RingBytes);
        page.Gauge("sshlog_waiting_bytes", "Read from the kernel and not yet in the journal.", details.WaitingBytes);
        page.Gauge("sshlog_journal_position", "Number of the last event that the catalogue has taken in.", details.JournalPosition);
        page.Gauge("sshlog_journal_bytes", "The journal's file with its write-ahead log.", details.Storage.JournalBytes);
        page.Gauge("sshlog_disk_free_bytes", "Free on the file system of the state directory.", details.Storage.FreeBytes);
        page.Gauge("sshlog_disk_bytes", "Size of that file system.", details.Storage.TotalBytes);
        page.Each("sshlog_action_delivered_total", "counter", "Events carried out since the daemon started.", details.Actions, a => (a.Delivered, "action", a.Name));
        page.Each("sshlog_action_behind", "gauge", "Events that the action has still to look at.", details.Actions, a => (a.Behind, "action", a.Name));
        page.Each("sshlog_action_dead_letters", "gauge", "Events that the action gave up.", details.Actions, a => (a.DeadLetters, "action", a.Name));
        page.Each("sshlog_action_ok", "gauge", "1 if the action neither waits nor has failed.", details.Actions, a => (a.State == "ok" ? 1 : 0, "action", a.Name));
        page.Each("sshlog_bpf_runs_total", "counter", "Runs of a kernel program (with sysctl kernel.bpf_stats_enabled).", details.Programs, p => (p.Runs, "program", p.Name));
        page.Each("sshlog_bpf_run_seconds_total", "counter", "Their time.", details.Programs, p => (p.Nanoseconds / 1e9, "program", p.Name));
        // The names that every Prometheus client library uses for them.
        page.Counter("process_cpu_seconds_total", "Processor time of the daemon.", process.ProcessorTime.TotalSeconds);
        page.Gauge("process_resident_memory_bytes", "Memory of the daemon that is in RAM.", process.ResidentBytes);
        page.Gauge("process_open_fds", "Descriptors that the daemon has open.", process.OpenDescriptors);
        page.Gauge("process_threads", "Threads of the daemon.", process.Threads);
        page.Counter("dotnet_gc_allocated_bytes_total", "Managed memory that the daemon has allocated.", process.AllocatedBytes);
        return page.ToString();
    }

    private sealed class Page
    {
        private readonly StringBuilder _text = new();

        public void Gauge(string name, string help, double value, params (string Name, string Value)[] labels)
        {
            Head(name, "gauge", help);
            Sample(name, value, labels);
        }

        public void Counter(string name, string help, double value)
        {
            Head(name, "counter", help);
            Sample(name, value, []);
        }

        public void Each<T>(string name, string type, string help, IReadOnlyList<T> items, Func<T, (double Value, string Label, string Text)> sample)
        {
            if (items.Count == 0)
                return;
            Head(name, type, help);
            foreach (var item in items)
            {
                var (value, label, text) = sample(item);
                Sample(name, value, [(label, text)]);
            }
        }

        public override string ToString() => _text.ToString();

        private void Head(string name, string type, string help) =>
            _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n')
                .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

        private void Sample(string name, double value, ReadOnlySpan<(string Name, string Value)> labels)
        {
            _text.Append(name);
            for (var i = 0; i < labels.Length; i++)
                _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escape(labels[i].Value)).Append('"');
            if (labels.Length > 0)
                _text.Append('}');
            _text.Append(' ').Append(Number(value)).Append('\n');
        }

        private static string Number(double value) => value == Math.Floor(value) && Math.Abs(value) < long.MaxValue
            ? ((long)value).ToString(CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);

        private static string Escape(string text) => text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
    }
}
