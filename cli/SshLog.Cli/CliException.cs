using SshLog.Core.Protocol;

namespace SshLog.Cli;

/// <summary>The command ends here with one sentence for the person and a status for the script.</summary>
internal sealed class CliException : Exception
{
    /// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
    /// <param name="message">One sentence, without a full stop; what follows a line break is detail.</param>
    /// <param name="inner">Shown with <c>--debug</c>.</param>
    public CliException(int exitCode, string message, Exception? inner = null)
        : base(message, inner) => ExitCode = exitCode;

    public int ExitCode { get; }

    /// <summary>The daemon said no.</summary>
    public static CliException From(GatewayProtocol.Failure failure) => new(
        failure.Code switch
        {
            GatewayProtocol.FailureCode.VersionMismatch => ExitCodes.Protocol,
            GatewayProtocol.FailureCode.Denied => ExitCodes.NoPermission,
            GatewayProtocol.FailureCode.NotFound => ExitCodes.NoInput,
            GatewayProtocol.FailureCode.Ambiguous or GatewayProtocol.FailureCode.BadRequest => ExitCodes.Usage,
            GatewayProtocol.FailureCode.Unavailable => ExitCodes.TryAgain,
            _ => ExitCodes.Internal,
        },
        failure.Message.TrimEnd('.', ' '));
}
