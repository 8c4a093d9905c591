using Akka.Configuration;
using SshLog.Core.Protocol;
using SshLog.Remoting.Gateway;
using SshLog.Remoting.Sockets;

namespace SshLog.Remoting;

/// <summary>Everything that makes an actor system speak over the unix socket, for both sides, in one place.</summary>
public static class SshLogRemoting
{
    /// <summary>Where the daemon listens unless told otherwise.</summary>
    public const string DefaultSocketPath = "/run/sshlog/sshlog.sock";

    /// <summary>Group that may open the socket unless told otherwise.</summary>
    public const string DefaultGroup = "sshlog";

    // End of file is the peer's end on a unix socket, so no heartbeat decides: a client stopped by Ctrl-Z stays.
    // Akka's own bindings (selections, heartbeats, death watch) stay; what has none of ours is refused.
    private static readonly string Common = $$"""
        akka.actor {
          provider = remote
          serializers {
            json = "{{NameOf<RefusingJsonSerializer>()}}"
            sshlog-gateway = "{{NameOf<GatewaySerializer>()}}"
          }
          serialization-bindings {
            "{{NameOf<GatewayProtocol.IMessage>()}}" = sshlog-gateway
          }
          serialization-identifiers {
            "{{NameOf<GatewaySerializer>()}}" = {{GatewaySerializer.Id}}
          }
        }
        akka.remote {
          enabled-transports = ["akka.remote.unix"]
          log-remote-lifecycle-events = off
          transport-failure-detector.acceptable-heartbeat-pause = 1h
          watch-failure-detector.acceptable-heartbeat-pause = 1h
          unix {
            transport-class = "{{NameOf<UnixSocketTransport>()}}"
            transport-protocol = unix
            applied-adapters = []
            write-high-water-mark = 1 MiB
          }
        }
        """;

    private const string DaemonSide = """
        akka.remote {
          untrusted-mode = on
          trusted-selection-paths = ["/user/gateway", "/system/remote-watcher"]
          unix {
            role = daemon
            maximum-frame-size = 8 MiB
            maximum-inbound-frame-size = 256 KiB
            maximum-connections = 256
            maximum-connections-per-user = 64
            maximum-frames-per-second = 5000
            handshake-timeout = 10s
            stalled-peer-timeout = 30s
          }
        }
        """;

    // A client says on its own what has gone wrong, and has nothing to wind up.
    private const string ClientSide = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          scheduler.tick-duration = 200ms
          coordinated-shutdown {
            run-by-clr-shutdown-hook = off
            run-by-actor-system-terminate = off
          }
          remote.unix {
            role = client
            maximum-frame-size = 256 KiB
            maximum-inbound-frame-size = 8 MiB
          }
        }
        """;

    /// <summary>
    /// Configuration of the daemon's actor system, whose name is <see cref="GatewayAddress.DaemonSystem"/>.
    /// </summary>
    /// <param name="socketPath">The socket's file.</param>
    /// <param name="group">Group that may open it; empty for root alone.</param>
    public static Config DaemonConfig(string socketPath, string group = DefaultGroup) =>
        Settings(socketPath, group).WithFallback(DaemonSide).WithFallback(Common);

    /// <summary>
    /// Configuration of a client's actor system, whose name is <see cref="GatewayAddress.ClientSystem"/>.
    /// </summary>
    /// <param name="socketPath">The socket's file.</param>
    public static Config ClientConfig(string socketPath) =>
        Settings(socketPath, "").WithFallback(ClientSide).WithFallback(Common);

    private static Config Settings(string socketPath, string group) => ConfigurationFactory.ParseString(
        $"akka.remote.unix {{ path = {Quote(socketPath)}, group = {Quote(group)} }}");

    private static string Quote(string text)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal);
        return "\"" + escaped.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
    }

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";
}
