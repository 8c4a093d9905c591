using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>The state directory is a small tmpfs, and more is printed than fits.</summary>
[Collection("probe")]
public sealed class FullDiskTests : IDisposable
{
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new() { StoresPlain = true };

    public FullDiskTests()
    {
        Directory.CreateDirectory(_daemon.StateDirectory);
        SshServer.Run("mount", "-t", "tmpfs", "-o", "size=96m,mode=0700", "tmpfs", _daemon.StateDirectory);
    }

    public void Dispose()
    {
        SshServer.Run("umount", "-l", _daemon.StateDirectory);
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task Output_stops_before_the_disk_is_full_and_commands_and_alerts_go_on_to_the_byte()
    {
        _daemon.Settings = "sshlog.storage { alert-free = 1 GiB, reserve = 1 GiB }\nsshlog.key-frames.enabled = off\nsshlog.record.channel-limit = 1 GiB";
        await _daemon.StartAsync();
        var watch = _daemon.Watch();
        // Slower than the disk is looked at: the policy has its chance. And more than the disk has room for, whatever a checkpoint frees.
        var (_, printed, _) = await PrintAsync(260);
        try
        {
            // In between a checkpoint of the write-ahead log may make room once more.
            foreach (var level in (string[])["low", "output-stopped"])
            {
                await watch.FindAsync(e => e.GetProperty("event_type").GetString() == "storage_changed" && e.GetProperty("level").GetString() == level)
                    .WaitAsync(TimeSpan.FromSeconds(30));
            }
        }
        finally
        {
            watch.Dispose();
        }

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        var id = session.GetProperty("session").GetString()!;
        var events = await EventsAsync(id);
        long Sum(string type, string field) =>
            events.Where(e => e.GetProperty("event_type").GetString() == type).Sum(e => e.GetProperty(field).GetInt64());
        Assert.True(Sum("output_left_out", "bytes") > 0, "everything fitted, so nothing was tried");
        Assert.Equal(printed.Length, Sum("terminal_update", "data_len") + Sum("output_left_out", "bytes"));
        Assert.DoesNotContain(events, e => e.GetProperty("event_type").GetString() == "loss");
        Assert.Contains(
            await _daemon.QueryAsync("history", id), c => c.GetProperty("argv").EnumerateArray().Last().GetString() == "after");
        Assert.True(new DriveInfo(_daemon.StateDirectory).AvailableFreeSpace > 0);
    }

    [Fact]
    public async Task The_oldest_recordings_make_room_when_that_is_the_policy()
    {
        _daemon.Settings =
            "sshlog.storage { alert-free = 1 GiB, reserve = 1 GiB, when-full = delete-oldest }\nsshlog.key-frames.enabled = off\nsshlog.record.channel-limit = 1 GiB";
        await _daemon.StartAsync();
        for (var i = 0; i < 8; i++)
        {
            await PrintAsync(40);
            await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length > 0 && s.All(one => !one.GetProperty("open").GetBoolean()));
        }

        var sessions = await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length < 8);
        Assert.NotEmpty(sessions);
        await _daemon.StopAsync();
        var (status, text, _) = await DaemonProcess.RunCliAsync("verify", "--journal", Path.Combine(_daemon.StateDirectory, "journal.db"));
        Assert.Equal(0, status);
        Assert.Contains("by retention: the file system was full", text, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, byte[] Output, string Errors)> PrintAsync(int times)
    {
        using var client = _sshd.Connect(
            _sshd.User, $"for i in $(seq {times}); do head -c 400000 /dev/zero | tr '\\0' x; sleep 0.1; done; /bin/true after");
        return await client.WaitForExitAsync();
    }

    private async Task<List<JsonElement>> EventsAsync(string id)
    {
        var (exit, output, errors) = await _daemon.AskAsync("export", id, "--format", "jsonl");
        Assert.True(exit == 0, errors);
        return [.. Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
