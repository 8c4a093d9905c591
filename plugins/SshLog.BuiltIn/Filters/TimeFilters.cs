using System.Globalization;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Filters;

/// <summary>
/// Filters about when it was: <c>time_of_day = "22:00-06:00"</c>, <c>weekday = [sat, sun]</c>; with a time zone behind a
/// space (<c>"09:00-17:00 Europe/Berlin"</c>), else in the machine's.
/// </summary>
internal static class TimeFilters
{
    private static readonly string[] _days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static readonly IFilterFactory[] All =
    [
        new FilterFactory(
            new FilterDescription("time_of_day", null, ValueShape.Text with { Check = Checked(v => Span(v)) },
                "A span of the day such as 22:00-06:00, perhaps with a time zone behind it."),
            argument =>
            {
                var (from, to, zone) = Span(FilterFactory.TextOf(argument));
                return happened =>
                {
                    var time = TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(happened.At, zone).TimeOfDay);
                    return from <= to ? time >= from && time < to : time >= from || time < to;
                };
            }),
        new FilterFactory(
            new FilterDescription("weekday", null, ValueShape.ListOf(ValueShape.Text with { Check = Checked(v => Day(v)) }),
                "Days: mon, tue, wed, thu, fri, sat, sun; one is enough. Perhaps with a time zone behind each."),
            argument =>
            {
                var days = FilterFactory.TextsOf(argument).Select(Day).ToArray();
                return happened => Array.Exists(
                    days, day => TimeZoneInfo.ConvertTime(happened.At, day.Zone).DayOfWeek == day.Day);
            }),
    ];

    private static Func<SettingValue, string?> Checked<T>(Func<string, T> parse) => value =>
    {
        try
        {
            parse(FilterFactory.TextOf(value));
            return null;
        }
        catch (Exception e) when (e is FormatException or TimeZoneNotFoundException)
        {
            return $"is not possible: {e.Message}";
        }
    };

    private static (TimeOnly From, TimeOnly To, TimeZoneInfo Zone) Span(string text)
    {
        var (span, zone) = Split(text);
        var parts = span.Split('-');
        return parts.Length == 2
            && TimeOnly.TryParseExact(parts[0].Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            && TimeOnly.TryParseExact(parts[1].Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var to)
            ? (from, to, zone)
            : throw new FormatException("it must be a span such as 22:00-06:00");
    }

    private static (DayOfWeek Day, TimeZoneInfo Zone) Day(string text)
    {
        var (day, zone) = Split(text);
        var index = Array.FindIndex(_days, d => day.StartsWith(d, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? ((DayOfWeek)index, zone) : throw new FormatException("it must be one of mon, tue, wed, thu, fri, sat, sun");
    }

    private static (string Text, TimeZoneInfo Zone) Split(string text)
    {
        var parts = text.Trim().Split(' ', 2);
        return (parts[0], parts.Length == 2 ? TimeZoneInfo.FindSystemTimeZoneById(parts[1].Trim()) : TimeZoneInfo.Local);
    }
}
