using System.Globalization;

namespace SshLog.Cli.Commands;

/// <summary>A time as a person gives it to an option.</summary>
internal static class PointInTime
{
    /// <summary>How it is written.</summary>
    public const string Forms = "90s, 15m, 2h or 7d ago, or a date such as 2026-11-22 or '2026-11-22 08:30'";

    private static readonly string[] _dates = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    /// <summary>Null if <paramref name="text"/> is none of <see cref="Forms"/>.</summary>
    /// <param name="text">As given.</param>
    /// <param name="now">What "ago" is counted from.</param>
    /// <param name="zone">Of a date without one.</param>
    public static DateTimeOffset? TryParse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (text is [.. var number, var unit]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && UnitOf(unit) is { } length && count <= TimeSpan.FromDays(36_500) / length)
        {
            return now - (count * length);
        }

        // The first and the last years are beyond the calendar in some zone.
        if (!DateTime.TryParseExact(text, _dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date.Year is < 1900 or > 9000)
            return null;
        return text.EndsWith('Z') ? new DateTimeOffset(date, TimeSpan.Zero) : new DateTimeOffset(date, zone.GetUtcOffset(date));
    }

    private static TimeSpan? UnitOf(char unit) => unit switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
