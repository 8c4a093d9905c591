using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Cryptography;
using Akka.Event;
using Akka.Remote.Transport;
using SshLog.Core.Protocol;
using SshLog.Native;
using SshLog.Remoting.Gateway;
using SshLog.Remoting.Screening;

namespace SshLog.Remoting.Sockets;

/// <summary>
/// The daemon's side: accepts, asks the kernel who it is, gives a name and a ticket, and keeps the limits.
/// </summary>
internal sealed class UnixSocketListener(
    Socket socket, UnixSocketSettings settings, UnixPeers peers, ILoggingAdapter log, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, UnixSocketConnection> _open = new();
    private readonly ConcurrentDictionary<uint, int> _perUser = new();
    private long _accepted;
    private bool _refusing;

    /// <summary>Accepts until the token says stop.</summary>
    /// <param name="upward">Where Akka's listener will be.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Task<IAssociationEventListener> upward, CancellationToken stop)
    {
        try
        {
            var listener = await upward.WaitAsync(stop).ConfigureAwait(false);
            while (true)
            {
                var client = await AcceptAsync(stop).ConfigureAwait(false);
                if (client is not null)
                    _ = ServeAsync(client, listener);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            log.Debug("No longer listening on {0}", settings.Path);
        }
    }

    /// <summary>Closes the socket, its file and every connection.</summary>
    public async Task CloseAsync()
    {
        File.Delete(settings.Path);
        socket.Dispose();
        var open = _open.Values.ToArray();
        foreach (var connection in open)
            connection.CloseSoon();
        await Task.WhenAll(open.Select(c => c.Closed)).WaitAsync(TimeSpan.FromSeconds(2), time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // EMFILE and its like must not end the loop: the files come back when a connection closes.
    private async Task<Socket?> AcceptAsync(CancellationToken stop)
    {
        try
        {
            return await socket.AcceptAsync(stop).ConfigureAwait(false);
        }
        catch (SocketException error) when (!stop.IsCancellationRequested)
        {
            log.Error("Cannot accept a connection: {0}", error.Message);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, stop).ConfigureAwait(false);
            return null;
        }
    }

    private async Task ServeAsync(Socket client, IAssociationEventListener listener)
    {
        if (Identify(client) is not { } identity || !Admit(identity))
        {
            client.Dispose();
            return;
        }
        var ticket = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var host = $"c{Interlocked.Increment(ref _accepted)}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        try
        {
            // Far smaller than the socket's buffer: it is taken at once or the peer has gone.
            await client.SendAsync(new Preamble(ticket, host).ToBytes(), SocketFlags.None).ConfigureAwait(false);
            var screen = new FrameScreen(new ScreenRules(host, ticket, GatewaySerializer.Id));
            var connection = new UnixSocketConnection(client, GatewayAddress.Daemon, GatewayAddress.Client(host),
                screen, settings, log, time);
            _open[ticket] = connection;
            peers.Add(ticket, host, identity);
            listener.Notify(new InboundAssociation(connection));
            await connection.RunAsync().ConfigureAwait(false);
        }
        catch (SocketException gone)
        {
            log.Debug("A client of user {0} left before it was greeted: {1}", identity.Uid, gone.Message);
            client.Dispose();
        }
        finally
        {
            _open.TryRemove(ticket, out _);
            _perUser.AddOrUpdate(identity.Uid, 0, (_, count) => count - 1);
            peers.Remove(ticket);
        }
    }

    private PeerIdentity? Identify(Socket client)
    {
        try
        {
            var peer = PeerSocket.GetCredentials(client.SafeHandle);
            return new PeerIdentity(
                peer.ProcessId, peer.UserId, peer.GroupId, PeerSocket.GetGroups(client.SafeHandle));
        }
        catch (Win32Exception error)
        {
            log.Error("Refusing a client that the kernel cannot name: {0}", error.Message);
            return null;
        }
    }

    private bool Admit(PeerIdentity identity)
    {
        var byUser = _perUser.AddOrUpdate(identity.Uid, 1, (_, count) => count + 1);
        var total = _perUser.Values.Sum();
        var admitted = total <= settings.MaximumConnections
            && (identity.Uid == 0 || byUser <= settings.MaximumConnectionsPerUser);
        if (!admitted)
        {
            _perUser.AddOrUpdate(identity.Uid, 0, (_, count) => count - 1);
            if (!_refusing)
            {
                log.Warning("Refusing connections, first one of user {0}: {1} are open, {2} of this user",
                    identity.Uid, total - 1, byUser - 1);
            }
        }
        _refusing = !admitted;
        return admitted;
    }
}
