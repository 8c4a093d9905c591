using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;
using SshLog.Persistence.Journal;
using SshLog.Schema;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>The whole daemon while its disk, its journal and its signals go wrong.</summary>
[Collection("probe")]
public sealed class EnduranceTests : IDisposable
{
    private const int MiB = 1 << 20;
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new() { StoresPlain = true };
    private bool _mounted;

    private string Journal => Path.Combine(_daemon.StateDirectory, "journal.db");

    public void Dispose()
    {
        _daemon.End();
        if (_mounted)
            SshServer.Run("umount", "-l", _daemon.StateDirectory);
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task A_journal_locked_by_another_process_delays_the_recording_and_loses_nothing()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, "read go; seq 1 200000");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        using (var other = Open(Journal))
        {
            Execute(other, "BEGIN EXCLUSIVE");
            client.Type("go\n");
            await client.WaitForExitAsync();
            Assert.Equal(0, (await _daemon.AskAsync("status")).ExitCode);
            Execute(other, "ROLLBACK");
        }

        await AssertRecorded(await _daemon.WaitForEndAsync(_sshd.Port), client.Printed);
    }

    [Fact]
    public async Task A_full_disk_delays_the_recording_of_what_fits_the_window_and_loses_nothing_of_it()
    {
        Directory.CreateDirectory(_daemon.StateDirectory);
        SshServer.Run("mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "sshlog-test", _daemon.StateDirectory);
        _mounted = true;
        // Otherwise output stops before it is full.
        _daemon.Settings = "sshlog.storage { alert-free = 0, reserve = 0 }";
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, "read go; seq 1 200000");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);
        var filler = Path.Combine(_daemon.StateDirectory, "filler");
        Fill(filler);
        client.Type("go\n");
        await client.WaitForExitAsync();
        await _daemon.WaitForLogAsync("could not be written");
        File.Delete(filler);
        await AssertRecorded(await _daemon.WaitForEndAsync(_sshd.Port), client.Printed);
    }

    [Fact]
    public async Task A_journal_damaged_while_the_daemon_runs_is_set_aside_and_the_open_session_goes_on_in_a_new_one()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo before-$((1+1))\n");
        await client.WaitForAsync("before-2");
        await WaitForReplay("before-2");
        Spoil();
        client.Type("echo after-$((1+1))\n");
        await _daemon.WaitForLogAsync("is damaged");
        await WaitForReplay("after-2");

        var session = (await Sessions()).Single();
        Assert.Equal(_sshd.User, session.GetProperty("username").GetString());
        Assert.True(session.GetProperty("loss_events").GetInt32() > 0);
        await AssertSalvages(session, "before-2");
    }

    [Fact]
    public async Task A_journal_damaged_while_the_daemon_was_down_is_set_aside_at_the_start()
    {
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User);
        client.Type("echo before-$((1+1))\n");
        await client.WaitForAsync("before-2");
        await WaitForReplay("before-2");
        var session = (await Sessions()).Single();
        await _daemon.KillAsync();
        Spoil();
        await _daemon.StartAsync();
        await _daemon.WaitForLogAsync("is damaged");
        client.Type("echo after-$((1+1))\n");
        await WaitForReplay("after-2");
        Assert.Equal(Id(session), Id((await Sessions()).Single()));
        await AssertSalvages(session, "before-2");
    }

    [Fact]
    public async Task A_daemon_terminated_under_load_stops_in_five_seconds_and_what_it_recorded_is_what_was_printed()
    {
        await _daemon.StartAsync();
        var user = _sshd.User;
        var clients = Enumerable.Range(0, 3)
            .Select(_ => _sshd.Connect(user, "head -c 200000000 /dev/urandom | base64", terminal: false)).ToArray();
        await _daemon.WaitForSessionsAsync(
            _sshd.Port, s => s.Length == 3 && s.All(x => x.GetProperty("output_bytes").GetInt64() > 4 * MiB));
        var started = Stopwatch.GetTimestamp();
        var (exitCode, log) = await _daemon.StopAsync();
        var took = Stopwatch.GetElapsedTime(started);
        Assert.True(exitCode == 0, $"{exitCode}: {log}");
        Assert.True(took < TimeSpan.FromSeconds(5), $"{took}: {log}");

        // Nothing more is to be printed; what the next daemon finds is what the last one left.
        Array.ForEach(clients, client => client.Dispose());
        await _daemon.StartAsync();
        var sessions = await _daemon.WaitForSessionsAsync(
            _sshd.Port, s => s.Length == 3 && s.All(x => !x.GetProperty("open").GetBoolean()));
        foreach (var session in sessions)
        {
            // The next daemon says that what came after is missing.
            Assert.True(session.GetProperty("loss_events").GetInt32() > 0);
            AssertAccountedFor(session, clients);
        }
    }

    /// <summary>Every byte is recorded at its place or marked as missing there.</summary>
    private void AssertAccountedFor(JsonElement session, SshClient[] clients)
    {
        using var reader = new JournalReader(Journal, ProtobufEventCodec.Instance);
        Assert.True(SessionId.TryParse(Id(session), out var id));
        var facts = reader.Read(id, 0, int.MaxValue, int.MaxValue).Select(e => e.Event).ToList();
        var start = facts.OfType<OutputRecorded>().First(o => o.Stream == ChannelStream.Output);
        // Whose it is its first bytes tell.
        var printed = clients.Select(c => c.Printed)
            .Single(p => p.AsSpan((int)start.Offset).StartsWith(start.Bytes.Span[..100]));
        var next = 0L;
        foreach (var fact in facts)
        {
            if (fact is OutputRecorded { Stream: ChannelStream.Output } output)
            {
                Assert.Equal(next, output.Offset);
                var there = printed.AsSpan((int)Math.Min(next, printed.Length));
                var common = Math.Min(there.Length, output.Bytes.Length);
                Assert.True(there[..common].SequenceEqual(output.Bytes.Span[..common]), $"other bytes at {next}");
                next += output.Bytes.Length;
            }
            else if (fact is LossRecorded { Stream: ChannelStream.Output, Bytes: { } bytes } loss)
            {
                Assert.Equal(next, loss.Offset);
                next += bytes;
            }
        }

        Assert.True(next > 4 * MiB);
    }

    private static string Id(JsonElement session) => session.GetProperty("session").GetString()!;

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static void Fill(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1);
            var block = new byte[4096];
            while (true)
                stream.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private Task<JsonElement[]> Sessions() => _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);

    /// <summary>Overwrites the header, after everything has come into the file from the write-ahead log.</summary>
    private void Spoil()
    {
        using (var connection = Open(Journal))
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        using var file = new FileStream(Journal, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Write(new byte[100]);
    }

    private async Task AssertSalvages(JsonElement session, string text)
    {
        var aside = Assert.Single(
            Directory.GetFiles(_daemon.StateDirectory, "journal.db.damaged-*"), f => f.EndsWith('Z'));
        var into = Path.Combine(_daemon.StateDirectory, "salvaged.db");
        var (exitCode, output, errors) = await DaemonProcess.RunCliAsync("journal", "salvage", aside, "--into", into, "--json");
        Assert.True(exitCode == 0, errors);
        using var report = JsonDocument.Parse(output);
        var salvaged = report.RootElement.EnumerateArray().Single(s => s.GetProperty("journal").GetString() == "ssh-" + Id(session));
        Assert.True(salvaged.GetProperty("chained").GetBoolean());
        Assert.Equal(JsonValueKind.Null, salvaged.GetProperty("first_missing").ValueKind);
        Assert.True(File.ReadAllBytes(into).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) > 0);
    }

    private async Task AssertRecorded(JsonElement session, byte[] printed)
    {
        var (_, replayed, _) = await _daemon.AskAsync("replay", Id(session), "--no-wait");
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
        Assert.True(printed.AsSpan().SequenceEqual(replayed), $"client {printed.Length}, replay {replayed.Length} bytes");
    }

    private async Task WaitForReplay(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        for (var tries = 0; tries < 100; tries++)
        {
            foreach (var session in await Sessions())
            {
                var (_, replayed, _) = await _daemon.AskAsync("replay", Id(session), "--no-wait");
                if (replayed.AsSpan().IndexOf(wanted) >= 0)
                    return;
            }
        }

        Assert.Fail($"'{text}' was not recorded.");
    }
}
