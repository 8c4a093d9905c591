using System.Net.Sockets;
using System.Text;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;

namespace SshLog.Daemon.Tests;

/// <summary>The watchdog of systemd on a socket of the test's own; the test answers for probe and router.</summary>
public sealed class WatchdogTests : TestKit
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-watchdog-");
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly TestProbe _probe;
    private readonly TestProbe _router;

    public WatchdogTests()
        : base("akka.loglevel = OFF") => (_probe, _router) = (CreateTestProbe(), CreateTestProbe());

    protected override void AfterAll()
    {
        base.AfterAll();
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", null);
        _systemd.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_late_answer_costs_one_sign_of_life_and_the_next_one_gives_it_again()
    {
        var path = Path.Combine(_directory.FullName, "notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(path));
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", path);
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", "3000000");
        using var manager = new ServiceManager();
        manager.Ready(_probe, _router);
        Assert.Equal("READY=1", await NextAsync());
        // Each of them once not in time.
        _probe.ExpectMsg<ProbeProtocol.GetHealth>();
        Answer<ProbeProtocol.GetHealth>(_probe);
        _router.ExpectMsg<SessionProtocol.GetOpenSessions>();
        Answer<ProbeProtocol.GetHealth>(_probe);
        Answer<SessionProtocol.GetOpenSessions>(_router);
        Assert.Equal("WATCHDOG=1", await NextAsync());
        manager.Stopping();
    }

    private static void Answer<TQuestion>(TestProbe actor)
    {
        actor.ExpectMsg<TQuestion>(TimeSpan.FromSeconds(10));
        actor.Reply("here");
    }

    private async Task<string> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, await _systemd.ReceiveAsync(buffer, SocketFlags.None, limit.Token));
    }
}
