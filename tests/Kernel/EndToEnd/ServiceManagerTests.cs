using System.Net.Sockets;
using System.Text;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>What systemd is told (sd_notify(3)), on a socket of the test's own.</summary>
[Collection("probe")]
public sealed class ServiceManagerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sshlog-notify").FullName;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly DaemonProcess _daemon = new();

    public void Dispose()
    {
        _daemon.Dispose();
        _socket.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Ready_comes_when_it_records_then_signs_of_life_none_while_it_is_stopped_and_a_word_at_the_end()
    {
        var path = Path.Combine(_directory, "notify");
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _daemon.Variables["NOTIFY_SOCKET"] = path;
        _daemon.Variables["WATCHDOG_USEC"] = "900000";
        await _daemon.StartAsync();

        Assert.Equal("READY=1", await NextAsync());
        Assert.Equal("WATCHDOG=1", await NextAsync());
        Assert.Equal("WATCHDOG=1", await NextAsync());
        _daemon.Signal("STOP");
        while (_socket.Available > 0)
            await NextAsync();
        using (var silence = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await NextAsync(silence.Token));
        _daemon.Signal("CONT");
        Assert.Equal("WATCHDOG=1", await NextAsync());
        Assert.Equal(0, (await _daemon.StopAsync()).ExitCode);
        var last = string.Empty;
        while (_socket.Available > 0)
            last = await NextAsync();
        Assert.Equal("STOPPING=1", last);
    }

    private async Task<string> NextAsync(CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        var buffer = new byte[256];
        var length = await _socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
