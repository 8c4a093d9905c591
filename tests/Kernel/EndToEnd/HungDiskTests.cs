using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// The state directory's file system answers no write for longer than the journal waits for one (call-timeout, 20 s): it is
/// frozen, as a storage network that hangs looks to a process.
/// </summary>
[Collection("probe")]
public sealed class HungDiskTests : DaemonTest
{
    private static readonly TimeSpan _hang = TimeSpan.FromSeconds(26);

    [Fact]
    public async Task A_disk_that_hangs_delays_the_recording_and_loses_nothing()
    {
        using var disk = new Disk(_sshd.InDirectory("disk"), _daemon.StateDirectory);
        await _daemon.StartAsync();
        using var client = _sshd.Connect(_sshd.User, "read go; seq 1 200000; read go; echo the end");
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1);

        disk.Freeze();
        client.Type("go\n");
        await Task.Delay(_hang);
        Assert.Equal(0, (await _daemon.AskAsync("status")).ExitCode);
        disk.Thaw();
        await _daemon.WaitForLogAsync("could not be written, trying again");
        client.Type("go\n");
        await client.WaitForExitAsync();

        var session = await _daemon.WaitForEndAsync(_sshd.Port);
        var (_, replayed, _) = await _daemon.AskAsync("replay", session.GetProperty("session").GetString()!, "--no-wait");
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
        Assert.True(client.Printed.AsSpan().SequenceEqual(replayed), $"client {client.Printed.Length}, replay {replayed.Length} bytes");
        var (exitCode, said, errors) = await DaemonProcess.RunCliAsync("verify", "--journal", Path.Combine(_daemon.StateDirectory, "journal.db"));
        Assert.True(exitCode == 0, said + errors);
        _daemon.End();
    }

    /// <summary>A file system in a file. It is thawed before all else ends: whoever waits for it cannot be killed.</summary>
    private sealed class Disk : IDisposable
    {
        private readonly string _directory;
        private bool _frozen;

        public Disk(string file, string directory)
        {
            _directory = directory;
            Directory.CreateDirectory(directory);
            using (var image = File.Create(file))
                image.SetLength(256 << 20);
            SshServer.Run("mkfs.ext4", "-q", file);
            SshServer.Run("mount", "-o", "loop", file, directory);
            SshServer.Run("chmod", "700", directory);
        }

        public void Freeze()
        {
            SshServer.Run("fsfreeze", "--freeze", _directory);
            _frozen = true;
        }

        public void Thaw()
        {
            _frozen = false;
            SshServer.Run("fsfreeze", "--unfreeze", _directory);
        }

        public void Dispose()
        {
            if (_frozen)
                Thaw();
            SshServer.Run("umount", "-l", _directory);
        }
    }
}
