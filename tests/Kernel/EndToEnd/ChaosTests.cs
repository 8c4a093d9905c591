using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>The daemon is stopped and killed while sessions come and go: captured and reported lost is what was printed.</summary>
[Collection("probe")]
public sealed class ChaosTests : IDisposable
{
    private const int RingBytes = 256 << 10;

    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new();

    private string Journal => Path.Combine(_daemon.StateDirectory, "journal.db");

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task What_a_tiny_ring_buffer_cannot_hold_while_the_daemon_is_frozen_is_reported_to_the_byte()
    {
        _daemon.Settings = $"sshlog.probe.ring-buffer = {RingBytes}";
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, "read go; seq 1 300000; /bin/true after");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        _daemon.Signal("STOP");
        client.Type("go\n");
        var (_, printed, _) = await client.WaitForExitAsync();
        _daemon.Signal("CONT");

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        var (captured, lost) = await AccountAsync(session);
        Assert.True(lost > 0, "nothing was lost, so nothing was tried");
        Assert.Equal(printed.Length, captured + lost);
        // A flood of output hides no command.
        Assert.Contains(
            await _daemon.QueryAsync("history", session.GetProperty("session").GetString()!),
            c => c.GetProperty("argv").EnumerateArray().Last().GetString() == "after");
    }

    [Fact]
    public async Task Daemon_killed_with_more_in_hand_than_the_ring_buffer_keeps_goes_on_and_says_what_is_missing()
    {
        _daemon.Settings = $"sshlog.probe.ring-buffer = {RingBytes}";
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, "read go; seq 1 60000; read end; seq 1 1000");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        using (LockJournal())
        {
            // Nothing of this one is recorded, and what waits in the ring buffer makes room for the other's.
            await _sshd.Connect(_sshd.User, "exit 3").WaitForExitAsync();
            client.Type("go\n");
            // From half of it on what is not recorded makes room for what is new.
            await WaitUntilAsync(status => status.GetProperty("waiting_bytes").GetInt64() > RingBytes / 2);
            await _daemon.KillAsync();
        }

        await _daemon.StartAsync();
        await _daemon.WaitForLogAsync("Going on where a daemon was killed");
        client.Type("end\n");
        var (_, printed, _) = await client.WaitForExitAsync();
        var sessions = await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 2 && s.All(x => !x.GetProperty("open").GetBoolean()));
        var session = sessions.MaxBy(s => s.GetProperty("output_bytes").GetInt64());
        var (captured, lost) = await AccountAsync(session);
        Assert.Equal(printed.Length, captured + lost);
        Assert.True(lost > 0, "nothing was lost, so nothing was tried");
        var gone = Assert.Single(sessions, s => s.GetProperty("output_bytes").GetInt64() == 0);
        Assert.Equal(_sshd.User, gone.GetProperty("username").GetString());
        Assert.True(gone.GetProperty("loss_events").GetInt64() > 0);
        var (_, lines, _) = await _daemon.AskAsync("export", session.GetProperty("session").GetString()!, "--format", "jsonl");
        Assert.Contains(
            Encoding.UTF8.GetString(lines).Split('\n').Where(l => l.Contains("\"event_type\":\"loss\"", StringComparison.Ordinal)),
            l => l.Contains("\"cause\":\"journal\"", StringComparison.Ordinal) && l.Contains("\"events\":null", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Daemon_killed_five_times_while_sessions_come_and_go_misses_none_of_them()
    {
        const int kills = 5;
        await _daemon.StartAsync();
        using var enough = new CancellationTokenSource();
        var visitors = new[] { VisitAsync(enough.Token), VisitAsync(enough.Token) };
        for (var i = 0; i < kills; i++)
        {
            await _daemon.KillAsync();
            await _daemon.StartAsync();
        }

        await enough.CancelAsync();
        var printed = (await Task.WhenAll(visitors)).SelectMany(p => p).ToList();
        var sessions = await _daemon.WaitForSessionsAsync(
            _sshd.Port, all => all.Length >= printed.Count && all.All(s => !s.GetProperty("open").GetBoolean()));
        Assert.Equal(printed.Count, sessions.Length);
        long captured = 0, lost = 0;
        foreach (var session in sessions)
        {
            var account = await AccountAsync(session);
            (captured, lost) = (captured + account.Captured, lost + account.Lost);
        }

        Assert.Equal(printed.Sum(), captured + lost);
    }

    [Fact]
    public async Task Whatever_happens_to_the_daemon_at_random_what_is_captured_and_reported_lost_is_what_was_printed()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("SSHLOG_CHAOS_ROUNDS") ?? "8", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("SSHLOG_CHAOS_SEED") ?? $"{Environment.TickCount}", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        await _daemon.StartAsync();
        using var enough = new CancellationTokenSource();
        var visitors = new[] { VisitAsync(enough.Token, "seq 20000"), VisitAsync(enough.Token), VisitAsync(enough.Token) };
        var happened = new List<string>();
        for (var i = 0; i < rounds; i++)
        {
            var (name, happen) = Troubles()[random.Next(Troubles().Length)];
            happened.Add(name);
            await happen();
            await Task.Delay(random.Next(1000));
        }

        await enough.CancelAsync();
        var printed = (await Task.WhenAll(visitors)).SelectMany(p => p).ToList();
        var how = $"seed {seed}: {string.Join(", ", happened)}";
        JsonElement[] sessions = [];
        try
        {
            await _daemon.WaitForSessionsAsync(
                _sshd.Port, all => (sessions = all).Length >= printed.Count && all.All(s => !s.GetProperty("open").GetBoolean()));
        }
        catch (TimeoutException)
        {
            var open = sessions.Count(s => s.GetProperty("open").GetBoolean());
            Assert.Fail($"of {printed.Count} sessions {sessions.Length} are recorded, {open} of them as open; {how}; {(await _daemon.StopAsync()).Log}");
        }

        var accounts = new List<(long Captured, long Lost)>();
        foreach (var session in sessions)
            accounts.Add(await AccountAsync(session));
        Assert.True(printed.Count == sessions.Length, $"{printed.Count} sessions, {sessions.Length} recorded; {how}");
        var accounted = accounts.Sum(a => a.Captured + a.Lost);
        Assert.True(printed.Sum() == accounted, $"{printed.Sum()} bytes printed, {accounted} accounted for; {how}");
        var (exitCode, said, _) = await DaemonProcess.RunCliAsync("verify", "--journal", Journal);
        // Gaps are what was reported lost.
        Assert.True(exitCode is 0 or 1, $"{said}; {how}");
    }

    private (string Name, Func<Task> Happen)[] Troubles() =>
    [
        ("killed", async () =>
        {
            await _daemon.KillAsync();
            await _daemon.StartAsync();
        }),
        ("stopped and continued", async () =>
        {
            _daemon.Signal("STOP");
            await Task.Delay(500);
            _daemon.Signal("CONT");
        }),
        ("journal locked", async () =>
        {
            using (LockJournal())
                await Task.Delay(700);
        }),
        ("settings read again", () =>
        {
            _daemon.Signal("HUP");
            return Task.CompletedTask;
        }),
        ("without a processor", async () =>
        {
            using var busy = Process.Start("sh", ["-c", "for i in 1 2 3 4; do timeout 1 sh -c 'while :; do :; done' & done; wait"]);
            await busy.WaitForExitAsync();
        }),
    ];

    /// <summary>One session after the other; what each printed, in bytes.</summary>
    private async Task<List<long>> VisitAsync(CancellationToken enough, string command = "seq 2000")
    {
        var printed = new List<long>();
        while (!enough.IsCancellationRequested)
        {
            using var client = _sshd.Connect(_sshd.User, command);
            printed.Add((await client.WaitForExitAsync()).Output.Length);
        }

        return printed;
    }

    private async Task WaitUntilAsync(Predicate<JsonElement> condition)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            var (_, said, _) = await _daemon.AskAsync("status", "--json");
            using var status = JsonDocument.Parse(said);
            if (condition(status.RootElement))
                return;
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), Encoding.UTF8.GetString(said));
        }
    }

    /// <summary>Until it is disposed of nobody else writes to the journal.</summary>
    private SqliteConnection LockJournal()
    {
        var other = new SqliteConnection($"Data Source={Journal};Pooling=False");
        other.Open();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();
        return other;
    }

    private async Task<(long Captured, long Lost)> AccountAsync(JsonElement session)
    {
        var captured = session.GetProperty("output_bytes").GetInt64();
        if (session.GetProperty("loss_events").GetInt32() == 0)
            return (captured, 0);
        var (_, lines, _) = await _daemon.AskAsync("export", session.GetProperty("session").GetString()!, "--format", "jsonl");
        long lost = 0;
        foreach (var line in Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var happened = JsonDocument.Parse(line);
            if (happened.RootElement.GetProperty("event_type").GetString() == "loss"
                && happened.RootElement.GetProperty("bytes") is { ValueKind: JsonValueKind.Number } bytes)
                lost += bytes.GetInt64();
        }

        return (captured, lost);
    }
}
