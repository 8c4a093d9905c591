using System.Globalization;

namespace SshLog.Formatting;

/// <summary>Numbers, times and durations as people read them (and, where it says so, as programs do).</summary>
public static class Quantities
{
    private static readonly string[] _signals =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>1,234.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>1,234 bytes; 1 byte.</summary>
    public static string Count(long number, string unit) => Count(number) + " " + unit + (number == 1 ? "" : "s");

    /// <summary>A number of bytes in the largest binary unit that leaves at least one: <c>1.5 MiB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
    };

    /// <summary>Numbers of ptys, or a dash.</summary>
    public static string Ttys(IReadOnlyList<int> ttys) => ttys.Count == 0 ? "-" : string.Join(',', ttys);

    /// <summary>The name of a signal on Linux without SIG, and its number.</summary>
    public static string Signal(int number) =>
        number >= 1 && number <= _signals.Length ? $"{_signals[number - 1]} ({number})" : $"{number}";

    /// <summary>Date and time in the local zone, to the second.</summary>
    public static string LocalTime(DateTimeOffset time, TimeProvider clock) =>
        Local(time, clock).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Time of day in the local zone, to the second.</summary>
    public static string LocalTimeOfDay(DateTimeOffset time, TimeProvider clock) =>
        Local(time, clock).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339, UTC, microseconds; for programs.</summary>
    public static string Rfc3339(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>3 minutes ago.</summary>
    public static string Ago(DateTimeOffset time, DateTimeOffset now)
    {
        var age = now - time;
        return age.TotalSeconds switch
        {
            < 1 => "now",
            < 60 => Count((long)age.TotalSeconds, "second") + " ago",
            < 3600 => Count((long)age.TotalMinutes, "minute") + " ago",
            < 86400 => Count((long)age.TotalHours, "hour") + " ago",
            _ => Count((long)age.TotalDays, "day") + " ago",
        };
    }

    /// <summary>0.003s, 12.3s, 2m05s, 1h02m, 3d04h.</summary>
    public static string Duration(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, duration.TotalSeconds):0.000}s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0}s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m{duration.Seconds:00}s"),
        < 86400 => string.Create(CultureInfo.InvariantCulture, $"{duration.Hours}h{duration.Minutes:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalDays}d{duration.Hours:00}h"),
    };

    private static DateTimeOffset Local(DateTimeOffset time, TimeProvider clock) =>
        TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone);
}
