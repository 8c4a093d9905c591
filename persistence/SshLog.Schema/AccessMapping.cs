using SshLog.Core.Events;

namespace SshLog.Schema;

/// <summary>Who did something to a session, between events and their wire form.</summary>
internal static class AccessMapping
{
    public static Wire.KillRequested ToWire(KillRequested e)
    {
        var message = new Wire.KillRequested { At = e.At.UtcTicks, User = e.User, Reason = e.Reason };
        if (e.Uid is { } uid)
            message.Uid = uid;
        if (e.Pid is { } pid)
            message.Pid = pid;
        return message;
    }

    public static KillRequested FromWire(Wire.KillRequested m) => new(
        EventMapping.Time(m.At), m.HasUid ? m.Uid : null, m.User, m.HasPid ? m.Pid : null, m.Reason);

    public static Wire.ViewerJoined ToWire(ViewerJoined e)
    {
        var message = new Wire.ViewerJoined
        {
            At = e.At.UtcTicks, Channel = e.Channel, User = e.User, From = e.From, MayType = e.MayType,
        };
        if (e.Uid is { } uid)
            message.Uid = uid;
        return message;
    }

    public static ViewerJoined FromWire(Wire.ViewerJoined m) =>
        new(EventMapping.Time(m.At), m.Channel, m.HasUid ? m.Uid : null, m.User, m.From, m.MayType);

    public static Wire.ViewerLeft ToWire(ViewerLeft e)
    {
        var message = new Wire.ViewerLeft { At = e.At.UtcTicks, Channel = e.Channel, User = e.User, From = e.From };
        if (e.Uid is { } uid)
            message.Uid = uid;
        return message;
    }

    public static ViewerLeft FromWire(Wire.ViewerLeft m) =>
        new(EventMapping.Time(m.At), m.Channel, m.HasUid ? m.Uid : null, m.User, m.From);

    public static Wire.InputInjected ToWire(InputInjected e)
    {
        var message = new Wire.InputInjected
        {
            At = e.At.UtcTicks, Channel = e.Channel, User = e.User, From = e.From, Bytes = e.Bytes,
        };
        if (e.Uid is { } uid)
            message.Uid = uid;
        return message;
    }

    public static InputInjected FromWire(Wire.InputInjected m) =>
        new(EventMapping.Time(m.At), m.Channel, m.HasUid ? m.Uid : null, m.User, m.From, m.Bytes);

    public static Wire.RequestRefused ToWire(RequestRefused e)
    {
        var message = new Wire.RequestRefused
        {
            At = e.At.UtcTicks, User = e.User, From = e.From, Request = e.Request, Why = e.Why,
        };
        if (e.Uid is { } uid)
            message.Uid = uid;
        return message;
    }

    public static RequestRefused FromWire(Wire.RequestRefused m) =>
        new(EventMapping.Time(m.At), m.HasUid ? m.Uid : null, m.User, m.From, m.Request, m.Why);
}
