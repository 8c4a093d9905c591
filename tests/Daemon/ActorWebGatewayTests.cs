using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Gateway;
using SshLog.Core.Protocol;

namespace SshLog.Daemon.Tests;

public sealed class ActorWebGatewayTests : TestKit
{
    public ActorWebGatewayTests()
        : base("akka.loglevel = OFF")
    {
    }

    [Fact]
    public async Task A_page_whose_connection_has_failed_is_told_that_the_daemon_does_not_answer()
    {
        var (gateway, failed) = (CreateTestProbe(), CreateTestProbe());
        var opening = new ActorWebGateway(gateway, TimeSpan.FromMilliseconds(300))
            .OpenAsync(new ClientIdentity(1000, "billy", "web", null), Role.Observer);
        gateway.ExpectMsg<GatewayActor.Open>();
        gateway.Reply(new GatewayActor.Opened(failed));
        await using var connection = await opening;
        var reply = await connection.AskAsync(GatewayProtocol.GetStatus.Instance, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(GatewayProtocol.FailureCode.Unavailable, Assert.IsType<GatewayProtocol.Failure>(reply).Code);

        // The next one counts again.
        var next = connection.AskAsync(GatewayProtocol.GetStatus.Instance, CancellationToken.None);
        failed.ExpectMsg<GatewayProtocol.GetStatus>();
        failed.ExpectMsg<GatewayProtocol.GetStatus>();
        failed.Reply(GatewayProtocol.Detached.Instance);
        Assert.Same(GatewayProtocol.Detached.Instance, await next);
    }
}
