using System.Text.Json;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Terminal;

namespace SshLog.Formatting;

/// <summary>What was done to recordings, in lines and JSON.</summary>
internal static class AuditText
{
    public static string Line(SessionEvent fact) => fact switch
    {
        SessionHeld held => $"{Name(held)} is kept until it is released, says {Who(held.By)}{Why(held.Reason)}",
        SessionReleased released => $"{Name(released)} need not be kept, says {Who(released.By)}{Why(released.Reason)}",
        SessionDeleted deleted => $"{Name(deleted)} deleted by {Who(deleted.By)}{Why(deleted.Reason)} "
            + $"({Quantities.Count(deleted.Events, "event")}, {Quantities.Count(deleted.Bytes, "byte")})",
        RecordingRedacted redacted => $"{Name(redacted)}: the content of {Quantities.Count(redacted.Events, "event")} taken out by "
            + $"{Who(redacted.By)}{Why(redacted.Reason)}",
        SigningKeyChanged key => $"the signing key changed from {SafeText.Escape(key.OldKey)} to {SafeText.Escape(key.NewKey)} by {Who(key.By)}",
        HeadSigned head => $"{SafeText.Escape(head.Journal)} up to event {head.Event}: {SafeText.Escape(head.Head)}",
        StorageChanged storage => Describe(storage),
        _ => string.Empty,
    };

    public static void Write(Utf8JsonWriter json, IAuditEvent audit)
    {
        JsonOutput.WriteOptional(json, "by_uid", audit.By.Uid);
        json.WriteString("by_user", audit.By.User);
        json.WriteString("by_from", audit.By.From);
        switch (audit)
        {
            case SessionHeld held:
                json.WriteString("reason", held.Reason);
                break;
            case SessionReleased released:
                json.WriteString("reason", released.Reason);
                break;
            case SessionDeleted deleted:
                json.WriteString("reason", deleted.Reason);
                json.WriteString("cause", JsonNamingPolicy.KebabCaseLower.ConvertName(deleted.Cause.ToString()));
                json.WriteString("journal", deleted.Journal);
                json.WriteNumber("end_time", JsonOutput.Milliseconds(deleted.EndedAt));
                json.WriteNumber("events", deleted.Events);
                json.WriteNumber("bytes", deleted.Bytes);
                break;
            case RecordingRedacted redacted:
                json.WriteString("reason", redacted.Reason);
                json.WriteNumber("from_sequence", redacted.From);
                json.WriteNumber("to_sequence", redacted.UpTo);
                json.WriteNumber("events", redacted.Events);
                json.WriteNumber("bytes", redacted.Bytes);
                break;
            case SigningKeyChanged key:
                json.WriteString("old_key", key.OldKey);
                json.WriteString("new_key", key.NewKey);
                break;
            case HeadSigned head:
                json.WriteString("journal", head.Journal);
                json.WriteNumber("events", head.Event);
                json.WriteString("head", head.Head);
                break;
            case StorageChanged storage:
                json.WriteString("level", JsonNamingPolicy.KebabCaseLower.ConvertName(storage.Level.ToString()));
                json.WriteNumber("free_bytes", storage.FreeBytes);
                json.WriteNumber("total_bytes", storage.TotalBytes);
                json.WriteNumber("journal_bytes", storage.JournalBytes);
                break;
        }
    }

    private static string Describe(StorageChanged storage)
    {
        var what = storage.Level switch
        {
            StorageLevel.Low => "the disk is nearly full",
            StorageLevel.OutputStopped => "the disk is full: output is not recorded any more",
            StorageLevel.DeletingOldest => "the disk is full: the oldest recordings are deleted",
            _ => "there is room on the disk again",
        };
        return $"{what} ({Quantities.Count(storage.FreeBytes, "byte")} of {Quantities.Count(storage.TotalBytes)} free, the journal "
            + $"takes {Quantities.Count(storage.JournalBytes)})";
    }

    private static string Name(IAuditEvent audit) =>
        audit.Subject.Session != default ? "recording " + audit.Subject.Session.Text
            : audit is SessionDeleted deleted && deleted.Journal.StartsWith(DayJournal.Heads, StringComparison.Ordinal) ? "a day of signed heads"
            : "a day of failed sign-ins";

    private static string Who(AuditActor by) =>
        SafeText.Escape(by.User) + (by.From.Length > 0 ? $" ({SafeText.Escape(by.From)})" : string.Empty);

    private static string Why(string reason) => reason.Length > 0 ? $": {SafeText.Escape(reason)}" : string.Empty;
}
