using System.Net;
using Google.Protobuf;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Schema;

/// <summary>Field by field between the events of SshLog.Core and the messages of events.proto.</summary>
internal static class EventMapping
{
    public static Wire.SessionOpened ToWire(SessionOpened e) => new()
    {
        At = e.At.UtcTicks,
        Host = e.Host,
        BootId = ByteString.CopyFrom(e.BootId.ToByteArray(bigEndian: true)),
        MonitorPid = e.MonitorPid,
        MonitorStartedAt = e.MonitorStartedAt.Nanoseconds,
        Client = ToWire(e.Client),
        Server = ToWire(e.Server),
        Existing = e.Existing,
    };

    public static SessionOpened FromWire(Wire.SessionOpened m) => new(
        Time(m.At),
        m.Host,
        new Guid(m.BootId.Span, bigEndian: true),
        m.MonitorPid,
        new BootTime(m.MonitorStartedAt),
        FromWire(m.Client),
        FromWire(m.Server),
        m.Existing);

    public static Wire.ChannelOpened ToWire(ChannelOpened e) => new()
    {
        At = e.At.UtcTicks,
        Channel = e.Channel,
        Kind = (int)e.Kind,
        Index = e.Index,
        SeenAt = e.SeenAt.Nanoseconds,
        Rows = e.Rows,
        Columns = e.Columns,
        Existing = e.Existing,
    };

    public static ChannelOpened FromWire(Wire.ChannelOpened m) => new(
        Time(m.At), m.Channel, (ChannelKind)m.Kind, m.Index, new BootTime(m.SeenAt), m.Rows, m.Columns, m.Existing);

    public static Wire.ChannelClosed ToWire(ChannelClosed e)
    {
        var message = new Wire.ChannelClosed { At = e.At.UtcTicks, Channel = e.Channel };
        if (e.InputBytes is { } inputBytes)
            message.InputBytes = inputBytes;
        return message;
    }

    public static ChannelClosed FromWire(Wire.ChannelClosed m) =>
        new(Time(m.At), m.Channel) { InputBytes = m.HasInputBytes ? m.InputBytes : null };

    public static Wire.TerminalResized ToWire(TerminalResized e) => new()
    {
        At = e.At.UtcTicks,
        Channel = e.Channel,
        Rows = e.Rows,
        Columns = e.Columns,
    };

    public static TerminalResized FromWire(Wire.TerminalResized m) =>
        new(Time(m.At), m.Channel, m.Rows, m.Columns);

    public static Wire.OutputRecorded ToWire(OutputRecorded e) => new()
    {
        At = e.At.UtcTicks,
        Channel = e.Channel,
        Stream = (int)e.Stream,
        Offset = e.Offset,
        // Encoded at once and then forgotten: the bytes cannot change meanwhile.
        Bytes = UnsafeByteOperations.UnsafeWrap(e.Bytes),
        Redacted = e.Redacted,
    };

    public static OutputRecorded FromWire(Wire.OutputRecorded m) =>
        new(Time(m.At), m.Channel, (ChannelStream)m.Stream, m.Offset, m.Bytes.Memory) { Redacted = m.Redacted };

    public static Wire.CommandStarted ToWire(CommandStarted e)
    {
        var message = new Wire.CommandStarted
        {
            At = e.At.UtcTicks,
            Pid = e.Pid,
            ParentPid = e.ParentPid,
            Arguments = UnsafeByteOperations.UnsafeWrap(e.Arguments.Block),
            OmittedArgumentBytes = e.Arguments.OmittedBytes,
            Executable = e.Executable,
            WorkingDirectory = e.WorkingDirectory,
            Uid = e.Uid,
            EffectiveUid = e.EffectiveUid,
            Typed = e.Typed,
            EffectiveUser = e.EffectiveUser,
            Redacted = e.Redacted,
        };
        if (e.LoginUid is { } loginUid)
            message.LoginUid = loginUid;
        if (e.AuditSession is { } auditSession)
            message.AuditSession = auditSession;
        if (e.Tty is { } tty)
            message.Tty = tty;
        return message;
    }

    public static CommandStarted FromWire(Wire.CommandStarted m) => new(
        Time(m.At),
        m.Pid,
        m.ParentPid,
        new ArgumentVector(m.Arguments.Memory, m.OmittedArgumentBytes),
        m.Executable,
        m.WorkingDirectory,
        m.Uid,
        m.EffectiveUid,
        m.HasLoginUid ? m.LoginUid : null,
        m.HasAuditSession ? m.AuditSession : null,
        m.HasTty ? m.Tty : null)
    {
        Typed = m.Typed,
        EffectiveUser = m.EffectiveUser,
        Redacted = m.Redacted,
    };

    public static Wire.CommandFinished ToWire(CommandFinished e)
    {
        var message = new Wire.CommandFinished
        {
            At = e.At.UtcTicks,
            Pid = e.Pid,
            StartedAt = e.StartedAt.UtcTicks,
            CoreDumped = e.CoreDumped,
            Replaced = e.Replaced,
            Output = UnsafeByteOperations.UnsafeWrap(e.Output),
            OutputBytes = e.OutputBytes,
        };
        if (e.ExitCode is { } exitCode)
            message.ExitCode = exitCode;
        if (e.Signal is { } signal)
            message.Signal = signal;
        return message;
    }

    public static CommandFinished FromWire(Wire.CommandFinished m) => new(
        Time(m.At),
        m.Pid,
        Time(m.StartedAt),
        m.HasExitCode ? m.ExitCode : null,
        m.HasSignal ? m.Signal : null,
        m.CoreDumped,
        m.Replaced)
    {
        Output = m.Output.Memory,
        OutputBytes = m.OutputBytes,
    };

    public static Wire.LossRecorded ToWire(LossRecorded e)
    {
        var message = new Wire.LossRecorded { At = e.At.UtcTicks, Cause = (int)e.Cause };
        if (e.Since is { } since)
            message.Since = since.UtcTicks;
        if (e.Channel is { } channel)
            message.Channel = channel;
        if (e.Stream is { } stream)
            message.Stream = (int)stream;
        if (e.Offset is { } offset)
            message.Offset = offset;
        if (e.Events is { } events)
            message.Events = events;
        if (e.Bytes is { } bytes)
            message.Bytes = bytes;
        return message;
    }

    public static LossRecorded FromWire(Wire.LossRecorded m) => new(
        Time(m.At),
        (LossCause)m.Cause,
        m.HasSince ? Time(m.Since) : null,
        m.HasChannel ? m.Channel : null,
        m.HasStream ? (ChannelStream)m.Stream : null,
        m.HasOffset ? m.Offset : null,
        m.HasEvents ? m.Events : null,
        m.HasBytes ? m.Bytes : null);

    public static Wire.SessionClosed ToWire(SessionClosed e)
    {
        var message = new Wire.SessionClosed
        {
            At = e.At.UtcTicks,
            How = (int)e.How,
            OutputBytes = e.OutputBytes,
            Commands = e.Commands,
            LossEvents = e.LossEvents,
            StillRunning = e.StillRunning,
        };
        if (e.ExitCode is { } exitCode)
            message.ExitCode = exitCode;
        if (e.Signal is { } signal)
            message.Signal = signal;
        return message;
    }

    public static SessionClosed FromWire(Wire.SessionClosed m) => new(
        Time(m.At),
        (SessionEnd)m.How,
        m.HasExitCode ? m.ExitCode : null,
        m.HasSignal ? m.Signal : null,
        m.OutputBytes,
        m.Commands,
        m.LossEvents) { StillRunning = m.StillRunning };

    internal static Wire.EndPoint ToWire(IPEndPoint endPoint) => new()
    {
        Address = ByteString.CopyFrom(endPoint.Address.GetAddressBytes()),
        Port = (uint)endPoint.Port,
    };

    internal static IPEndPoint FromWire(Wire.EndPoint? message) =>
        message is null
            ? throw new ArgumentException("An address is missing.")
            : new IPEndPoint(new IPAddress(message.Address.Span), (int)message.Port);

    internal static DateTimeOffset Time(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
