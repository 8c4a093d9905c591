using Akka.Actor;

namespace SshLog.Remoting;

/// <summary>
/// Names and addresses on the unix socket. Host and port mean nothing there, but Akka's parser wants both.
/// </summary>
public static class GatewayAddress
{
    /// <summary>Name of the daemon's actor system.</summary>
    public const string DaemonSystem = "sshlog";

    /// <summary>Name of a client's actor system.</summary>
    public const string ClientSystem = "sshlog-cli";

    /// <summary>The daemon's host name.</summary>
    public const string DaemonHost = "daemon";

    /// <summary>Everybody's port.</summary>
    public const int Port = 1;

    /// <summary>Scheme of the transport; Akka puts <c>akka.</c> before it.</summary>
    public const string Scheme = "unix";

    /// <summary>Path of the gateway as a client writes it.</summary>
    public const string Gateway = "akka.unix://sshlog@daemon:1/user/gateway";

    /// <summary>The daemon as the transport knows it.</summary>
    public static Address Daemon { get; } = new(Scheme, DaemonSystem, DaemonHost, Port);

    /// <summary>A client as the transport knows it.</summary>
    /// <param name="host">The name that the daemon has assigned to the connection.</param>
    public static Address Client(string host) => new(Scheme, ClientSystem, host, Port);
}
