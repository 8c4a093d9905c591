using Akka.Configuration;

namespace Akka.Remote;

/// <summary>Section <c>akka.remote</c>.</summary>
internal sealed class RemoteSettings
{
    public RemoteSettings(Config config)
    {
        Config = config.GetConfig("akka.remote");
        UntrustedMode = Config.GetBoolean("untrusted-mode");
        TrustedSelectionPaths = Config.GetStringList("trusted-selection-paths").ToHashSet();
        LogLifecycleEvents = Config.GetString("log-remote-lifecycle-events", "on") is not ("off" or "false" or "OFF");
        LogReceive = Config.GetBoolean("log-received-messages");
        LogSend = Config.GetBoolean("log-sent-messages");
        StartupTimeout = Config.GetTimeSpan("startup-timeout");
        ShutdownTimeout = Config.GetTimeSpan("shutdown-timeout");
        RetryGateClosedFor = Config.GetTimeSpan("retry-gate-closed-for");
        Transports = Config.GetStringList("enabled-transports");
        ConnectionHeartbeat = new FailureDetection(Config.GetConfig("transport-failure-detector"));
        WatchHeartbeat = new FailureDetection(Config.GetConfig("watch-failure-detector"));
        ReaperInterval = Config.GetTimeSpan("watch-failure-detector.unreachable-nodes-reaper-interval");
    }

    public Config Config { get; }

    /// <summary>Whether peers may only do what cannot harm.</summary>
    public bool UntrustedMode { get; }

    /// <summary>Paths that selections of peers may reach in untrusted mode.</summary>
    public IReadOnlySet<string> TrustedSelectionPaths { get; }

    /// <summary>Whether associations that come and go are logged.</summary>
    public bool LogLifecycleEvents { get; }

    /// <summary>Whether each inbound message is logged at debug level.</summary>
    public bool LogReceive { get; }

    /// <summary>Whether each outbound message is logged at debug level.</summary>
    public bool LogSend { get; }

    /// <summary>Longest wait for the transports to listen.</summary>
    public TimeSpan StartupTimeout { get; }

    /// <summary>Longest wait for the transports to end.</summary>
    public TimeSpan ShutdownTimeout { get; }

    /// <summary>How long an address is not tried again after a failure.</summary>
    public TimeSpan RetryGateClosedFor { get; }

    /// <summary>Paths of the transports' sections.</summary>
    public IList<string> Transports { get; }

    /// <summary>When a connection counts as dead.</summary>
    public FailureDetection ConnectionHeartbeat { get; }

    /// <summary>When a node whose actors are watched counts as dead.</summary>
    public FailureDetection WatchHeartbeat { get; }

    /// <summary>How often silent nodes are looked for.</summary>
    public TimeSpan ReaperInterval { get; }

    /// <summary>Defaults of this assembly.</summary>
    public static Config Defaults()
    {
        using var stream = typeof(RemoteSettings).Assembly.GetManifestResourceStream("Akka.Remote.reference.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}

/// <summary>A deadline: silent for longer than interval and pause together means dead.</summary>
internal sealed class FailureDetection(Config config)
{
    /// <summary>How often a heartbeat is sent.</summary>
    public TimeSpan Interval { get; } = config.GetTimeSpan("heartbeat-interval");

    /// <summary>Longest silence.</summary>
    public TimeSpan Deadline { get; } =
        config.GetTimeSpan("heartbeat-interval") + config.GetTimeSpan("acceptable-heartbeat-pause");
}
