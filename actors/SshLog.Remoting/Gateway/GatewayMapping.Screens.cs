using Google.Protobuf;
using SshLog.Core.Journal;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <content>Key frames.</content>
internal static partial class GatewayMapping
{
    public static Wire.GetFrame ToWire(Protocol.GetFrame m)
    {
        var message = new Wire.GetFrame
        {
            Session = m.Session.Text, Channel = m.Channel, UpToSequenceNr = m.UpToSequenceNr,
        };
        if (m.UpTo is { } time)
            message.UpTo = time.UtcTicks;
        return message;
    }

    public static Protocol.GetFrame FromWire(Wire.GetFrame m) =>
        new(Session(m.Session), m.Channel, m.UpToSequenceNr, m.HasUpTo ? Time(m.UpTo) : null);

    public static Wire.Frame ToWire(Protocol.Frame m) => new()
    {
        Found = m.Found is not { } frame ? null : new Wire.ScreenFrame
        {
            Session = frame.Session.Text,
            Channel = frame.Channel,
            SequenceNr = frame.SequenceNr,
            At = frame.At.UtcTicks,
            OutputBytes = frame.OutputBytes,
            State = UnsafeByteOperations.UnsafeWrap(frame.State),
        },
    };

    public static Protocol.Frame FromWire(Wire.Frame m) => new(m.Found is not { } frame ? null : new ScreenFrame(
        Session(frame.Session), frame.Channel, frame.SequenceNr, Time(frame.At), frame.OutputBytes, frame.State.Memory));
}
