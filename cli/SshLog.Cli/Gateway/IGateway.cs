using SshLog.Core.Protocol;

namespace SshLog.Cli.Gateway;

/// <summary>A connection to the daemon on which this client has been welcomed.</summary>
internal interface IGateway : IAsyncDisposable
{
    /// <summary>The daemon's answer, a <see cref="GatewayProtocol.Failure"/> included.</summary>
    /// <exception cref="CliException">The connection is lost, or the answer cannot be read.</exception>
    Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request, CancellationToken cancellation);
}
