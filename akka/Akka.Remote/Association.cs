using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using Akka.Remote.Wire;
using Google.Protobuf;

namespace Akka.Remote;

/// <summary>
/// What this system has with one peer address, over one connection at a time.
/// <code>
/// Idle ──send──► Connecting ──handshake──► Open ──lost without a word──► Gated ──time──► (forgotten)
///   ▲                │ refused                │ peer has ended                │ send after the time
///   └────────────────┴──► Gated               └──► Ended (forgotten)          └──► Connecting
/// </code>
/// System messages are numbered and kept until the peer has them, so that death watch survives a reconnection.
/// </summary>
internal sealed class Association(Remoting remoting, Transport.Transport transport, Address local, Address remote)
{
    private const int WaitingLimit = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<Outgoing> _waiting = new();
    private readonly Queue<(ulong Sequence, Outgoing Message)> _unacknowledged = new();
    private State _state = State.Idle;
    private Endpoint? _endpoint;
    private int? _uid;
    private int? _quarantinedUid;
    private long _gatedUntil;
    private ulong _nextSequence;
    private ulong _expectedSequence;

    private enum State
    {
        Idle,
        Connecting,
        Open,
        Gated,
        Quarantined,
        Ended,
    }

    public Address Remote => remote;

    public Address Local => local;

    /// <summary>
    /// Sends, or keeps until connected; false if this association has ended and another takes its place.
    /// </summary>
    public bool TrySend(in Outgoing message)
    {
        var connect = false;
        var dead = false;
        lock (_gate)
        {
            if (_state == State.Gated && Environment.TickCount64 >= _gatedUntil)
                _state = State.Idle;
            switch (_state)
            {
                case State.Ended:
                    return false;
                case State.Open:
                    WriteNumbered(message);
                    break;
                case State.Idle:
                    connect = true;
                    _state = State.Connecting;
                    dead = !Keep(message);
                    break;
                case State.Connecting:
                    dead = !Keep(message);
                    break;
                case State.Gated when message.IsSystemMessage:
                    Keep(message);
                    break;
                default:
                    dead = true;
                    break;
            }
        }
        if (dead)
            remoting.DeadLetter(message.Message, message.Sender, message.Recipient);
        if (connect)
            _ = ConnectAsync();
        return true;
    }

    /// <summary>Whether this incarnation of the peer is not spoken to.</summary>
    public bool Refuses(int uid)
    {
        lock (_gate)
            return _quarantinedUid == uid;
    }

    /// <summary>The peer has greeted over this connection; false if the association has ended meanwhile.</summary>
    public bool TryOpen(Endpoint endpoint, int uid)
    {
        int? replaced = null;
        Endpoint? redialled = null;
        lock (_gate)
        {
            if (_state == State.Ended)
                return false;
            endpoint.IsOpen = true;
            if (_uid is { } old && old != uid)
            {
                replaced = old;
                _quarantinedUid = old;
                _unacknowledged.Clear();
                _nextSequence = _expectedSequence = 0;
            }
            var keepsOther = _state == State.Open && _uid == uid && !endpoint.IsInbound;
            _uid = uid;
            if (!keepsOther)
            {
                _state = State.Open;
                // A peer that dials again has lost the connection that it dialled before, whether that is known here or not.
                redialled = endpoint.IsInbound && _endpoint is { IsInbound: true } before ? before : null;
                _endpoint = endpoint;
                SendKept();
            }
        }
        if (replaced is { } gone)
        {
            remoting.Publish(new QuarantinedEvent(remote, gone));
            remoting.PublishAddressTerminated(remote);
        }
        redialled?.Leave(DisassociateInfo.Unknown, "the peer has dialled again");
        remoting.Publish(new AssociatedEvent(local, remote, endpoint.IsInbound));
        return true;
    }

    /// <summary>A connection has ended.</summary>
    public void Lose(Endpoint endpoint, DisassociateInfo info)
    {
        Outgoing[] dead = [];
        bool isCurrent;
        lock (_gate)
        {
            isCurrent = (_endpoint == endpoint || (_endpoint is null && _state == State.Connecting))
                && _state is not (State.Quarantined or State.Ended);
            if (isCurrent)
            {
                _endpoint = null;
                dead = [.. _waiting];
                _waiting.Clear();
                if (info == DisassociateInfo.Unknown)
                    CloseGate();
                else
                    _state = State.Ended;
            }
        }

        if (!isCurrent)
        {
            // Another connection has taken its place, or the association has ended: nothing hangs on this one.
            if (endpoint.IsOpen)
                remoting.Publish(new DisassociatedEvent(local, remote, endpoint.IsInbound));
            return;
        }

        foreach (var message in dead)
            remoting.DeadLetter(message.Message, message.Sender, message.Recipient);
        if (info != DisassociateInfo.Unknown)
            remoting.Forget(this);
        else
            WarnOfGate("the connection is lost");
        remoting.Publish(new DisassociatedEvent(local, remote, endpoint.IsInbound));
        if (info == DisassociateInfo.Quarantined)
            remoting.Publish(new ThisActorSystemQuarantinedEvent(local, remote));
        if (info != DisassociateInfo.Unknown)
            remoting.PublishAddressTerminated(remote);
    }

    /// <summary>Speaks no more to an incarnation of the peer.</summary>
    public void Quarantine(int? uid)
    {
        Endpoint? open;
        int? quarantined;
        lock (_gate)
        {
            if (uid is not null && _uid is not null && uid != _uid)
                return;
            quarantined = _quarantinedUid = uid ?? _uid;
            _state = State.Quarantined;
            open = _endpoint;
            _endpoint = null;
            _waiting.Clear();
            _unacknowledged.Clear();
        }
        open?.Close(Command.DisassociateQuarantined);
        if (quarantined is { } known)
            remoting.Publish(new QuarantinedEvent(remote, known));
        remoting.PublishAddressTerminated(remote);
    }

    /// <summary>The peer has every system message up to this one.</summary>
    public void Acknowledge(ulong cumulative)
    {
        lock (_gate)
        {
            while (_unacknowledged.TryPeek(out var first) && first.Sequence <= cumulative)
                _unacknowledged.Dequeue();
        }
    }

    /// <summary>Whether a numbered message is the next one; a repeated one is not.</summary>
    public bool IsNew(ulong sequence)
    {
        lock (_gate)
        {
            if (sequence < _expectedSequence)
                return false;
            _expectedSequence = sequence + 1;
            return true;
        }
    }

    private bool Keep(in Outgoing message)
    {
        if (message.IsSystemMessage)
            _unacknowledged.Enqueue((_nextSequence++, message));
        else if (_waiting.Count >= WaitingLimit)
            return false;
        else
            _waiting.Enqueue(message);
        return true;
    }

    private void SendKept()
    {
        foreach (var (sequence, message) in _unacknowledged)
            Write(message, sequence);
        while (_waiting.TryDequeue(out var message))
            Write(message, PduCodec.NoSequence);
    }

    private void WriteNumbered(in Outgoing message)
    {
        if (!message.IsSystemMessage)
        {
            Write(message, PduCodec.NoSequence);
            return;
        }
        Write(message, _nextSequence);
        _unacknowledged.Enqueue((_nextSequence++, message));
    }

    private void Write(in Outgoing message, ulong sequence)
    {
        var frame = PduCodec.Envelope(
            message.Recipient.SerializedPath, message.Serialized, message.SenderPath, sequence);
        if (frame.Length > transport.MaximumPayloadBytes)
        {
            remoting.Log.Error(
                "Dropping {0} for {1}: {2} bytes, more than maximum-frame-size ({3}); the association goes on",
                message.Message.GetType(), message.Recipient, frame.Length, transport.MaximumPayloadBytes);
            return;
        }
        if (remoting.Settings.LogSend)
            remoting.Log.Debug("Sending {0} to {1}", message.Message, message.Recipient);
        _endpoint!.Write(frame);
    }

    private async Task ConnectAsync()
    {
        try
        {
            var raw = remote.WithProtocol(remote.Protocol[(remote.Protocol.IndexOf('.') + 1)..]);
            var handle = await transport.Associate(raw).ConfigureAwait(false);
            new Endpoint(remoting, handle, this).Begin();
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Fail(Exception error)
    {
        Outgoing[] dead;
        lock (_gate)
        {
            if (_state != State.Connecting)
                return;
            dead = [.. _waiting];
            _waiting.Clear();
            if (error is InvalidAssociationException)
                _unacknowledged.Clear();
            CloseGate();
        }
        foreach (var message in dead)
            remoting.DeadLetter(message.Message, message.Sender, message.Recipient);
        WarnOfGate(error.Message);
        remoting.Publish(new AssociationErrorEvent(error, local, remote, false, LogLevel.DebugLevel));
        if (error is InvalidAssociationException)
            remoting.PublishAddressTerminated(remote);
    }

    private void CloseGate()
    {
        _state = State.Gated;
        _gatedUntil = Environment.TickCount64 + (long)remoting.Settings.RetryGateClosedFor.TotalMilliseconds;
        remoting.System.Scheduler.Advanced.ScheduleOnce(
            remoting.Settings.RetryGateClosedFor + TimeSpan.FromSeconds(1), ForgetIfIdle);
    }

    // What waits for a reconnection is kept; an address that nobody wants any more is not.
    private void ForgetIfIdle()
    {
        lock (_gate)
        {
            if (_state != State.Gated || _unacknowledged.Count > 0 || Environment.TickCount64 < _gatedUntil)
                return;
            _state = State.Ended;
        }
        remoting.Forget(this);
    }

    private void WarnOfGate(string reason) => remoting.Log.Warning(
        "Association with {0} failed: {1}. Its messages are dead letters for {2}", remote, reason,
        remoting.Settings.RetryGateClosedFor);
}
