using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using Google.Protobuf;
using SshLog.Remoting.Screening;

namespace SshLog.Remoting.Sockets;

/// <summary>
/// One open socket as Akka sees it. On the daemon's side every inbound frame passes the screen first; the first that
/// does not closes the connection. However it ends, Akka hears that the peer has shut down: the end of a unix socket
/// is the end of the peer, and anything else would leave it in quarantine for days.
/// </summary>
internal sealed class UnixSocketConnection : AssociationHandle
{
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly UnixSocketSettings _settings;
    private readonly FrameScreen? _screen;
    private readonly ILoggingAdapter _log;
    private readonly TimeProvider _time;
    private readonly FrameWriter _writer;
    private readonly AnswerWindow _answers;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disassociating;

    /// <summary>Takes over an open socket.</summary>
    /// <param name="socket">Connected; past the preamble.</param>
    /// <param name="local">This end.</param>
    /// <param name="remote">The other end.</param>
    /// <param name="screen">Judges inbound frames; null on the client's side, which trusts the daemon.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="log">For what a person should know.</param>
    /// <param name="time">Clock.</param>
    public UnixSocketConnection(Socket socket, Address local, Address remote, FrameScreen? screen,
        UnixSocketSettings settings, ILoggingAdapter log, TimeProvider time)
        : base(local, remote)
    {
        _socket = socket;
        _screen = screen;
        _settings = settings;
        _log = log;
        _time = time;
        // Not on the thread of Akka that names the listener: reading may never come to an end.
        ReadHandlerSource = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _writer = new FrameWriter(socket, settings.WriteHighWaterMark, time);
        _answers = new AnswerWindow(time);
    }

    /// <summary>Ends when the socket is closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Starts to read once Akka has named its listener.</summary>
    public async Task RunAsync()
    {
        IHandleEventListener? listener = null;
        try
        {
            listener = await ReadHandlerSource.Task.WaitAsync(_settings.HandshakeTimeout, _time).ConfigureAwait(false);
            await ReadFramesAsync(listener).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _log.Debug("Connection of {0} ended: {1}", RemoteAddress, ended.Message);
        }
        catch (TimeoutException)
        {
            _log.Warning("Connection of {0} was not taken up in time", RemoteAddress);
        }
        finally
        {
            _socket.Dispose();
            await _writer.CompleteAsync().ConfigureAwait(false);
            listener?.Notify(new Disassociated(DisassociateInfo.Shutdown));
            _closed.TrySetResult();
        }
    }

    /// <inheritdoc />
    public override bool Write(ByteString payload)
    {
        if (payload.Length > _settings.MaximumFrameSize + UnixSocketTransport.EnvelopeOverhead)
        {
            // Left out: saying no would make Akka try for ever.
            _log.Error("A message of {0} bytes to {1} is above the limit of {2} and was not sent", payload.Length,
                RemoteAddress, _settings.MaximumFrameSize);
            return true;
        }
        if (_writer.TryWrite(payload))
        {
            _answers.Answered();
            return true;
        }
        if (IsStalled())
            _socket.Dispose();
        return false;
    }

    /// <inheritdoc />
#pragma warning disable CS0672 // Callers are to give a reason; the transport has to implement it all the same.
    public override void Disassociate() => CloseSoon();
#pragma warning restore CS0672

    /// <summary>Closes once what is queued has gone out, or after a second.</summary>
    public void CloseSoon()
    {
        if (Interlocked.Exchange(ref _disassociating, 1) == 0)
            _ = FlushAndCloseAsync();
    }

    /// <inheritdoc />
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc />
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private async Task FlushAndCloseAsync()
    {
        var flushed = _writer.CompleteAsync();
        await Task.WhenAny(flushed, Task.Delay(FlushLimit, _time)).ConfigureAwait(false);
        _socket.Dispose();
    }

    private bool IsStalled()
    {
        if (!_writer.StalledFor(_settings.StalledPeerTimeout))
            return false;
        _log.Warning("Closing the connection of {0}: it has taken nothing for {1}", RemoteAddress, _settings.StalledPeerTimeout);
        return true;
    }

    /// <summary>Who asks without reading is not listened to: its answers would pile up here.</summary>
    /// <returns>False when that has lasted too long.</returns>
    private async ValueTask<bool> UntilAnswersAreTakenAsync()
    {
        await _answers.OpenAsync().ConfigureAwait(false);
        while (_writer.IsBehind)
        {
            if (IsStalled())
                return false;
            await Task.Delay(Pace.Slice, _time).ConfigureAwait(false);
        }

        return true;
    }

    private async Task ReadFramesAsync(IHandleEventListener listener)
    {
        var buffer = new FrameBuffer(_settings.MaximumInboundFrameSize + UnixSocketTransport.EnvelopeOverhead);
        var pace = new Pace(_settings.MaximumFramesPerSecond, _time);
        using var handshake = new CancellationTokenSource(_settings.HandshakeTimeout, _time);
        while (true)
        {
            var limit = _screen is { HandshakeDone: false } ? handshake.Token : CancellationToken.None;
            var count = await _socket.ReceiveAsync(buffer.Free(), SocketFlags.None, limit).ConfigureAwait(false);
            if (count == 0)
                return;
            buffer.Advance(count);
            while (buffer.TryRead(out var frame))
            {
                if (_screen?.FindViolation(frame.Span) is { } violation)
                {
                    _log.Warning("Closing the connection of {0}: {1}", RemoteAddress, violation);
                    return;
                }
                if (_screen is not null && !await UntilAnswersAreTakenAsync().ConfigureAwait(false))
                    return;
                listener.Notify(new InboundPayload(ByteString.CopyFrom(frame.Span)));
                if (_screen is not null && pace.Exceeded(out var rest))
                    await Task.Delay(rest, _time).ConfigureAwait(false);
            }
            if (buffer.Broken)
            {
                _log.Warning("Closing the connection of {0}: a frame of no or too many bytes", RemoteAddress);
                return;
            }
        }
    }

    /// <summary>Counts in slices so short that what is asked in one is answered in little memory.</summary>
    private sealed class Pace(int perSecond, TimeProvider time)
    {
        public static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);

        private readonly int _perSlice = Math.Max(1, perSecond / 100);
        private long _sliceStart = time.GetTimestamp();
        private int _count;

        public bool Exceeded(out TimeSpan rest)
        {
            rest = default;
            if (++_count < _perSlice)
                return false;
            rest = Slice - time.GetElapsedTime(_sliceStart);
            _count = 0;
            _sliceStart = time.GetTimestamp();
            return rest > TimeSpan.Zero;
        }
    }
}
