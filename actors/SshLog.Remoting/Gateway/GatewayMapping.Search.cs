using Google.Protobuf;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <content>Search.</content>
internal static partial class GatewayMapping
{
    public static Wire.FindText ToWire(Protocol.FindText m) => new()
    {
        Sessions = { m.Sessions.Select(s => s.Text) },
        Parts = { m.Parts },
        OnlyCommands = m.OnlyCommands,
        AfterSequenceNr = m.AfterSequenceNr,
    };

    public static Protocol.FindText FromWire(Wire.FindText m) =>
        new([.. m.Sessions.Select(Session)], [.. m.Parts], m.OnlyCommands, m.AfterSequenceNr);

    public static Wire.TextPlaces ToWire(Protocol.TextPlaces m) => new()
    {
        Sessions =
        {
            m.Sessions.Select(s => new Wire.SessionPlaces
            {
                Session = s.Session.Text, Places = { s.Places.Select(ToWire) }, More = s.More,
            }),
        },
    };

    public static Protocol.TextPlaces FromWire(Wire.TextPlaces m) => new(
        [.. m.Sessions.Select(s => new Protocol.SessionPlaces(Session(s.Session), [.. s.Places.Select(FromWire)], s.More))]);

    private static Wire.TextPlace ToWire(Protocol.TextPlace m) => new()
    {
        After = m.After, UpTo = m.UpTo, State = UnsafeByteOperations.UnsafeWrap(m.State), IsIndexed = m.IsIndexed, IsEnd = m.IsEnd,
    };

    private static Protocol.TextPlace FromWire(Wire.TextPlace m) => new(m.After, m.UpTo, m.State.Memory, m.IsIndexed, m.IsEnd);
}
