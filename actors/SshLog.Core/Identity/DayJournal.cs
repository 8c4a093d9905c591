using System.Globalization;

namespace SshLog.Core.Identity;

/// <summary>A journal that holds what belongs to a UTC day rather than to a session.</summary>
/// <param name="Prefix">What it holds: <see cref="SignIns"/> or <see cref="Heads"/>.</param>
/// <param name="Date">Which day.</param>
public readonly record struct DayJournal(string Prefix, DateOnly Date)
{
    /// <summary>Failed sign-ins.</summary>
    public const string SignIns = "signin-";

    /// <summary>Signed heads that actions take to other machines.</summary>
    public const string Heads = "heads-";

    /// <summary>Key of the journal, for example <c>signin-20261122</c>.</summary>
    public string PersistenceId => Prefix + Date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>The journal of a moment's day.</summary>
    public static DayJournal Of(string prefix, DateTimeOffset moment) => new(prefix, DateOnly.FromDateTime(moment.UtcDateTime));

    /// <summary>True if this is the persistence id of such a journal.</summary>
    public static bool IsPersistenceId(string persistenceId) => TryParse(persistenceId, out _);

    /// <summary>The journal that has this persistence id; false when it is none of a day.</summary>
    public static bool TryParse(string persistenceId, out DayJournal day)
    {
        ArgumentNullException.ThrowIfNull(persistenceId);
        foreach (var prefix in (ReadOnlySpan<string>)[SignIns, Heads])
        {
            if (persistenceId.StartsWith(prefix, StringComparison.Ordinal)
                && DateOnly.TryParseExact(
                    persistenceId.AsSpan(prefix.Length), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                day = new DayJournal(prefix, date);
                return true;
            }
        }

        day = default;
        return false;
    }
}
