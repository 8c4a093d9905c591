using SshLog.Core.Protocol;
using SshLog.Remoting.Gateway;
using static SshLog.Remoting.Tests.TestDaemon;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Tests;

public sealed class GatewayClientTests
{
    [Fact]
    public async Task Client_is_welcomed_and_answered()
    {
        await using var daemon = new TestDaemon();
        await using var client = await GatewayClient.ConnectAsync(daemon.SocketPath, "1.0", Patience);
        Assert.Equal(Role.Observer, client.Welcome.Role);
        var status = await client.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, Patience);
        Assert.Equal("/nowhere", status.StateDirectory);
    }
}
