using System.Net.Sockets;
using SshLog.Cli.Gateway;

namespace SshLog.Cli.Tests.Gateway;

public sealed class ActorGatewayTests
{
    [Fact]
    public async Task Without_a_socket_the_daemon_is_not_running()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var error = await Assert.ThrowsAsync<CliException>(() => ActorGateway.ConnectAsync(path, default));
        Assert.Equal(ExitCodes.Unavailable, error.ExitCode);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_on_is_a_daemon_that_is_not_running()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            // Bound and never listening: connect(2) refuses, as for the file that a killed daemon leaves.
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            var error = await Assert.ThrowsAsync<CliException>(() => ActorGateway.ConnectAsync(path, default));
            Assert.Equal(ExitCodes.Unavailable, error.ExitCode);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
