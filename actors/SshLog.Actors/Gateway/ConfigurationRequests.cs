using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Answers what a client asks about the configuration.</summary>
internal static class ConfigurationRequests
{
    public static async Task<GatewayProtocol.IReply> ReloadAsync(IConfigurationReload? configuration, Role role)
    {
        if (role < Role.Administrator)
        {
            return new GatewayProtocol.Failure(
                GatewayProtocol.FailureCode.Denied, "Only administrators may have the configuration read again.");
        }

        return configuration is null
            ? new GatewayProtocol.Failure(GatewayProtocol.FailureCode.Unavailable, "This daemon cannot read its configuration again.")
            // Reads files, so not on the actor's thread.
            : await Task.Run(configuration.Reload).ConfigureAwait(false);
    }
}
