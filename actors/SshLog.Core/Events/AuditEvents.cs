using System.Net;
using SshLog.Core.Identity;

namespace SshLog.Core.Events;

/// <summary>
/// A fact about recordings rather than of one: it stands in the journal <c>audit</c>, which nothing deletes (a
/// <see cref="HeadSigned"/> in one of its day), and says itself which recording it is about, because that may be gone.
/// </summary>
public interface IAuditEvent
{
    /// <summary>What it is about.</summary>
    RecordingSubject Subject { get; }

    /// <summary>Who did it.</summary>
    AuditActor By { get; }
}

/// <summary>A recording, as far as one must know it when it is gone.</summary>
/// <param name="Session">Which; of the daemon itself the id that a session of its process would have; empty for a day of
/// failed sign-ins.</param>
/// <param name="Host">The machine.</param>
/// <param name="MonitorPid">The sshd process that served it; of the daemon its own.</param>
/// <param name="Client">The peer's address and port.</param>
/// <param name="Server">The local address and port.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="User">Who signed in; empty when not known.</param>
/// <param name="Uid">User id; null when not known.</param>
public sealed record RecordingSubject(
    SessionId Session,
    string Host,
    int MonitorPid,
    IPEndPoint Client,
    IPEndPoint Server,
    DateTimeOffset StartedAt,
    string User,
    uint? Uid);

/// <summary>Who did something to a recording.</summary>
/// <param name="Uid">User id on this machine; null for the daemon itself.</param>
/// <param name="User">Name; of the daemon itself the setting that it followed.</param>
/// <param name="From">Where they are (<c>pid 4711</c>); empty for the daemon itself.</param>
public sealed record AuditActor(uint? Uid, string User, string From);

/// <summary>A recording must be kept, whatever the configuration says, until it is released.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">Which.</param>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why; empty for none.</param>
public sealed record SessionHeld(DateTimeOffset At, RecordingSubject Subject, AuditActor By, string Reason)
    : SessionEvent(At), IAuditEvent;

/// <summary>A recording need not be kept any more.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">Which.</param>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why; empty for none.</param>
public sealed record SessionReleased(DateTimeOffset At, RecordingSubject Subject, AuditActor By, string Reason)
    : SessionEvent(At), IAuditEvent;

/// <summary>Why a recording was deleted.</summary>
public enum DeletionCause
{
    /// <summary>An administrator did it.</summary>
    Asked = 1,

    /// <summary>It was older than recordings are kept.</summary>
    Age = 2,

    /// <summary>The recordings were larger than they may be.</summary>
    Size = 3,

    /// <summary>The file system was full.</summary>
    DiskFull = 4,
}

/// <summary>A recording was deleted as a whole; written with the beginning of its deletion, or not at all.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">Which.</param>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Cause">Why.</param>
/// <param name="Journal">Persistence id of its journal.</param>
/// <param name="EndedAt">Time of its newest event.</param>
/// <param name="Events">Events that it had.</param>
/// <param name="Bytes">Bytes that they took.</param>
public sealed record SessionDeleted(
    DateTimeOffset At,
    RecordingSubject Subject,
    AuditActor By,
    string Reason,
    DeletionCause Cause,
    string Journal,
    DateTimeOffset EndedAt,
    long Events,
    long Bytes) : SessionEvent(At), IAuditEvent;

/// <summary>The content of some of a recording's events was taken out; written with that, or not at all.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">Which.</param>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="From">The first of the events, by its place in the recording's journal.</param>
/// <param name="UpTo">The last of them.</param>
/// <param name="Events">How many: events that say how the recording hangs together keep their content.</param>
/// <param name="Bytes">Bytes that their content took.</param>
public sealed record RecordingRedacted(
    DateTimeOffset At, RecordingSubject Subject, AuditActor By, string Reason, long From, long UpTo, long Events, long Bytes)
    : SessionEvent(At), IAuditEvent;

/// <summary>The host has another key that it signs recordings with.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">The daemon.</param>
/// <param name="By">Who did it.</param>
/// <param name="OldKey">SHA-256 of the public key of before (SubjectPublicKeyInfo, DER), hexadecimal.</param>
/// <param name="NewKey">The same of the one in use since.</param>
public sealed record SigningKeyChanged(DateTimeOffset At, RecordingSubject Subject, AuditActor By, string OldKey, string NewKey)
    : SessionEvent(At), IAuditEvent;

/// <summary>The host has signed how far a journal has come; told so that actions take the signature to another machine.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">The daemon.</param>
/// <param name="By">The daemon.</param>
/// <param name="Journal">Persistence id of the journal.</param>
/// <param name="Event">Up to which event.</param>
/// <param name="Head">All of it, as <see cref="Core.Journal.HeadText"/> writes it.</param>
public sealed record HeadSigned(DateTimeOffset At, RecordingSubject Subject, AuditActor By, string Journal, long Event, string Head)
    : SessionEvent(At), IAuditEvent;

/// <summary>How much room is left for recordings.</summary>
public enum StorageLevel
{
    /// <summary>Enough.</summary>
    Enough = 1,

    /// <summary>It goes to its end: somebody should look.</summary>
    Low = 2,

    /// <summary>Too little: from here on output is not recorded.</summary>
    OutputStopped = 3,

    /// <summary>Too little: the oldest recordings are deleted.</summary>
    DeletingOldest = 4,
}

/// <summary>The room on the journal's file system has come to another level.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">The daemon.</param>
/// <param name="By">The setting that was followed.</param>
/// <param name="Level">The level.</param>
/// <param name="FreeBytes">Bytes that are free.</param>
/// <param name="TotalBytes">Size of the file system.</param>
/// <param name="JournalBytes">Bytes that the journal takes.</param>
public sealed record StorageChanged(
    DateTimeOffset At,
    RecordingSubject Subject,
    AuditActor By,
    StorageLevel Level,
    long FreeBytes,
    long TotalBytes,
    long JournalBytes) : SessionEvent(At), IAuditEvent;
