using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;

namespace SshLog.Web;

/// <summary>The daemon as the page sees it: the same gateway that serves the command line, which alone decides who may do what.</summary>
public interface IWebGateway
{
    /// <summary>A connection of its own for one request, stream or viewer.</summary>
    /// <param name="client">Who asks, for recordings.</param>
    /// <param name="role">What they may do.</param>
    Task<IWebConnection> OpenAsync(ClientIdentity client, Role role);
}

/// <summary>One connection; disposing of it ends what it watches.</summary>
public interface IWebConnection : IAsyncDisposable
{
    /// <summary>Asks; the answer may be <see cref="GatewayProtocol.Failure"/>.</summary>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    Task<GatewayProtocol.IReply> AskAsync(GatewayProtocol.IRequest request, CancellationToken cancellation);
}

/// <summary>Questions with one kind of answer.</summary>
internal static class WebConnections
{
    /// <exception cref="WebException">The daemon refused, or cannot answer.</exception>
    public static async Task<TReply> AskAsync<TReply>(
        this IWebConnection connection, GatewayProtocol.IRequest request, CancellationToken cancellation)
        where TReply : class, GatewayProtocol.IReply =>
        await connection.AskAsync(request, cancellation).ConfigureAwait(false) switch
        {
            TReply reply => reply,
            GatewayProtocol.Failure failure => throw WebException.Of(failure),
            var other => throw new WebException(500, $"The daemon answered with {other.GetType().Name}."),
        };

    /// <summary>Sessions, newest first.</summary>
    /// <exception cref="WebException">The daemon cannot answer.</exception>
    public static Task<IReadOnlyList<SessionSummary>> FindSessionsAsync(
        this IWebConnection connection, SessionQuery query, CancellationToken cancellation) =>
        SessionPages.FindAsync(query, request => connection.AskAsync<GatewayProtocol.SessionList>(request, cancellation));

    /// <summary>Commands of a session behind one of them, until there are <paramref name="most"/> or a few more.</summary>
    /// <exception cref="WebException">The daemon cannot answer.</exception>
    public static async Task<IReadOnlyList<CommandSummary>> ListCommandsAsync(
        this IWebConnection connection, SessionId session, long after, int most, CancellationToken cancellation)
    {
        var commands = new List<CommandSummary>();
        while (commands.Count < most)
        {
            var request = new GatewayProtocol.ListCommands(session, commands is [.., var last] ? last.SequenceNr : after);
            var page = (await connection.AskAsync<GatewayProtocol.CommandList>(request, cancellation).ConfigureAwait(false)).Commands;
            if (page.Count == 0)
                break;
            commands.AddRange(page);
        }

        return commands;
    }
}
