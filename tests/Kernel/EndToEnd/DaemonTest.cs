using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>A test with an sshd and a daemon of its own; the daemon ends first.</summary>
public abstract class DaemonTest : IDisposable
{
    private protected readonly SshServer _sshd = new();
    private protected readonly DaemonProcess _daemon = new();

    /// <summary>A session that prints more than a small ring buffer takes while the daemon stands still.</summary>
    /// <returns>How many bytes its client got.</returns>
    private protected async Task<long> PrintWhileStoppedAsync()
    {
        using var client = _sshd.Connect("root", "echo begun; read x; head -c 4000000 /dev/zero | tr '\\0' x; exit");
        await client.WaitForAsync("begun");
        _daemon.Signal("STOP");
        client.Type("\n");
        var (_, output, _) = await client.WaitForExitAsync();
        _daemon.Signal("CONT");
        return output.Length;
    }

    public virtual void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        GC.SuppressFinalize(this);
    }
}
