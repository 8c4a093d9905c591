using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport;

namespace SshLog.Remoting.Sockets;

/// <summary>
/// Akka.Remote over a unix socket. The daemon accepts and never dials; a client dials once, in its
/// <see cref="Listen"/>, and learns there under which address the daemon knows it. There is no reconnecting: a lost
/// connection means a new actor system.
/// </summary>
public sealed class UnixSocketTransport : Transport, IDisposable
{
    /// <summary>What Akka's protocol adds to a payload of the maximum size, bytes, rounded up.</summary>
    internal const int EnvelopeOverhead = 64;

    private readonly UnixSocketSettings _settings;
    private readonly ILoggingAdapter _log;
    private readonly UnixPeers _peers;
    private readonly CancellationTokenSource _stopping = new();
    private UnixSocketListener? _listener;
    private UnixSocketConnection? _toDaemon;

    /// <summary>Made by Akka from <c>akka.remote.unix.transport-class</c>.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="config">Section <c>akka.remote.unix</c>.</param>
    public UnixSocketTransport(ActorSystem system, Config config)
    {
        System = system;
        Config = config;
        SchemeIdentifier = GatewayAddress.Scheme;
        _settings = UnixSocketSettings.Read(config);
        // Akka.Remote holds inbound payloads to this too; each connection holds outbound ones to their own limit.
        MaximumPayloadBytes = Math.Max(_settings.MaximumFrameSize, _settings.MaximumInboundFrameSize);
        _log = Logging.GetLogger(system, "unix-transport");
        _peers = UnixPeers.For(system);
    }

    /// <inheritdoc />
    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var upward = new TaskCompletionSource<IAssociationEventListener>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_settings.Listens)
            return (await DialAsync().ConfigureAwait(false), upward);
        var socket = SocketFile.Listen(_settings.Path, _settings.Group, text => _log.Warning("{0}", text));
        _listener = new UnixSocketListener(socket, _settings, _peers, _log, TimeProvider.System);
        _ = _listener.RunAsync(upward.Task, _stopping.Token);
        return (GatewayAddress.Daemon, upward);
    }

    /// <inheritdoc />
    public override bool IsResponsibleFor(Address remote) => true;

    /// <inheritdoc />
    public override Task<AssociationHandle> Associate(Address remoteAddress)
    {
        ArgumentNullException.ThrowIfNull(remoteAddress);
        // The socket can be handed out once: after it there is only another connection, which is another client.
        var connection = Interlocked.Exchange(ref _toDaemon, null);
        if (connection is null || remoteAddress.Host != GatewayAddress.DaemonHost)
        {
            return Task.FromException<AssociationHandle>(new InvalidAssociationException(
                $"There is no connection to {remoteAddress}; over a unix socket only clients connect"));
        }
        _ = connection.RunAsync();
        return Task.FromResult<AssociationHandle>(connection);
    }

    /// <inheritdoc />
    public override async Task<bool> Shutdown()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _toDaemon?.CloseSoon();
        if (_listener is not null)
            await _listener.CloseAsync().ConfigureAwait(false);
        Dispose();
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    private async Task<Address> DialAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using var limit = new CancellationTokenSource(_settings.HandshakeTimeout);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_settings.Path), limit.Token).ConfigureAwait(false);
            var preamble = await ReadPreambleAsync(socket, limit.Token).ConfigureAwait(false);
            var local = GatewayAddress.Client(preamble.Host);
            _peers.OwnTicket = preamble.Ticket;
            _toDaemon = new UnixSocketConnection(
                socket, local, GatewayAddress.Daemon, null, _settings, _log, TimeProvider.System);
            return local;
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is OperationCanceledException)
                throw new SocketUnavailableException($"The daemon behind {_settings.Path} does not answer", error);
            throw;
        }
    }

    private async Task<Preamble> ReadPreambleAsync(Socket socket, CancellationToken limit)
    {
        var bytes = new byte[Preamble.FixedLength];
        await ReadExactlyAsync(socket, bytes, limit).ConfigureAwait(false);
        if (Preamble.HostLengthOf(bytes) is { } hostLength)
        {
            Array.Resize(ref bytes, bytes.Length + hostLength);
            await ReadExactlyAsync(socket, bytes.AsMemory(Preamble.FixedLength), limit).ConfigureAwait(false);
        }
        return Preamble.Parse(bytes)
            ?? throw new SocketUnavailableException($"Whoever listens on {_settings.Path} is not an sshlog daemon");
    }

    private async Task ReadExactlyAsync(Socket socket, Memory<byte> target, CancellationToken limit)
    {
        while (target.Length > 0)
        {
            var count = await socket.ReceiveAsync(target, SocketFlags.None, limit).ConfigureAwait(false);
            if (count == 0)
                throw new SocketUnavailableException($"The daemon behind {_settings.Path} has refused the connection");
            target = target[count..];
        }
    }
}
