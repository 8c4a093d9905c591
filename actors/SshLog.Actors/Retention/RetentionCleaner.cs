using System.Globalization;
using System.Net;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Actors.Retention;

/// <summary>Finds what is due and deletes it. Used by one thread.</summary>
internal sealed class RetentionCleaner(RetentionPorts ports, ICatalogue catalogue)
{
    private const int AtOnce = 100;
    private static readonly IPEndPoint _nowhere = new(IPAddress.Any, 0);

    /// <summary>The daemon, following a setting.</summary>
    public static AuditActor Itself(string setting) => new(null, setting, string.Empty);

    /// <summary>A session as the subject of an audit event.</summary>
    public static RecordingSubject Subject(SessionSummary s) =>
        new(s.Id, s.Host, s.MonitorPid, s.Client, s.Server, s.StartedAt, s.User, s.Uid);

    /// <summary>A recording; null if there is none.</summary>
    public SessionSummary? Summary(SessionId session) =>
        catalogue.Find(new SessionQuery(IdPrefix: session.Text, Limit: 1)) is [var summary, ..] && summary.Id == session ? summary : null;

    /// <summary>Why a recording must not be deleted, whoever asks; null if it may be.</summary>
    public string? WhyKept(SessionSummary summary, DateTimeOffset now)
    {
        if (WhyUntouched(summary) is { } why)
            return why;
        return now - summary.EndedAt < ports.Policy.KeepAtLeast
            ? $"Recordings must be kept for {ports.Policy.KeepAtLeast.TotalDays.ToString("0.##", CultureInfo.InvariantCulture)} days "
                + "(sshlog.retention.keep-at-least)."
            : null;
    }

    /// <summary>Why nothing of a recording must be changed, whoever asks; null if it may be.</summary>
    public string? WhyUntouched(SessionSummary summary)
    {
        if (ports.Store.Holds.TryGetValue(summary.Id, out var held))
        {
            return $"That recording is on hold since {held.At.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)} ({held.By.User}"
                + $"{(held.Reason.Length > 0 ? ": " + held.Reason : string.Empty)}): release it first.";
        }

        return summary.EndedAt is null ? "That session is open: end it first." : null;
    }

    /// <summary>Deletes one.</summary>
    public DeletionResult Delete(SessionSummary summary, AuditActor by, string reason, DeletionCause cause, DateTimeOffset now) =>
        ports.Store.Delete(
            new DeletionTarget(summary.Id.PersistenceId, Subject(summary), summary.EndedAt ?? summary.LastActivity), by, reason, cause, now);

    /// <summary>Deletes what is due by age, then by size, then for want of room.</summary>
    /// <returns>How many recordings are gone.</returns>
    public int Clean(IReadOnlySet<SessionId> recorders, DateTimeOffset now, bool isFull)
    {
        var (policy, deleted) = (ports.Policy, 0);
        if (policy.MaxAge > TimeSpan.Zero)
        {
            var before = now - policy.MaxAge;
            deleted += DeleteOldest(recorders, now, DeletionCause.Age, $"older than {Days(policy.MaxAge)}", s => s.EndedAt < before);
            deleted += DeleteDays(before, now, $"older than {Days(policy.MaxAge)}");
        }

        if (policy.MaxBytes > 0)
        {
            deleted += DeleteOldest(
                recorders, now, DeletionCause.Size, string.Create(CultureInfo.InvariantCulture, $"recordings took more than {policy.MaxBytes} bytes"),
                _ => ports.Store.UsedBytes() > policy.MaxBytes);
        }

        if (isFull)
        {
            deleted += DeleteOldest(
                recorders, now, DeletionCause.DiskFull, "the file system was full",
                _ => ports.Storage() is var room && room.FreeBytes < policy.AlertOn(room.TotalBytes));
        }

        return deleted;
    }

    private int DeleteOldest(
        IReadOnlySet<SessionId> recorders, DateTimeOffset now, DeletionCause cause, string reason, Func<SessionSummary, bool> isDue)
    {
        var (deleted, seen) = (0, new HashSet<SessionId>());
        while (true)
        {
            // However many of the oldest have to stay, those behind them are looked at too.
            var unseen = catalogue.Oldest(now - ports.Policy.KeepAtLeast, AtOnce + seen.Count).Where(s => !seen.Contains(s.Id)).ToList();
            if (unseen.Count == 0)
                return deleted;
            foreach (var summary in unseen)
            {
                if (!isDue(summary))
                    return deleted;
                seen.Add(summary.Id);
                if (recorders.Contains(summary.Id) || WhyKept(summary, now) is not null || IsAwaited(summary.Id.PersistenceId))
                    continue;
                // The catalogue hears of it later, so a recording that is gone may be listed once more.
                if (Delete(summary, Itself("retention"), reason, cause, now).Events > 0)
                    deleted++;
            }
        }
    }

    private int DeleteDays(DateTimeOffset before, DateTimeOffset now, string reason)
    {
        var deleted = 0;
        foreach (var day in ports.Store.Days())
        {
            var end = new DateTimeOffset(day.Date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddDays(1);
            if (end >= before || now - end < ports.Policy.KeepAtLeast || IsAwaited(day.PersistenceId))
                continue;
            var subject = new RecordingSubject(default, ports.Daemon.Host, 0, _nowhere, _nowhere, end.AddDays(-1), string.Empty, null);
            var target = new DeletionTarget(day.PersistenceId, subject, end);
            deleted += ports.Store.Delete(target, Itself("retention"), reason, DeletionCause.Age, now).Events > 0 ? 1 : 0;
        }

        return deleted;
    }

    // What an action has still to look at stays.
    private bool IsAwaited(string persistenceId) =>
        ports.OldestCursor() is { } cursor && ports.Store.NewestOrdering(persistenceId) > cursor;

    private static string Days(TimeSpan time) => time.TotalDays.ToString("0.##", CultureInfo.InvariantCulture) + " days";
}
