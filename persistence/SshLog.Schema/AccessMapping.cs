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
}
