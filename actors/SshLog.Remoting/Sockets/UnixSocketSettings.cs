using Akka.Configuration;

namespace SshLog.Remoting.Sockets;

/// <summary>
/// Section <c>akka.remote.unix</c>. The defaults stand in <see cref="SshLogRemoting"/>'s configuration.
/// </summary>
internal sealed record UnixSocketSettings
{
    /// <summary>File of the socket.</summary>
    public required string Path { get; init; }

    /// <summary>True for the daemon, which accepts; false for a client, which connects.</summary>
    public required bool Listens { get; init; }

    /// <summary>Group that may open the socket; empty for root alone.</summary>
    public string Group { get; init; } = "";

    /// <summary>Largest payload that is written, bytes.</summary>
    public int MaximumFrameSize { get; init; } = 256 << 10;

    /// <summary>
    /// Largest payload that is read, bytes. Questions are small, answers may not be: each side writes what the other
    /// reads.
    /// </summary>
    public int MaximumInboundFrameSize { get; init; } = 256 << 10;

    /// <summary>Bytes queued for one peer above which it is written to no more.</summary>
    public int WriteHighWaterMark { get; init; } = 1 << 20;

    /// <summary>Connections open at once.</summary>
    public int MaximumConnections { get; init; } = 256;

    /// <summary>Connections open at once by one user other than root.</summary>
    public int MaximumConnectionsPerUser { get; init; } = 64;

    /// <summary>Frames read from one peer in a second; a faster one has to wait.</summary>
    public int MaximumFramesPerSecond { get; init; } = 5_000;

    /// <summary>Time from accept to the peer's first valid frame, and from connect to the daemon's preamble.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer with a full queue may take nothing before it is cut off.</summary>
    public TimeSpan StalledPeerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads the section.</summary>
    /// <exception cref="ConfigurationException">No path, or a role other than daemon or client.</exception>
    public static UnixSocketSettings Read(Config config)
    {
        var defaults = new UnixSocketSettings { Path = "", Listens = false };
        var path = config.GetString("path", "");
        if (string.IsNullOrEmpty(path))
            throw new ConfigurationException("akka.remote.unix.path: the socket's file is not set");
        return defaults with
        {
            Path = path,
            Listens = config.GetString("role", "") switch
            {
                "daemon" => true,
                "client" => false,
                var role => throw new ConfigurationException(
                    $"akka.remote.unix.role: \"{role}\" is neither daemon nor client"),
            },
            Group = config.GetString("group", defaults.Group) ?? "",
            MaximumFrameSize = Bytes(config, "maximum-frame-size", defaults.MaximumFrameSize),
            MaximumInboundFrameSize =
                Bytes(config, "maximum-inbound-frame-size", defaults.MaximumInboundFrameSize),
            WriteHighWaterMark = Bytes(config, "write-high-water-mark", defaults.WriteHighWaterMark),
            MaximumConnections = config.GetInt("maximum-connections", defaults.MaximumConnections),
            MaximumConnectionsPerUser =
                config.GetInt("maximum-connections-per-user", defaults.MaximumConnectionsPerUser),
            MaximumFramesPerSecond = config.GetInt("maximum-frames-per-second", defaults.MaximumFramesPerSecond),
            HandshakeTimeout = config.GetTimeSpan("handshake-timeout", defaults.HandshakeTimeout, false),
            StalledPeerTimeout = config.GetTimeSpan("stalled-peer-timeout", defaults.StalledPeerTimeout, false),
        };
    }

    private static int Bytes(Config config, string key, int fallback) =>
        (int)Math.Clamp(config.GetByteSize(key) ?? fallback, 4096, 64 << 20);
}
