namespace SshLog.Daemon;

/// <summary>The daemon cannot start; the message is for the administrator.</summary>
internal sealed class StartupException(int exitCode, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What the process exits with.</summary>
    public int ExitCode { get; } = exitCode;
}
