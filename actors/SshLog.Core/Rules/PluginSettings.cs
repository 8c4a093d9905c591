namespace SshLog.Core.Rules;

/// <summary>Where plug-ins of others are and what they may take.</summary>
public sealed record PluginSettings
{
    /// <summary>Absolute path of their directory; empty for no plug-ins.</summary>
    public required string Directory { get; init; }

    /// <summary>The user that they run as; empty for the daemon's own.</summary>
    public required string User { get; init; }

    /// <summary>Private data of each process, in bytes (RLIMIT_DATA).</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Processor time of each process (RLIMIT_CPU).</summary>
    public required TimeSpan CpuTime { get; init; }

    /// <summary>Processes of <see cref="User"/> in all (RLIMIT_NPROC).</summary>
    public required int Processes { get; init; }

    /// <summary>How long a filter may take for its answer.</summary>
    public required TimeSpan FilterTimeout { get; init; }

    /// <summary>How long a plug-in may take to start.</summary>
    public required TimeSpan StartTimeout { get; init; }

    /// <summary>After so many failures within ten minutes a plug-in is off.</summary>
    public required int Failures { get; init; }
}
