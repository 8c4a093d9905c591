using Google.Protobuf;
using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Schema;

/// <summary>The events about channels' purposes, transfers, forwards, privileges and input.</summary>
internal static class CaptureMapping
{
    public static Wire.ChannelRequested ToWire(ChannelRequested e) => new()
    {
        At = e.At.UtcTicks, Channel = e.Channel, Request = (int)e.Request, Command = e.Command, Term = e.Term,
    };

    public static ChannelRequested FromWire(Wire.ChannelRequested m) =>
        new(EventMapping.Time(m.At), m.Channel, (ChannelRequest)m.Request, m.Command, m.Term);

    public static Wire.OutputLeftOut ToWire(OutputLeftOut e) => new()
    {
        At = e.At.UtcTicks, Channel = e.Channel, Stream = (int)e.Stream, Offset = e.Offset, Bytes = e.Bytes, NoRoom = e.NoRoom,
    };

    public static OutputLeftOut FromWire(Wire.OutputLeftOut m) =>
        new(EventMapping.Time(m.At), m.Channel, (ChannelStream)m.Stream, m.Offset, m.Bytes) { NoRoom = m.NoRoom };

    public static Wire.PrivilegeChanged ToWire(PrivilegeChanged e) => new()
    {
        At = e.At.UtcTicks,
        Pid = e.Pid,
        ByExec = e.ByExec,
        UidBefore = e.UidBefore,
        EffectiveUidBefore = e.EffectiveUidBefore,
        Uid = e.Uid,
        EffectiveUid = e.EffectiveUid,
        EffectiveUser = e.EffectiveUser,
    };

    public static PrivilegeChanged FromWire(Wire.PrivilegeChanged m) => new(
        EventMapping.Time(m.At), m.Pid, m.ByExec, m.UidBefore, m.EffectiveUidBefore, m.Uid, m.EffectiveUid,
        m.EffectiveUser);

    public static Wire.FileTransferred ToWire(FileTransferred e) => new()
    {
        At = e.At.UtcTicks,
        Pid = e.Pid,
        Protocol = (int)e.Protocol,
        Direction = (int)e.Direction,
        Result = (int)e.Result,
        Path = e.Path,
        RenamedFrom = e.RenamedFrom,
        Bytes = e.Bytes,
        Mode = e.Mode,
        Error = e.Error,
        Files = e.Files,
    };

    public static FileTransferred FromWire(Wire.FileTransferred m) => new(
        EventMapping.Time(m.At),
        m.Pid,
        (TransferProtocol)m.Protocol,
        (TransferDirection)m.Direction,
        (TransferResult)m.Result,
        m.Path,
        m.RenamedFrom,
        m.Bytes,
        m.Mode,
        m.Error,
        m.Files);

    public static Wire.ForwardOpened ToWire(ForwardOpened e)
    {
        var message = new Wire.ForwardOpened
        {
            At = e.At.UtcTicks,
            Pid = e.Pid,
            Kind = (int)e.Kind,
            Address = e.Address,
            Port = e.Port,
            PeerAddress = e.PeerAddress,
            PeerPort = e.PeerPort,
        };
        if (e.Error is { } error)
            message.Error = error;
        return message;
    }

    public static ForwardOpened FromWire(Wire.ForwardOpened m) => new(
        EventMapping.Time(m.At),
        m.Pid,
        (ForwardKind)m.Kind,
        m.Address,
        m.Port,
        m.PeerAddress,
        m.PeerPort,
        m.HasError ? m.Error : null);

    public static Wire.InputRecorded ToWire(InputRecorded e) => new()
    {
        At = e.At.UtcTicks,
        Channel = e.Channel,
        Bytes = UnsafeByteOperations.UnsafeWrap(e.Bytes),
        HiddenBytes = e.HiddenBytes,
    };

    public static InputRecorded FromWire(Wire.InputRecorded m) =>
        new(EventMapping.Time(m.At), m.Channel, m.Bytes.Memory, m.HiddenBytes);
}
