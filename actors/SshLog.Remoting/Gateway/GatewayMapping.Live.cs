using Google.Protobuf;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <content>Watching and typing.</content>
internal static partial class GatewayMapping
{
    public static Wire.Attach ToWire(Protocol.Attach m)
    {
        var message = new Wire.Attach { Session = m.Session.Text, ReadOnly = m.ReadOnly, First = m.First };
        if (m.Channel is { } channel)
            message.Channel = channel;
        if (m.Tty is { } tty)
            message.Tty = tty;
        return message;
    }

    public static Protocol.Attach FromWire(Wire.Attach m) =>
        new(Session(m.Session), m.HasChannel ? m.Channel : null, m.ReadOnly) { Tty = m.HasTty ? m.Tty : null, First = m.First };

    public static Wire.Attached ToWire(Protocol.Attached m) =>
        new() { Channel = m.Channel, Kind = (int)m.Kind, MayType = m.MayType, WhyNot = m.WhyNot };

    public static Protocol.Attached FromWire(Wire.Attached m) => new(m.Channel, (ChannelKind)m.Kind, m.MayType, m.WhyNot);

    public static Wire.LivePage ToWire(Protocol.LivePage m) => new() { Updates = { m.Updates.Select(ToWire) } };

    public static Protocol.LivePage FromWire(Wire.LivePage m) => new([.. m.Updates.Select(FromWire)]);

    public static Protocol.TypeKeys FromWire(Wire.TypeKeys m) => m.Bytes.Length <= Protocol.TypeKeys.MostBytes
        ? new Protocol.TypeKeys(m.Bytes.Memory)
        : throw new ArgumentException($"At most {Protocol.TypeKeys.MostBytes} bytes are typed at once.");

    private static Wire.LiveUpdate ToWire(LiveUpdate update) => update switch
    {
        LiveUpdate.ScreenPart part => new Wire.LiveUpdate
        {
            Screen = new Wire.ScreenPart
            {
                Offset = part.Offset, State = UnsafeByteOperations.UnsafeWrap(part.State), IsLast = part.IsLast,
            },
        },
        LiveUpdate.Output output => new Wire.LiveUpdate { Output = UnsafeByteOperations.UnsafeWrap(output.Bytes) },
        LiveUpdate.Resized size => new Wire.LiveUpdate
        {
            Resized = new Wire.Resized { Columns = size.Columns, Rows = size.Rows },
        },
        LiveUpdate.Missing missing => new Wire.LiveUpdate { Missing = ToWire(missing) },
        LiveUpdate.Ended ended => new Wire.LiveUpdate { Ended = ended.How },
        _ => throw new ArgumentException($"{update.GetType().Name} is no update of the gateway protocol."),
    };

    private static Wire.Missing ToWire(LiveUpdate.Missing missing)
    {
        var message = new Wire.Missing();
        if (missing.Bytes is { } bytes)
            message.Bytes = bytes;
        return message;
    }

    private static LiveUpdate FromWire(Wire.LiveUpdate m) => m.UpdateCase switch
    {
        Wire.LiveUpdate.UpdateOneofCase.Screen =>
            new LiveUpdate.ScreenPart(m.Screen.Offset, m.Screen.State.Memory, m.Screen.IsLast),
        Wire.LiveUpdate.UpdateOneofCase.Output => new LiveUpdate.Output(m.Output.Memory),
        Wire.LiveUpdate.UpdateOneofCase.Resized => new LiveUpdate.Resized(m.Resized.Columns, m.Resized.Rows),
        Wire.LiveUpdate.UpdateOneofCase.Missing => new LiveUpdate.Missing(m.Missing.HasBytes ? m.Missing.Bytes : null),
        Wire.LiveUpdate.UpdateOneofCase.Ended => new LiveUpdate.Ended(m.Ended),
        _ => throw new ArgumentException("An update of an unknown kind: install the same version of sshlog and sshlogd."),
    };
}
