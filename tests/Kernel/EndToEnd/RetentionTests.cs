using System.Text;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Recordings are held, released and deleted by the built command, and the rest proves it.</summary>
[Collection("probe")]
public sealed class RetentionTests : IDisposable
{
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new() { StoresPlain = true };

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task A_recording_is_held_released_and_deleted_and_verify_explains_it()
    {
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User, "seq 1 200000"))
            await client.WaitForExitAsync();
        var id = (await _daemon.WaitForEndAsync(_sshd.Port)).GetProperty("session").GetString()!;
        var journal = Path.Combine(_daemon.StateDirectory, "journal.db");

        Assert.Equal(0, (await _daemon.AskAsync("hold", id, "--reason", "case 17")).ExitCode);
        Assert.Matches(
            $"{id} +{_sshd.User} +[0-9TZ:.-]+ +root +case 17\n", Encoding.UTF8.GetString((await _daemon.AskAsync("holds")).Output));
        var (refused, _, why) = await _daemon.AskAsync("delete", id, "--yes", "--reason", "room");
        Assert.Equal(77, refused);
        Assert.Contains("case 17", why, StringComparison.Ordinal);
        Assert.Equal(64, (await _daemon.AskAsync("delete", id, "--yes", "--reason", " ")).ExitCode);
        Assert.Equal(0, (await _daemon.AskAsync("release", id)).ExitCode);
        Assert.Empty((await _daemon.AskAsync("holds")).Output);
        var before = new FileInfo(journal).Length + new FileInfo(journal + "-wal").Length;
        var (deleted, output, errors) = await _daemon.AskAsync("delete", id, "--yes", "--reason", "request of the user");
        Assert.True(deleted == 0, errors);
        Assert.Contains("Deleted", Encoding.UTF8.GetString(output), StringComparison.Ordinal);
        // The session printed 1.3 MB.
        var after = new FileInfo(journal).Length + new FileInfo(journal + "-wal").Length;
        Assert.InRange(before - after, 1_200_000, long.MaxValue);

        await _daemon.WaitForSessionsAsync(_sshd.Port, sessions => sessions.Length == 0);
        Assert.Equal(66, (await _daemon.AskAsync("replay", id, "--no-wait")).ExitCode);
        await _daemon.StopAsync();
        var (status, text, _) = await DaemonProcess.RunCliAsync("verify", "--journal", journal);
        Assert.Equal(0, status);
        Assert.Contains($"{id}  deleted on ", text, StringComparison.Ordinal);
        Assert.Contains("by root: request of the user", text, StringComparison.Ordinal);
        Assert.Contains("audit  complete (3 events, signed", text, StringComparison.Ordinal);
    }
}
