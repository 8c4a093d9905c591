using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <summary>What has gone wrong between a client and the daemon.</summary>
public enum GatewayProblem
{
    /// <summary>Nobody listens on the socket, or there is none.</summary>
    NotRunning,

    /// <summary>The socket exists, but this user may not open it.</summary>
    NoPermission,

    /// <summary>Client and daemon speak different protocol versions.</summary>
    VersionMismatch,

    /// <summary>The daemon has ended or closed the connection.</summary>
    ConnectionLost,

    /// <summary>The daemon is connected but does not answer in time.</summary>
    TimedOut,

    /// <summary>
    /// The daemon has answered that it will not or cannot; <see cref="GatewayException.Code"/> says why.
    /// </summary>
    Refused,
}

/// <summary>A request did not get its answer. The message is one sentence for a person.</summary>
public sealed class GatewayException : Exception
{
    /// <summary>Something other than the daemon's refusal.</summary>
    public GatewayException(GatewayProblem problem, string message, Exception? cause = null)
        : base(message, cause) => Problem = problem;

    /// <summary>The daemon's refusal.</summary>
    public GatewayException(Protocol.Failure failure)
        : base(failure?.Message)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Code = failure.Code;
        Problem = failure.Code == Protocol.FailureCode.VersionMismatch
            ? GatewayProblem.VersionMismatch
            : GatewayProblem.Refused;
    }

    /// <summary>What has gone wrong.</summary>
    public GatewayProblem Problem { get; }

    /// <summary>The daemon's reason; null when it was not the daemon that said no.</summary>
    public Protocol.FailureCode? Code { get; }
}
