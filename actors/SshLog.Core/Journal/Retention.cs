using SshLog.Core.Events;
using SshLog.Core.Identity;

namespace SshLog.Core.Journal;

/// <summary>
/// Says, signed with the host's key, that a journal was deleted on purpose, and where its chain ended. Kept beside the
/// signed heads and written before anything is deleted.
/// </summary>
/// <param name="Database">Identity of the database.</param>
/// <param name="PersistenceId">Which journal.</param>
/// <param name="SequenceNr">Its last event.</param>
/// <param name="Link">32 bytes: <see cref="EventChain.Link"/> of that event.</param>
/// <param name="At">When.</param>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">SHA-256 of the public key, as in <see cref="SignedHead"/>.</param>
/// <param name="Signature">Over <see cref="Message"/>.</param>
public sealed record Tombstone(
    string Database,
    string PersistenceId,
    long SequenceNr,
    ReadOnlyMemory<byte> Link,
    DateTimeOffset At,
    string By,
    string Reason,
    string Key,
    ReadOnlyMemory<byte> Signature)
{
    /// <summary>What is signed: as <see cref="SignedReason.Message"/> says, with the form <c>sshlog-tombstone/1</c>.</summary>
    public byte[] Message() => SignedReason.Message("sshlog-tombstone/1", Database, PersistenceId, By, Reason, SequenceNr, At, Link.Span);
}

/// <summary>A journal that is to be deleted.</summary>
/// <param name="PersistenceId">Which.</param>
/// <param name="Subject">Its recording, for the audit event.</param>
/// <param name="EndedAt">Time of its newest event.</param>
public sealed record DeletionTarget(string PersistenceId, RecordingSubject Subject, DateTimeOffset EndedAt);

/// <summary>Events whose content is to be taken out.</summary>
/// <param name="PersistenceId">Of which journal.</param>
/// <param name="Subject">Its recording, for the audit event.</param>
/// <param name="From">The first of them.</param>
/// <param name="UpTo">The last; at most <see cref="MostEvents"/> of them.</param>
public sealed record RedactionTarget(string PersistenceId, RecordingSubject Subject, long From, long UpTo)
{
    /// <summary>How many events are taken out at once, in one transaction.</summary>
    public const int MostEvents = 1000;
}

/// <summary>What a deletion has done.</summary>
/// <param name="Events">Events that are gone; 0 if there was no such journal.</param>
/// <param name="Bytes">Bytes that they took.</param>
public sealed record DeletionResult(long Events, long Bytes);

/// <summary>
/// Keeps and deletes recordings. Whatever it does stands in the journal <see cref="AuditJournal"/>, from where it knows again
/// what is on hold. Not for the threads that record: a deletion may take seconds.
/// </summary>
public interface IRetentionStore
{
    /// <summary>Persistence id of the journal of what was done to recordings.</summary>
    const string AuditJournal = "audit";

    /// <summary>Identity of the journal that holds and deletions are about.</summary>
    string Journal { get; }

    /// <summary>What is on hold, by session.</summary>
    IReadOnlyDictionary<SessionId, SessionHeld> Holds { get; }

    /// <summary>Writes a fact into the audit journal.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be written now.</exception>
    void Record(SessionEvent fact);

    /// <summary>Deletes a journal: tombstone and audit event first, then its events, then its key frames and pages.</summary>
    /// <exception cref="JournalUnavailableException">It could not be done, or not to its end; a later call goes on.</exception>
    DeletionResult Delete(DeletionTarget target, AuditActor by, string reason, DeletionCause cause, DateTimeOffset at);

    /// <summary>
    /// Takes the content out of a range of events, of those that have some: signed redactions first, then, in one transaction with
    /// the audit event, payload and salt. Copies are forgotten.
    /// </summary>
    /// <exception cref="JournalUnavailableException">It could not be done; nothing was.</exception>
    DeletionResult Redact(RedactionTarget target, AuditActor by, string reason, DateTimeOffset at);

    /// <summary>Ends deletions that a crash or a failure has interrupted, and returns free pages to the file system.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be written now.</exception>
    void Finish();

    /// <summary>Bytes of the write-ahead log: the journal may still grow by as much.</summary>
    long PendingBytes { get; }

    /// <summary>
    /// True if what was deleted or redacted still stands in the journal's write-ahead log, because somebody reads the journal as it
    /// was before; <see cref="Settle"/> tries again.
    /// </summary>
    bool IsLogWaiting { get; }

    /// <summary>Moves what waits in the write-ahead log to its place and cuts the log, as far as no reader needs it.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be written now.</exception>
    void Settle();

    /// <summary>Bytes of the journal that hold something.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    long UsedBytes();

    /// <summary>Ordering of the newest event of a journal; 0 if there is none.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    long NewestOrdering(string persistenceId);

    /// <summary>The journals of days, of each kind oldest first.</summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    IReadOnlyList<DayJournal> Days();
}
