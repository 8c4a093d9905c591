using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;
using SshLog.Remoting.Sockets;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <summary>
/// A client's connection to the daemon: an actor system of its own, the greeting, then questions. Safe for several
/// threads. A lost connection stays lost: every later question fails with
/// <see cref="GatewayProblem.ConnectionLost"/>.
/// </summary>
public sealed class GatewayClient : IAsyncDisposable
{
    private static readonly TimeSpan LongPoll = Protocol.ReadFeed.LongestWait + TimeSpan.FromSeconds(10);

    private readonly ActorSystem _system;
    private readonly IActorRef _connection;
    private readonly Task _lost;

    private GatewayClient(ActorSystem system, IActorRef connection, Task lost, Protocol.Welcome welcome)
    {
        _system = system;
        _connection = connection;
        _lost = lost;
        Welcome = welcome;
    }

    /// <summary>What the daemon said to the greeting: its version and this client's role.</summary>
    public Protocol.Welcome Welcome { get; }

    /// <summary>Ends when the connection is lost or this client is disposed of.</summary>
    public Task Lost => _lost;

    /// <summary>Connects and greets.</summary>
    /// <param name="socketPath">The socket's file.</param>
    /// <param name="clientVersion">This program's version, for the daemon's log.</param>
    /// <param name="timeout">Longest wait for the daemon's welcome.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="GatewayException">
    /// No daemon, no permission, another version, refused, no answer in time.
    /// </exception>
    public static async Task<GatewayClient> ConnectAsync(
        string socketPath, string clientVersion, TimeSpan timeout, CancellationToken stop = default)
    {
        // An actor system that finds no socket takes a third of a second to say so.
        if (!File.Exists(socketPath))
            throw NotRunning(socketPath, null);
        var system = CreateSystem(socketPath);
        try
        {
            var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var sentinel = system.ActorOf(Props.Create<Sentinel>(lost), "sentinel");
            system.EventStream.Subscribe(sentinel, typeof(DisassociatedEvent));
            var ticket = UnixPeers.For(system).OwnTicket
                ?? throw new InvalidOperationException("The transport has connected without a ticket");
            var provider = ((ExtendedActorSystem)system).Provider;
            var gateway = provider.ResolveActorRef(GatewayAddress.Gateway);
            var hello = new Protocol.Hello(ticket, Protocol.Version, clientVersion);
            var welcome = await AskAsync<Protocol.Welcome>(gateway, hello, lost.Task, timeout, stop)
                .ConfigureAwait(false);
            if (welcome.ProtocolVersion != Protocol.Version)
            {
                throw new GatewayException(GatewayProblem.VersionMismatch,
                    $"The daemon ({welcome.DaemonVersion}) speaks protocol {welcome.ProtocolVersion}, this client "
                    + $"({clientVersion}) speaks {Protocol.Version}: install the same version of both");
            }
            var path = $"{GatewayAddress.Gateway}/{Protocol.ConnectionName(ticket)}";
            return new GatewayClient(system, provider.ResolveActorRef(path), lost.Task, welcome);
        }
        catch
        {
            await system.Terminate().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks one question.</summary>
    /// <typeparam name="TReply">The answer that belongs to it.</typeparam>
    /// <param name="request">The question.</param>
    /// <param name="timeout">Longest wait for the answer.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="GatewayException">Refused, connection lost, no answer in time.</exception>
    public Task<TReply> AskAsync<TReply>(
        Protocol.IRequest request, TimeSpan timeout, CancellationToken stop = default)
        where TReply : class, Protocol.IReply =>
        AskAsync<TReply>(_connection, request, _lost, timeout, stop);

    /// <summary>
    /// The pages of one session's journal as it is now, from the beginning or from where one has stopped.
    /// </summary>
    /// <param name="session">Which.</param>
    /// <param name="afterSequenceNr">The last event already seen; 0 for all.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Pages in order; the last one may be empty (the session goes on) or ended.</returns>
    /// <exception cref="GatewayException">
    /// As <see cref="AskAsync{TReply}(Protocol.IRequest, TimeSpan, CancellationToken)"/>.
    /// </exception>
    public async IAsyncEnumerable<Protocol.EventPage> ReadJournalAsync(
        SessionId session, long afterSequenceNr = 0, [EnumeratorCancellation] CancellationToken stop = default)
    {
        Protocol.EventPage page;
        do
        {
            var request = new Protocol.ReadJournal(session, afterSequenceNr);
            page = await AskAsync<Protocol.EventPage>(request, LongPoll, stop).ConfigureAwait(false);
            afterSequenceNr = page.Cursor;
            yield return page;
        }
        while (!page.Ended && page.Events.Count > 0);
    }

    /// <summary>What happens from now on (or from a cursor on) in all sessions, for as long as one reads.</summary>
    /// <param name="cursor">Ordering of the last event already seen.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Pages in order, none of them empty.</returns>
    /// <exception cref="GatewayException">
    /// As <see cref="AskAsync{TReply}(Protocol.IRequest, TimeSpan, CancellationToken)"/>.
    /// </exception>
    public async IAsyncEnumerable<Protocol.EventPage> FollowAsync(
        long cursor = Protocol.ReadFeed.FromNow, [EnumeratorCancellation] CancellationToken stop = default)
    {
        while (true)
        {
            var page = await AskAsync<Protocol.EventPage>(new Protocol.ReadFeed(cursor), LongPoll, stop)
                .ConfigureAwait(false);
            cursor = page.Cursor;
            if (page.Events.Count > 0)
                yield return page;
        }
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync() => await _system.Terminate().ConfigureAwait(false);

    private static async Task<TReply> AskAsync<TReply>(
        IActorRef target, Protocol.IRequest request, Task lost, TimeSpan timeout, CancellationToken stop)
        where TReply : class, Protocol.IReply
    {
        if (lost.IsCompleted)
            throw Lose();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asking = target.Ask<object>(request, timeout, end.Token);
        if (await Task.WhenAny(asking, lost).ConfigureAwait(false) == lost)
        {
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw Lose();
        }
        return await UnwrapAsync<TReply>(asking, timeout).ConfigureAwait(false);
    }

    private static async Task<TReply> UnwrapAsync<TReply>(Task<object> asking, TimeSpan timeout)
        where TReply : class, Protocol.IReply
    {
        object answer;
        try
        {
            answer = await asking.ConfigureAwait(false);
        }
        catch (AskTimeoutException late)
        {
            throw new GatewayException(GatewayProblem.TimedOut,
                $"The daemon has not answered within {timeout.TotalSeconds:0.#} s", late);
        }
        return answer switch
        {
            TReply reply => reply,
            Protocol.Failure failure => throw new GatewayException(failure),
            _ => throw new GatewayException(GatewayProblem.VersionMismatch,
                $"The daemon answers with {answer?.GetType().Name ?? "nothing"} instead of {typeof(TReply).Name}"),
        };
    }

    private static ActorSystem CreateSystem(string socketPath)
    {
        try
        {
            return ActorSystem.Create(GatewayAddress.ClientSystem, SshLogRemoting.ClientConfig(socketPath));
        }
        catch (Exception error) when (Explain(error, socketPath) is { } explained)
        {
            throw explained;
        }
    }

    // Akka wraps what its transport throws, in several layers.
    private static GatewayException? Explain(Exception error, string socketPath)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return new GatewayException(GatewayProblem.NoPermission,
                        $"No permission to open {socketPath}: root and the members of the daemon's group may", error);
                case SocketException:
                    return NotRunning(socketPath, error);
                case SocketUnavailableException refused:
                    return new GatewayException(GatewayProblem.ConnectionLost, refused.Message, error);
            }
        }
        return null;
    }

    private static GatewayException NotRunning(string socketPath, Exception? cause) =>
        new(GatewayProblem.NotRunning, $"The daemon is not running: nobody listens on {socketPath}", cause);

    private static GatewayException Lose() =>
        new(GatewayProblem.ConnectionLost, "The daemon has closed the connection");

    /// <summary>Tells when the only association has ended.</summary>
    private sealed class Sentinel(TaskCompletionSource lost) : UntypedActor
    {
        protected override void OnReceive(object message) => lost.TrySetResult();

        protected override void PostStop() => lost.TrySetResult();
    }
}
