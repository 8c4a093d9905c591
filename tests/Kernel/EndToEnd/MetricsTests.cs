using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>What the daemon says of itself agrees with what really happened.</summary>
[Collection("probe")]
public sealed class MetricsTests : DaemonTest
{
    private const string RingFull = "sshlog_lost_bytes_total{cause=\"ring-full\"}";

    [Fact]
    public async Task Metrics_and_status_agree_with_the_output_of_a_session_under_load()
    {
        const int printed = 8_000_000;
        using var http = await StartAsync();
        Assert.Equal("recording\n", await http.GetStringAsync("/healthz"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);

        using (var client = _sshd.Connect(_sshd.User, $"head -c {printed} /dev/zero | tr '\\0' x"))
            Assert.Equal(printed, (await client.WaitForExitAsync()).Output.Length);
        await _daemon.WaitForEndAsync(_sshd.Port);

        var (metrics, journal) = await AgreeAsync(http);
        Assert.Equal(printed, Recorded(Ours(journal)) + Lost(Ours(journal)));
        Assert.Equal(1, metrics["sshlog_probe_attached"]);
        Assert.Equal(0, metrics["sshlog_unknown_sessions"]);
        await EventuallyAsync(http, now => now["sshlog_open_sessions"] == Open(_daemon.ReadJournal(withOutput: false)));
    }

    [Fact]
    public async Task Losses_in_metrics_status_and_recordings_are_the_same_to_the_byte()
    {
        using var http = await StartAsync("sshlog.probe.ring-buffer = 256 KiB");
        var printed = await PrintWhileStoppedAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);

        var (metrics, journal) = await AgreeAsync(http);
        Assert.InRange(Lost(Ours(journal)), 1_000_000, printed);
        Assert.Equal(printed, Recorded(Ours(journal)) + Lost(Ours(journal)));
        Assert.InRange(metrics[RingFull], Lost(Ours(journal)), Lost(journal));
        Assert.Equal(256 * 1024, metrics["sshlog_ring_buffer_bytes"]);
        var (_, output, _) = await _daemon.AskAsync("status", "--json");
        using var status = JsonDocument.Parse(output);
        // Others of the machine may have lost more meanwhile.
        Assert.InRange(status.RootElement.GetProperty("lost_bytes").GetDouble(), metrics[RingFull], (await ReadAsync(http))[RingFull]);
    }

    [Fact]
    public async Task What_waits_for_the_journal_is_what_was_printed_and_is_not_in_it()
    {
        const int printed = 1_000_000;
        using var http = await StartAsync();
        using var client = _sshd.Connect(_sshd.User, $"echo begun; read x; head -c {printed} /dev/zero | tr '\\0' x; read y");
        await client.WaitForAsync("begun");
        await EventuallyAsync(http, now => now["sshlog_waiting_bytes"] == 0);
        using (var other = new SqliteConnection($"Data Source={Path.Combine(_daemon.StateDirectory, "journal.db")};Pooling=False"))
        {
            other.Open();
            Run(other, "BEGIN IMMEDIATE");
            client.Type("\n");
            // What a record takes beside its bytes waits too.
            await EventuallyAsync(http, now => now["sshlog_waiting_bytes"] is >= printed and < 2 * printed);
            Assert.Equal("recording\n", await http.GetStringAsync("/healthz"));
            Run(other, "ROLLBACK");
        }

        await EventuallyAsync(http, now => now["sshlog_waiting_bytes"] == 0);
        client.Type("\n");
        await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);
        await EventuallyAsync(http, now => now["sshlog_journal_position"] == _daemon.ReadJournal(withOutput: true)[^1].Ordering);
    }

    [Fact]
    public async Task Outcomes_of_actions_are_what_their_receivers_saw()
    {
        const int commands = 40;
        var file = Path.Combine(Path.GetDirectoryName(_daemon.StateDirectory)!, "events.json");
        using var http = await StartAsync($$"""
            sshlog.rules.each { triggers = [command_start], filters { username = "{{_sshd.User}}", command_name = "true" }, actions = [kept, refused, away] }
            sshlog.actions.kept { plugin = eventlogfile_action, format = json, log_file_path = "{{file}}" }
            sshlog.actions.refused { plugin = run_command_action, command = /bin/false }
            sshlog.actions.away { plugin = webhook_action, webhook_url = "http://127.0.0.1:9/", timeout = 2 }
            """);
        using (var client = _sshd.Connect(_sshd.User, $"for i in $(seq {commands}); do /bin/true $i; done"))
            await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);

        var behind = Behind(_daemon.ReadJournal(withOutput: true));
        var metrics = await EventuallyAsync(http, now =>
            Of("kept", "delivered_total", now) == commands && Of("refused", "dead_letters", now) == commands && Of("away", "ok", now) == 0
            && Of("away", "behind", now) >= behind);
        // It may count some that it has looked at with the first one that it cannot send.
        Assert.InRange(Of("away", "behind", metrics), behind, _daemon.ReadJournal(withOutput: true)[^1].Ordering);
        Assert.Equal(commands, File.ReadLines(file).Count());
        // One that has given up goes on; one that waits does not.
        Assert.Equal([1, 1, 0], new[] { "kept", "refused", "away" }.Select(name => Of(name, "ok", metrics)));
        Assert.Equal([0, 0, 0], new[] { Of("kept", "dead_letters", metrics), Of("refused", "delivered_total", metrics), Of("away", "delivered_total", metrics) });

        // The first event that it could not send and all behind it.
        static long Behind(IReadOnlyList<JournalledEvent> journal) => journal[^1].Ordering + 1
            - journal.First(e => e.Event is CommandStarted started && started.Arguments.ToString() == "/bin/true 1").Ordering;
    }

    private static double Of(string action, string what, Dictionary<string, double> metrics) =>
        metrics[$"sshlog_action_{what}{{action=\"{action}\"}}"];

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private async Task<HttpClient> StartAsync(string settings = "")
    {
        var port = 20000 + Random.Shared.Next(10000);
        _daemon.Settings = $"sshlog.metrics.listen = \"127.0.0.1:{port}\"\n{settings}";
        await _daemon.StartAsync();
        return new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Asks until the figures are as they should be; gives them.</summary>
    private static async Task<Dictionary<string, double>> EventuallyAsync(HttpClient http, Func<Dictionary<string, double>, bool> expected)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var now = await ReadAsync(http);
            if (expected(now))
                return now;
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30))
                throw new TimeoutException(string.Join('\n', now.Where(m => m.Key.StartsWith("sshlog_", StringComparison.Ordinal))));
        }
    }

    /// <summary>
    /// Asks until output and losses of the whole machine are between what the journal had before and has after the answer: the same,
    /// where nobody else is at work.
    /// </summary>
    private async Task<(Dictionary<string, double> Metrics, IReadOnlyList<JournalledEvent> Journal)> AgreeAsync(HttpClient http)
    {
        var before = _daemon.ReadJournal(withOutput: true);
        var after = before;
        var metrics = await EventuallyAsync(http, now =>
        {
            (before, after) = (after, _daemon.ReadJournal(withOutput: true));
            var lost = now.Where(m => m.Key.StartsWith("sshlog_lost_bytes_total", StringComparison.Ordinal)).Sum(m => m.Value);
            return now["sshlog_waiting_bytes"] == 0
                && now["sshlog_output_bytes_total"] >= Recorded(before) && now["sshlog_output_bytes_total"] <= Recorded(after)
                && lost >= Lost(before) && lost <= Lost(after);
        });
        return (metrics, after);
    }

    private IReadOnlyList<JournalledEvent> Ours(IReadOnlyList<JournalledEvent> journal)
    {
        var sessions = journal.Where(e => e.Event is SessionOpened opened && opened.Server.Port == _sshd.Port).Select(e => e.Session).ToHashSet();
        return [.. journal.Where(e => sessions.Contains(e.Session))];
    }

    private static int Open(IReadOnlyList<JournalledEvent> journal) =>
        journal.Where(e => e.Event is SessionOpened).Select(e => e.Session).Except(journal.Where(e => e.Event is SessionClosed).Select(e => e.Session)).Count();

    private static long Recorded(IEnumerable<JournalledEvent> journal) =>
        journal.Sum(e => e.Event is OutputRecorded recorded ? recorded.Bytes.Length : 0L);

    private static long Lost(IEnumerable<JournalledEvent> journal) => journal.Sum(e => e.Event is LossRecorded loss ? loss.Bytes ?? 0 : 0);

    private static async Task<Dictionary<string, double>> ReadAsync(HttpClient http) =>
        (await http.GetStringAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
