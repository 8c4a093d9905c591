using System.Net;
using SshLog.Core.Protocol;
using SshLog.Core.Recording;
using SshLog.Core.Rules;

namespace SshLog.Configuration;

/// <summary>The daemon's settings, validated. Each is documented, with its default, in hocon/reference.conf.</summary>
public sealed record DaemonSettings
{
    /// <summary><c>sshlog.state-directory</c>: absolute path.</summary>
    public required string StateDirectory { get; init; }

    /// <summary><c>sshlog.socket</c>: absolute path, at most 107 bytes (unix(7) sun_path).</summary>
    public required string Socket { get; init; }

    /// <summary><c>sshlog.nice</c>: nice value of the daemon (sched(7)), -20 to 19.</summary>
    public required int Nice { get; init; }

    /// <summary><c>sshlog.access</c>.</summary>
    public required AccessSettings Access { get; init; }

    /// <summary><c>sshlog.typing</c>: operators may type into sessions.</summary>
    public required bool Typing { get; init; }

    /// <summary><c>sshlog.notice</c>: what watched users are told.</summary>
    public required ViewerNotice Notice { get; init; }

    /// <summary><c>sshlog.web</c>.</summary>
    public required WebSettings Web { get; init; }

    /// <summary><c>sshlog.metrics</c>.</summary>
    public required MetricsSettings Metrics { get; init; }

    /// <summary>The rest of <c>sshlog.record</c>.</summary>
    public required CaptureSettings Capture { get; init; }

    /// <summary><c>sshlog.record.sessions</c>.</summary>
    public required RecordingPolicy Recording { get; init; }

    /// <summary><c>sshlog.log</c>.</summary>
    public required LogSettings Log { get; init; }

    /// <summary><c>sshlog.probe</c>.</summary>
    public required ProbeSettings Probe { get; init; }

    /// <summary><c>sshlog.journal</c>.</summary>
    public required JournalSettings Journal { get; init; }

    /// <summary><c>sshlog.retention</c> and <c>sshlog.storage</c>.</summary>
    public required RetentionPolicy Retention { get; init; }

    /// <summary><c>sshlog.key-frames</c>.</summary>
    public required KeyFrameSettings KeyFrames { get; init; }

    /// <summary><c>sshlog.plugins</c>.</summary>
    public required PluginSettings Plugins { get; init; }

    /// <summary><c>sshlog.search-index</c>.</summary>
    public required SearchIndexSettings SearchIndex { get; init; }
}

/// <summary>Group names of the roles.</summary>
/// <param name="Observers">May list, watch and replay, and opens the socket.</param>
/// <param name="Operators">May also type and end sessions.</param>
/// <param name="Administrators">May also change the daemon.</param>
public sealed record AccessSettings(string Observers, string Operators, string Administrators);

/// <summary>How much the daemon says about itself.</summary>
public enum LogVerbosity
{
    /// <summary>Everything.</summary>
    Debug,

    /// <summary>Normal operation.</summary>
    Info,

    /// <summary>What an administrator should look at.</summary>
    Warning,

    /// <summary>What does not work.</summary>
    Error,
}

/// <summary>The daemon's own log.</summary>
/// <param name="File">Absolute path; empty for none.</param>
/// <param name="Level">From this level on.</param>
/// <param name="FileSizeBytes">Size at which a file is renamed.</param>
/// <param name="Files">Files kept.</param>
public sealed record LogSettings(string File, LogVerbosity Level, long FileSizeBytes, int Files);

/// <summary>The probe.</summary>
/// <param name="RingBufferBytes">Size of the kernel's ring buffer; a power of two.</param>
/// <param name="OutstandingBytes">Bytes held between the kernel and the journal.</param>
/// <param name="Pin">True to keep the probe attached when the daemon is killed.</param>
/// <param name="PinDirectory">Absolute path of a directory in a BPF file system.</param>
/// <param name="OnLoss">What the daemon does when something is missing.</param>
public sealed record ProbeSettings(int RingBufferBytes, int OutstandingBytes, bool Pin, string PinDirectory, LossAnswer OnLoss);

/// <summary>What the daemon does when something is missing in a recording, beyond recording that.</summary>
public enum LossAnswer
{
    /// <summary>A warning in its log.</summary>
    Log,

    /// <summary>An error in its log and in the service manager's status.</summary>
    Alert,

    /// <summary>It stops.</summary>
    Exit,
}

/// <summary>Metrics.</summary>
/// <param name="Listen">A loopback address with its port, or a unix socket; null for none.</param>
/// <param name="Otlp">Where they are sent; null for nowhere.</param>
public sealed record MetricsSettings(EndPoint? Listen, OtlpMetricsSettings? Otlp = null);

/// <summary>An OpenTelemetry collector that gets metrics.</summary>
/// <param name="Endpoint">URL of its OTLP/HTTP receiver for metrics.</param>
/// <param name="Interval">How often.</param>
/// <param name="Authorization">Value of the header, or where it stands (<c>file:</c>, <c>env:</c>, <c>credential:</c>); empty for none.</param>
public sealed record OtlpMetricsSettings(Uri Endpoint, TimeSpan Interval, string Authorization)
{
    /// <summary>Without the authorization.</summary>
    public override string ToString() => $"{Endpoint} every {Interval}";
}

/// <summary>The journal.</summary>
/// <param name="WaitForDisk">True to wait for the disk with every commit.</param>
/// <param name="Compresses">True to compress output and whatever else gets smaller by it.</param>
public sealed record JournalSettings(bool WaitForDisk, bool Compresses);
