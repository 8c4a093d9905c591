namespace SshLog.Core.Identity;

/// <summary>A UTC day whose failed sign-ins share a journal.</summary>
/// <param name="Date">Which.</param>
public readonly record struct SignInDay(DateOnly Date)
{
    /// <summary>Key of the day's journal, for example <c>signin-20261122</c>.</summary>
    public string PersistenceId => new DayJournal(DayJournal.SignIns, Date).PersistenceId;

    /// <summary>The day of a moment.</summary>
    public static SignInDay Of(DateTimeOffset moment) => new(DateOnly.FromDateTime(moment.UtcDateTime));
}
