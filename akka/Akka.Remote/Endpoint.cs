using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using Akka.Remote.Wire;
using Google.Protobuf;

namespace Akka.Remote;

/// <summary>
/// One connection: greets, writes in order (waiting while the transport cannot take more), sends heartbeats, and hands
/// what arrives on. Who dials greets first.
/// </summary>
internal sealed class Endpoint(Remoting remoting, AssociationHandle handle, Association? dialled) : IHandleEventListener
{
    private const long PendingLimit = 16 << 20;

    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(2);

    private readonly Lock _writing = new();
    private readonly Queue<ByteString> _pending = new();
    private readonly Cancelable _timers = new(remoting.System.Scheduler);
    private Association? _association;
    private long _pendingBytes;
    private long _lastHeard = Environment.TickCount64;
    private int _closed;
    private bool _silent;

    /// <summary>Whether the peer dialled.</summary>
    public bool IsInbound => dialled is null;

    /// <summary>Whether its association has taken it, and said so.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Starts to read, and greets if this end dialled.</summary>
    public void Begin()
    {
        remoting.Add(this);
        var scheduler = remoting.System.Scheduler.Advanced;
        var interval = remoting.Settings.ConnectionHeartbeat.Interval;
        scheduler.ScheduleOnce(HandshakeTimeout, GiveUpHandshake, _timers);
        scheduler.ScheduleRepeatedly(interval, interval, Beat, _timers);
        if (dialled is not null)
            Write(PduCodec.Associate(handle.LocalAddress, remoting.Uid));
        handle.ReadHandlerSource.TrySetResult(this);
    }

    /// <inheritdoc/>
    public void Notify(IHandleEvent ev)
    {
        switch (ev)
        {
            case InboundPayload inbound when Volatile.Read(ref _closed) == 0:
                Receive(inbound.Payload.Span);
                break;
            case Disassociated gone:
                End(gone.Info);
                break;
        }
    }

    /// <summary>Writes a frame after those before it.</summary>
    public void Write(ByteString frame)
    {
        lock (_writing)
        {
            if (_closed != 0 || (_pending.Count == 0 && handle.Write(frame)))
                return;
            _pending.Enqueue(frame);
            _pendingBytes += frame.Length;
            if (_pendingBytes <= PendingLimit)
            {
                if (_pending.Count == 1)
                    remoting.System.Scheduler.Advanced.ScheduleOnce(RetryInterval, WritePending, _timers);
                return;
            }
        }
        remoting.Log.Error(
            "Closing the association with {0}: it does not take its messages, {1} bytes wait", handle.RemoteAddress,
            PendingLimit);
        Leave(DisassociateInfo.Unknown, "its messages wait");
    }

    /// <summary>Says why and closes; the association is not told.</summary>
    public void Close(Command farewell)
    {
        Write(PduCodec.Instruct(farewell));
        _silent = true;
        Leave(DisassociateInfo.Unknown, $"of {farewell} to the peer");
    }

    /// <summary>This system ends.</summary>
    public void Farewell() => Close(Command.DisassociateShuttingDown);

    /// <summary>Closes, and tells the association.</summary>
    public void Leave(DisassociateInfo info, string reason)
    {
        End(info);
        handle.Disassociate(reason, remoting.Log);
    }

    private void Receive(ReadOnlySpan<byte> frame)
    {
        _lastHeard = Environment.TickCount64;
        try
        {
            var pdu = PduCodec.Read(frame);
            switch (pdu.Command)
            {
                case Command.None:
                    ReceiveMessage(pdu);
                    break;
                case Command.Associate:
                    ReceiveHandshake(pdu);
                    break;
                case Command.Heartbeat:
                    break;
                case Command.DisassociateShuttingDown:
                    Leave(DisassociateInfo.Shutdown, "the peer has ended");
                    break;
                case Command.DisassociateQuarantined:
                    Leave(DisassociateInfo.Quarantined, "the peer has quarantined this system");
                    break;
                default:
                    Leave(DisassociateInfo.Unknown, "the peer wants it");
                    break;
            }
        }
        catch (WireFormatException malformed)
        {
            remoting.Log.Error("Closing the association with {0}: {1}", handle.RemoteAddress, malformed.Message);
            Leave(DisassociateInfo.Unknown, malformed.Message);
        }
    }

    private void ReceiveMessage(in Pdu pdu)
    {
        if (_association is not { } association)
            return;
        if (pdu.Acknowledged is { } acknowledged)
            association.Acknowledge(acknowledged);
        if (pdu.Recipient is null)
            return;
        if (pdu.Sequence != PduCodec.NoSequence)
        {
            Write(PduCodec.Acknowledge(pdu.Sequence));
            if (!association.IsNew(pdu.Sequence))
                return;
        }
        remoting.Inbound.Dispatch(pdu);
    }

    private void ReceiveHandshake(in Pdu pdu)
    {
        if (_association is not null)
            return;
        var association = dialled ?? remoting.AssociationWith(Remoting.Prefixed(pdu.Origin!));
        if (association.Refuses(pdu.Uid))
        {
            Write(PduCodec.Instruct(Command.DisassociateQuarantined));
            Leave(DisassociateInfo.Unknown, "this incarnation of the peer is quarantined");
            return;
        }
        if (dialled is null)
            Write(PduCodec.Associate(handle.LocalAddress, remoting.Uid));
        _association = association;
        if (!association.TryOpen(this, pdu.Uid))
            Leave(DisassociateInfo.Unknown, "it has ended meanwhile");
    }

    private void WritePending()
    {
        lock (_writing)
        {
            if (_closed != 0)
                return;
            while (_pending.TryPeek(out var frame))
            {
                if (!handle.Write(frame))
                {
                    remoting.System.Scheduler.Advanced.ScheduleOnce(RetryInterval, WritePending, _timers);
                    return;
                }
                _pending.Dequeue();
                _pendingBytes -= frame.Length;
            }
        }
    }

    private void Beat()
    {
        var silence = TimeSpan.FromMilliseconds(Environment.TickCount64 - _lastHeard);
        if (silence > remoting.Settings.ConnectionHeartbeat.Deadline)
        {
            remoting.Log.Warning("No sign of life from {0} for {1}", handle.RemoteAddress, silence);
            Leave(DisassociateInfo.Unknown, "of silence");
        }
        else if (_association is not null)
        {
            Write(PduCodec.Heartbeat);
        }
    }

    private void GiveUpHandshake()
    {
        if (_association is null)
            Leave(DisassociateInfo.Unknown, "nobody has greeted");
    }

    private void End(DisassociateInfo info)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _timers.Cancel();
        remoting.Remove(this);
        if (!_silent)
            (_association ?? dialled)?.Lose(this, info);
    }
}
