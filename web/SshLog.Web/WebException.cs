using SshLog.Core.Protocol;

namespace SshLog.Web;

/// <summary>A request that fails, with what the client is told.</summary>
/// <param name="status">HTTP status (RFC 9110, section 15).</param>
/// <param name="message">One sentence for a person.</param>
internal sealed class WebException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static WebException Of(GatewayProtocol.Failure failure) => new(
        failure.Code switch
        {
            GatewayProtocol.FailureCode.Denied => 403,
            GatewayProtocol.FailureCode.NotFound => 404,
            GatewayProtocol.FailureCode.Ambiguous => 409,
            GatewayProtocol.FailureCode.Unavailable => 503,
            GatewayProtocol.FailureCode.BadRequest => 400,
            _ => 500,
        },
        failure.Message);
}
