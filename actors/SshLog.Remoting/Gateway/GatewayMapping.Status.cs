using SshLog.Core.Probe;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <content>How the daemon is.</content>
internal static partial class GatewayMapping
{
    public static Wire.DaemonStatus ToWire(Protocol.DaemonStatus m) => new()
    {
        DaemonVersion = m.DaemonVersion,
        Pid = m.Pid,
        StartedAt = m.StartedAt.UtcTicks,
        Probe = m.Probe,
        OpenSessions = m.OpenSessions,
        LostRecords = m.LostRecords,
        LostBytes = m.LostBytes,
        StateDirectory = m.StateDirectory,
        Details = m.Details is { } details ? ToWire(details) : null,
    };

    public static Protocol.DaemonStatus FromWire(Wire.DaemonStatus m) => new(
        m.DaemonVersion,
        m.Pid,
        Time(m.StartedAt),
        m.Probe,
        m.OpenSessions,
        m.LostRecords,
        m.LostBytes,
        m.StateDirectory)
    {
        Details = m.Details is { } details ? FromWire(details) : null,
    };

    private static Wire.StatusDetails ToWire(Protocol.StatusDetails m) => new()
    {
        Engine = m.Engine,
        Attached = m.Attached,
        Pinned = m.Pinned,
        UnknownSessions = m.UnknownSessions,
        Records = m.Records,
        OutputBytes = m.OutputBytes,
        RingBytes = m.RingBytes,
        WaitingBytes = m.WaitingBytes,
        Losses = { m.Losses.Select(l => new Wire.LossCount { Cause = l.Cause, Records = l.Records, Bytes = l.Bytes }) },
        Programs = { m.Programs.Select(p => new Wire.ProgramRuns { Name = p.Name, Runs = p.Runs, Nanoseconds = p.Nanoseconds }) },
        JournalPosition = m.JournalPosition,
        JournalBytes = m.Storage.JournalBytes,
        FreeBytes = m.Storage.FreeBytes,
        TotalBytes = m.Storage.TotalBytes,
        Actions = { m.Actions.Select(ToWire) },
        ClockAheadMillis = (long)m.ClockAhead.TotalMilliseconds,
    };

    private static Protocol.StatusDetails FromWire(Wire.StatusDetails m) => new()
    {
        Engine = m.Engine,
        Attached = m.Attached,
        Pinned = m.Pinned,
        UnknownSessions = m.UnknownSessions,
        Records = m.Records,
        OutputBytes = m.OutputBytes,
        RingBytes = m.RingBytes,
        WaitingBytes = m.WaitingBytes,
        Losses = [.. m.Losses.Select(l => new LossCount(l.Cause, l.Records, l.Bytes))],
        Programs = [.. m.Programs.Select(p => new ProgramRuns(p.Name, p.Runs, p.Nanoseconds))],
        JournalPosition = m.JournalPosition,
        Storage = new Protocol.StorageFigures(m.JournalBytes, m.FreeBytes, m.TotalBytes),
        Actions = [.. m.Actions.Select(FromWire)],
        ClockAhead = TimeSpan.FromMilliseconds(m.ClockAheadMillis),
    };
}
