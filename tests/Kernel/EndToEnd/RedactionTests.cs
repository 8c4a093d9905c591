using System.Text;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>A secret on a command line reaches no file of the daemon.</summary>
[Collection("probe")]
public sealed class RedactionTests : IDisposable
{
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new() { StoresPlain = true };

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
    }

    [Fact]
    public async Task A_secret_on_a_command_line_is_in_no_file_and_its_mark_is_in_the_history()
    {
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User, "/bin/true --password=S3CRETWORD; /bin/true kept"))
            await client.WaitForExitAsync();
        var id = (await _daemon.WaitForEndAsync(_sshd.Port)).GetProperty("session").GetString()!;
        var commands = await _daemon.QueryAsync("history", id);
        string[] last = [.. commands.Select(c => c.GetProperty("argv").EnumerateArray().Last().GetString()!)];
        Assert.Contains("--password=[redacted]", last);
        Assert.Contains("kept", last);
        await _daemon.StopAsync();
        Assert.All(
            Directory.EnumerateFiles(_daemon.StateDirectory),
            file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes("S3CRETWORD"))));
        Assert.Equal(0, (await DaemonProcess.RunCliAsync("verify", "--journal", Path.Combine(_daemon.StateDirectory, "journal.db"))).ExitCode);
    }
}
