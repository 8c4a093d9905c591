using System.Globalization;

namespace SshLog.Core.Identity;

/// <summary>A UTC day whose failed sign-ins share a journal.</summary>
/// <param name="Date">Which.</param>
public readonly record struct SignInDay(DateOnly Date)
{
    private const string PersistencePrefix = "signin-";

    /// <summary>Key of the day's journal, for example <c>signin-20261122</c>.</summary>
    public string PersistenceId => Date.ToString($"'{PersistencePrefix}'yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>The day of a moment.</summary>
    public static SignInDay Of(DateTimeOffset moment) => new(DateOnly.FromDateTime(moment.UtcDateTime));

    /// <summary>True if this is the persistence id of a day's journal of failed sign-ins.</summary>
    public static bool IsPersistenceId(string persistenceId) => TryParse(persistenceId, out _);

    /// <summary>The day whose journal has this persistence id; false when it is none.</summary>
    public static bool TryParse(string persistenceId, out SignInDay day)
    {
        ArgumentNullException.ThrowIfNull(persistenceId);
        day = default;
        if (!persistenceId.StartsWith(PersistencePrefix, StringComparison.Ordinal)
            || !DateOnly.TryParseExact(
                persistenceId.AsSpan(PersistencePrefix.Length), "yyyyMMdd", CultureInfo.InvariantCulture,
                DateTimeStyles.None, out var date))
        {
            return false;
        }

        day = new SignInDay(date);
        return true;
    }
}
