using SshLog.Core.Events;
using SshLog.Core.Identity;

namespace SshLog.Schema;

/// <summary>What was done to recordings, between events and their wire form.</summary>
internal static class AuditMapping
{
    public static Wire.SessionHeld ToWire(SessionHeld e) =>
        new() { At = e.At.UtcTicks, Subject = ToWire(e.Subject), By = ToWire(e.By), Reason = e.Reason };

    public static SessionHeld FromWire(Wire.SessionHeld m) =>
        new(EventMapping.Time(m.At), FromWire(m.Subject), FromWire(m.By), m.Reason);

    public static Wire.SessionReleased ToWire(SessionReleased e) =>
        new() { At = e.At.UtcTicks, Subject = ToWire(e.Subject), By = ToWire(e.By), Reason = e.Reason };

    public static SessionReleased FromWire(Wire.SessionReleased m) =>
        new(EventMapping.Time(m.At), FromWire(m.Subject), FromWire(m.By), m.Reason);

    public static Wire.SessionDeleted ToWire(SessionDeleted e) => new()
    {
        At = e.At.UtcTicks,
        Subject = ToWire(e.Subject),
        By = ToWire(e.By),
        Reason = e.Reason,
        Cause = (int)e.Cause,
        Journal = e.Journal,
        EndedAt = e.EndedAt.UtcTicks,
        Events = e.Events,
        Bytes = e.Bytes,
    };

    public static SessionDeleted FromWire(Wire.SessionDeleted m) => new(
        EventMapping.Time(m.At), FromWire(m.Subject), FromWire(m.By), m.Reason, (DeletionCause)m.Cause, m.Journal,
        EventMapping.Time(m.EndedAt), m.Events, m.Bytes);

    public static Wire.StorageChanged ToWire(StorageChanged e) => new()
    {
        At = e.At.UtcTicks,
        Subject = ToWire(e.Subject),
        By = ToWire(e.By),
        Level = (int)e.Level,
        FreeBytes = e.FreeBytes,
        TotalBytes = e.TotalBytes,
        JournalBytes = e.JournalBytes,
    };

    public static StorageChanged FromWire(Wire.StorageChanged m) => new(
        EventMapping.Time(m.At), FromWire(m.Subject), FromWire(m.By), (StorageLevel)m.Level, m.FreeBytes, m.TotalBytes, m.JournalBytes);

    public static Wire.SigningKeyChanged ToWire(SigningKeyChanged e) => new()
    {
        At = e.At.UtcTicks, Subject = ToWire(e.Subject), By = ToWire(e.By), OldKey = e.OldKey, NewKey = e.NewKey,
    };

    public static SigningKeyChanged FromWire(Wire.SigningKeyChanged m) => new(
        EventMapping.Time(m.At), FromWire(m.Subject), FromWire(m.By), m.OldKey, m.NewKey);

    public static Wire.HeadSigned ToWire(HeadSigned e) => new()
    {
        At = e.At.UtcTicks, Subject = ToWire(e.Subject), By = ToWire(e.By), Journal = e.Journal, Event = e.Event, Head = e.Head,
    };

    public static HeadSigned FromWire(Wire.HeadSigned m) => new(
        EventMapping.Time(m.At), FromWire(m.Subject), FromWire(m.By), m.Journal, m.Event, m.Head);

    public static Wire.RecordingRedacted ToWire(RecordingRedacted e) => new()
    {
        At = e.At.UtcTicks,
        Subject = ToWire(e.Subject),
        By = ToWire(e.By),
        Reason = e.Reason,
        From = e.From,
        UpTo = e.UpTo,
        Events = e.Events,
        Bytes = e.Bytes,
    };

    public static RecordingRedacted FromWire(Wire.RecordingRedacted m) => new(
        EventMapping.Time(m.At), FromWire(m.Subject), FromWire(m.By), m.Reason, m.From, m.UpTo, m.Events, m.Bytes);

    private static Wire.RecordingSubject ToWire(RecordingSubject s)
    {
        var message = new Wire.RecordingSubject
        {
            Session = s.Session.Text,
            Host = s.Host,
            MonitorPid = s.MonitorPid,
            Client = EventMapping.ToWire(s.Client),
            Server = EventMapping.ToWire(s.Server),
            StartedAt = s.StartedAt.UtcTicks,
            User = s.User,
        };
        if (s.Uid is { } uid)
            message.Uid = uid;
        return message;
    }

    private static RecordingSubject FromWire(Wire.RecordingSubject? m)
    {
        if (m is null)
            throw new ArgumentException("The recording is missing.");
        var session = default(SessionId);
        if (m.Session.Length > 0 && !SessionId.TryParse(m.Session, out session))
            throw new ArgumentException("The session's id is malformed.");
        return new RecordingSubject(
            session, m.Host, m.MonitorPid, EventMapping.FromWire(m.Client), EventMapping.FromWire(m.Server),
            EventMapping.Time(m.StartedAt), m.User, m.HasUid ? m.Uid : null);
    }

    private static Wire.AuditActor ToWire(AuditActor a)
    {
        var message = new Wire.AuditActor { User = a.User, From = a.From };
        if (a.Uid is { } uid)
            message.Uid = uid;
        return message;
    }

    private static AuditActor FromWire(Wire.AuditActor? m) => m is null
        ? throw new ArgumentException("Who did it is missing.")
        : new AuditActor(m.HasUid ? m.Uid : null, m.User, m.From);
}
