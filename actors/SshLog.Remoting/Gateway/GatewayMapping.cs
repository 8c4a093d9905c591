using System.Net;
using Google.Protobuf;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Schema;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Gateway;

/// <summary>Field by field between the gateway protocol of SshLog.Core and the messages of gateway.proto.</summary>
internal static partial class GatewayMapping
{
    public static Wire.Hello ToWire(Protocol.Hello m) => new()
    {
        Ticket = m.Ticket,
        ProtocolVersion = m.ProtocolVersion,
        ClientVersion = m.ClientVersion,
    };

    public static Protocol.Hello FromWire(Wire.Hello m) => new(m.Ticket, m.ProtocolVersion, m.ClientVersion);

    public static Wire.Welcome ToWire(Protocol.Welcome m) => new()
    {
        ProtocolVersion = m.ProtocolVersion,
        DaemonVersion = m.DaemonVersion,
        Role = (int)m.Role,
    };

    public static Protocol.Welcome FromWire(Wire.Welcome m) => new(m.ProtocolVersion, m.DaemonVersion, (Role)m.Role);

    public static Protocol.Failure FromWire(Wire.Failure m) => new((Protocol.FailureCode)m.Code, m.Message);

    public static Protocol.ConfigurationReloaded FromWire(Wire.ConfigurationReloaded m) => new(m.Accepted, [.. m.Lines]);

    public static Wire.FindSessions ToWire(SessionQuery q)
    {
        var message = new Wire.FindSessions { OnlyOpen = q.OnlyOpen, Limit = q.Limit };
        if (q.User is { } user)
            message.User = user;
        if (q.Client is { } client)
            message.Client = ByteString.CopyFrom(client.GetAddressBytes());
        if (q.Tty is { } tty)
            message.Tty = tty;
        if (q.IdPrefix is { } prefix)
            message.IdPrefix = prefix;
        if (q.Since is { } since)
            message.Since = since.UtcTicks;
        if (q.Command is { } command)
            message.Command = command;
        if (q.ExitStatus is { } status)
            message.ExitStatus = status;
        if (q.Behind is { } place)
            (message.BehindStarted, message.BehindId) = (place.StartedAt.UtcTicks, place.Id);
        return message;
    }

    public static SessionQuery FromWire(Wire.FindSessions m) => new(
        m.HasUser ? m.User : null,
        m.Client.IsEmpty ? null : new IPAddress(m.Client.Span),
        m.HasTty ? m.Tty : null,
        m.HasIdPrefix ? m.IdPrefix : null,
        m.OnlyOpen,
        m.HasSince ? Time(m.Since) : null,
        m.Limit,
        m.HasCommand ? m.Command : null,
        m.HasExitStatus ? m.ExitStatus : null)
    {
        Behind = m.HasBehindStarted ? new SessionPlace(Time(m.BehindStarted), m.BehindId) : null,
    };

    public static Wire.ListCommands ToWire(Protocol.ListCommands m) =>
        new() { Session = m.Session.Text, AfterSequenceNr = m.AfterSequenceNr };

    public static Protocol.ListCommands FromWire(Wire.ListCommands m) => new(Session(m.Session), m.AfterSequenceNr);

    public static Wire.ReadJournal ToWire(Protocol.ReadJournal m) =>
        new() { Session = m.Session.Text, AfterSequenceNr = m.AfterSequenceNr };

    public static Protocol.ReadJournal FromWire(Wire.ReadJournal m) => new(Session(m.Session), m.AfterSequenceNr);

    public static Wire.EventPage ToWire(Protocol.EventPage m) => new()
    {
        Events = { m.Events.Select(ToWire) },
        Cursor = m.Cursor,
        Ended = m.Ended,
    };

    public static Protocol.EventPage FromWire(Wire.EventPage m) =>
        new([.. m.Events.Select(FromWire)], m.Cursor, m.Ended);

    public static Protocol.RunPalette FromWire(Wire.RunPalette m) => new(m.Palette, [.. m.Words]);

    public static Wire.PaletteOutput ToWire(Protocol.PaletteOutput m) =>
        new() { Lines = { m.Lines }, Ended = m.Ended, Failed = m.Failed };

    public static Protocol.PaletteOutput FromWire(Wire.PaletteOutput m) => new([.. m.Lines], m.Ended, m.Failed);

    public static Wire.Session ToWire(SessionSummary s)
    {
        var message = new Wire.Session
        {
            Id = s.Id.Text,
            User = s.User,
            Host = s.Host,
            MonitorPid = s.MonitorPid,
            Client = ToWire(s.Client),
            Server = ToWire(s.Server),
            StartedAt = s.StartedAt.UtcTicks,
            LastActivity = s.LastActivity.UtcTicks,
            LastCommand = s.LastCommand,
            Ttys = { s.Ttys },
            Commands = s.Commands,
            OutputBytes = s.OutputBytes,
            LossEvents = s.LossEvents,
            Viewers = s.Viewers,
        };
        if (s.Uid is { } uid)
            message.Uid = uid;
        if (s.EndedAt is { } endedAt)
            message.EndedAt = endedAt.UtcTicks;
        if (s.ExitCode is { } exitCode)
            message.ExitCode = exitCode;
        if (s.EffectiveUid is { } effectiveUid)
            message.EffectiveUid = effectiveUid;
        return message;
    }

    public static SessionSummary FromWire(Wire.Session? m) => m is null
        ? throw new ArgumentException("The session is missing.")
        : new SessionSummary(
            Session(m.Id),
            m.User,
            m.HasUid ? m.Uid : null,
            m.Host,
            m.MonitorPid,
            FromWire(m.Client),
            FromWire(m.Server),
            Time(m.StartedAt),
            m.HasEndedAt ? Time(m.EndedAt) : null,
            m.HasExitCode ? m.ExitCode : null,
            Time(m.LastActivity),
            m.LastCommand,
            [.. m.Ttys],
            m.Commands,
            m.OutputBytes,
            m.LossEvents)
        {
            Viewers = m.Viewers,
            EffectiveUid = m.HasEffectiveUid ? m.EffectiveUid : null,
        };

    public static Wire.Command ToWire(CommandSummary c)
    {
        var message = new Wire.Command
        {
            SequenceNr = c.SequenceNr,
            StartedAt = c.StartedAt.UtcTicks,
            Pid = c.Pid,
            ParentPid = c.ParentPid,
            Executable = c.Executable,
            Arguments = ByteString.CopyFrom(c.Arguments.Block.Span),
            OmittedArgumentBytes = c.Arguments.OmittedBytes,
            WorkingDirectory = c.WorkingDirectory,
            Uid = c.Uid,
            EffectiveUid = c.EffectiveUid,
            Replaced = c.Replaced,
        };
        if (c.FinishedAt is { } finishedAt)
            message.FinishedAt = finishedAt.UtcTicks;
        if (c.Tty is { } tty)
            message.Tty = tty;
        if (c.ExitCode is { } exitCode)
            message.ExitCode = exitCode;
        if (c.Signal is { } signal)
            message.Signal = signal;
        return message;
    }

    public static CommandSummary FromWire(Wire.Command m) => new(
        m.SequenceNr,
        Time(m.StartedAt),
        m.HasFinishedAt ? Time(m.FinishedAt) : null,
        m.Pid,
        m.ParentPid,
        m.Executable,
        new ArgumentVector(m.Arguments.Memory, m.OmittedArgumentBytes),
        m.WorkingDirectory,
        m.Uid,
        m.EffectiveUid,
        m.HasTty ? m.Tty : null,
        m.HasExitCode ? m.ExitCode : null,
        m.HasSignal ? m.Signal : null,
        m.Replaced);

    /// <exception cref="ArgumentException">Not the printed form of a session's id.</exception>
    public static SessionId Session(string text) =>
        SessionId.TryParse(text, out var id) ? id : throw new ArgumentException("A session's id is malformed.");

    private static Wire.Event ToWire(JournalledEvent e)
    {
        var (manifest, payload) = ProtobufEventCodec.Instance.Encode(e.Event);
        return new Wire.Event
        {
            Ordering = e.Ordering,
            Session = e.Session.Text,
            SequenceNr = e.SequenceNr,
            Manifest = manifest,
            Payload = UnsafeByteOperations.UnsafeWrap(payload),
        };
    }

    private static JournalledEvent FromWire(Wire.Event m) => new(
        m.Ordering,
        Session(m.Session),
        m.SequenceNr,
        ProtobufEventCodec.Instance.Decode(m.Manifest, m.Payload.Memory));

    private static Wire.EndPoint ToWire(IPEndPoint endPoint) => new()
    {
        Address = ByteString.CopyFrom(endPoint.Address.GetAddressBytes()),
        Port = (uint)endPoint.Port,
    };

    private static IPEndPoint FromWire(Wire.EndPoint? m) => m is null
        ? throw new ArgumentException("An address is missing.")
        : new IPEndPoint(new IPAddress(m.Address.Span), (int)m.Port);

    private static DateTimeOffset Time(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
