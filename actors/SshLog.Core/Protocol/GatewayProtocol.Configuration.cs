namespace SshLog.Core.Protocol;

/// <summary>Of the configuration.</summary>
public static partial class GatewayProtocol
{
    /// <summary>Asks the daemon to read its configuration again; administrators may.</summary>
    public sealed record ReloadConfiguration : IRequest
    {
        /// <summary>The only one needed.</summary>
        public static readonly ReloadConfiguration Instance = new();
    }

    /// <summary>What came of it.</summary>
    /// <param name="Accepted">False if the old configuration goes on.</param>
    /// <param name="Lines">What is wrong, or what has changed and what needs a restart; a sentence each.</param>
    public sealed record ConfigurationReloaded(bool Accepted, IReadOnlyList<string> Lines) : IReply;
}

/// <summary>Reads the daemon's configuration again.</summary>
public interface IConfigurationReload
{
    /// <summary>Does it; may take a while, and one waits for the other.</summary>
    GatewayProtocol.ConfigurationReloaded Reload();
}
