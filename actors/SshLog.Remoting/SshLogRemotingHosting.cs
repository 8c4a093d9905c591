using Akka.Hosting;

namespace SshLog.Remoting;

/// <summary>Registration with a host.</summary>
public static class SshLogRemotingHosting
{
    /// <summary>Lets the actor system of the daemon listen on the unix socket.</summary>
    /// <param name="builder">
    /// The actor system's builder; the system's name must be <see cref="GatewayAddress.DaemonSystem"/>.
    /// </param>
    /// <param name="socketPath">The socket's file.</param>
    /// <param name="group">Group that may open it; empty for root alone.</param>
    public static AkkaConfigurationBuilder WithSshLogDaemonRemoting(
        this AkkaConfigurationBuilder builder,
        string socketPath = SshLogRemoting.DefaultSocketPath,
        string group = SshLogRemoting.DefaultGroup) =>
        builder.AddHocon(SshLogRemoting.DaemonConfig(socketPath, group), HoconAddMode.Prepend);
}
