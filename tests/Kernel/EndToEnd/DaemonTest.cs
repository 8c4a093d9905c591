using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>A test with an sshd and a daemon of its own; the daemon ends first.</summary>
public abstract class DaemonTest : IDisposable
{
    private protected readonly SshServer _sshd = new();
    private protected readonly DaemonProcess _daemon = new();

    public virtual void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        GC.SuppressFinalize(this);
    }
}
