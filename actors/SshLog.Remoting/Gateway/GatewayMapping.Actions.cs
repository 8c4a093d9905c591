using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <content>Actions, and ending sessions.</content>
internal static partial class GatewayMapping
{
    public static Wire.ActionList ToWire(Protocol.ActionList m) => new() { Actions = { m.Actions.Select(ToWire) } };

    public static Protocol.ActionList FromWire(Wire.ActionList m) => new([.. m.Actions.Select(FromWire)]);

    public static Wire.ChangeAction ToWire(Protocol.ChangeAction m) => new() { Action = m.Action, Change = (int)m.Change };

    public static Protocol.ChangeAction FromWire(Wire.ChangeAction m) => new(m.Action, (Protocol.ActionChange)m.Change);

    public static Wire.KillSession ToWire(Protocol.KillSession m) => new() { Session = m.Session.Text, Reason = m.Reason };

    public static Protocol.KillSession FromWire(Wire.KillSession m) => new(Session(m.Session), m.Reason);

    public static Wire.ChangeRecording ToWire(Protocol.ChangeRecording m) =>
        new() { Session = m.Session.Text, Change = (int)m.Change, Reason = m.Reason, From = m.From, UpTo = m.UpTo };

    public static Protocol.ChangeRecording FromWire(Wire.ChangeRecording m) =>
        new(Session(m.Session), (Protocol.RecordingChange)m.Change, m.Reason) { From = m.From, UpTo = m.UpTo };

    private static Wire.ActionStatus ToWire(Protocol.ActionStatus m)
    {
        var message = new Wire.ActionStatus
        {
            Name = m.Name, Plugin = m.Plugin, State = m.State, Behind = m.Behind, Delivered = m.Delivered, DeadLetters = m.DeadLetters,
        };
        if (m.LastSuccess is { } success)
            message.LastSuccess = success.UtcTicks;
        if (m.LastError is { } error)
            message.LastError = error;
        if (m.LastErrorAt is { } at)
            message.LastErrorAt = at.UtcTicks;
        return message;
    }

    private static Protocol.ActionStatus FromWire(Wire.ActionStatus m) => new(
        m.Name, m.Plugin, m.State, m.Behind, m.Delivered, m.HasLastSuccess ? Time(m.LastSuccess) : null,
        m.HasLastError ? m.LastError : null, m.HasLastErrorAt ? Time(m.LastErrorAt) : null, m.DeadLetters);
}
