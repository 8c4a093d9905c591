using SshLog.Actors.Gateway;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Tests;

public sealed class ConfigurationRequestsTests
{
    [Theory]
    [InlineData(Role.None)]
    [InlineData(Role.Observer)]
    [InlineData(Role.Operator)]
    public async Task Who_is_no_administrator_reloads_nothing(Role role)
    {
        var configuration = new Counting();
        var reply = await ConfigurationRequests.ReloadAsync(configuration, role);
        Assert.Equal(GatewayProtocol.FailureCode.Denied, Assert.IsType<GatewayProtocol.Failure>(reply).Code);
        Assert.Equal(0, configuration.Reloads);
    }

    [Fact]
    public async Task An_administrator_gets_what_came_of_it()
    {
        var configuration = new Counting();
        var reply = await ConfigurationRequests.ReloadAsync(configuration, Role.Administrator);
        Assert.Equal(["a", "b"], Assert.IsType<GatewayProtocol.ConfigurationReloaded>(reply).Lines);
        Assert.Equal(1, configuration.Reloads);
    }

    private sealed class Counting : IConfigurationReload
    {
        public int Reloads { get; private set; }

        public GatewayProtocol.ConfigurationReloaded Reload()
        {
            Reloads++;
            return new GatewayProtocol.ConfigurationReloaded(false, ["a", "b"]);
        }
    }
}
