using SshLog.Core.Protocol;
using SshLog.Remoting.Gateway;

namespace SshLog.Cli.Gateway;

/// <summary>The connection over the daemon's unix socket.</summary>
internal sealed class ActorGateway : IGateway
{
    private static readonly TimeSpan _longestWelcome = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestAnswer = GatewayProtocol.ReadFeed.LongestWait + TimeSpan.FromSeconds(10);

    private readonly GatewayClient _client;

    private ActorGateway(GatewayClient client) => _client = client;

    /// <summary>Connects and greets.</summary>
    /// <exception cref="CliException">No daemon, no permission, another version.</exception>
    public static async Task<IGateway> ConnectAsync(string socketPath, CancellationToken cancellation)
    {
        try
        {
            var client = await GatewayClient.ConnectAsync(
                socketPath, CommandLine.Version, _longestWelcome, cancellation);
            return new ActorGateway(client);
        }
        catch (GatewayException error)
        {
            throw Explain(error);
        }
    }

    public async Task<GatewayProtocol.IReply> AskAsync(
        GatewayProtocol.IRequest request, CancellationToken cancellation)
    {
        try
        {
            return await _client.AskAsync<GatewayProtocol.IReply>(request, _longestAnswer, cancellation);
        }
        catch (GatewayException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>
    /// Nothing: the process ends now, and the kernel closing the socket is all that the daemon waits for. An orderly
    /// end of the actor system would cost a tenth of the command's time.
    /// </summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static CliException Explain(GatewayException error)
    {
        if (error.Code is { } code)
            return CliException.From(new GatewayProtocol.Failure(code, error.Message));
        var exitCode = error.Problem switch
        {
            GatewayProblem.NotRunning => ExitCodes.Unavailable,
            GatewayProblem.NoPermission => ExitCodes.NoPermission,
            GatewayProblem.VersionMismatch => ExitCodes.Protocol,
            GatewayProblem.ConnectionLost => ExitCodes.InputOutput,
            GatewayProblem.TimedOut => ExitCodes.TryAgain,
            _ => ExitCodes.Internal,
        };
        return new CliException(exitCode, error.Message, error);
    }
}
