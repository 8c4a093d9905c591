using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SshLog.Core.Rules;

/// <summary>Reads durations and sizes as HOCON writes them.</summary>
public static class Quantity
{
    private static readonly Dictionary<string, decimal> _secondsPer = Units(
        (0.000_000_001m, "ns nano nanos nanosecond nanoseconds"),
        (0.000_001m, "us micro micros microsecond microseconds"),
        (0.001m, "ms milli millis millisecond milliseconds"),
        (1, "s second seconds"),
        (60, "m minute minutes"),
        (3600, "h hour hours"),
        (86400, "d day days"),
        (604800, "w week weeks"));

    private static readonly Dictionary<string, decimal> _bytesPer = Units(
        (1, "b B byte bytes"),
        (1000, "kB kilobyte kilobytes"),
        (1_000_000, "MB megabyte megabytes"),
        (1_000_000_000, "GB gigabyte gigabytes"),
        (1_000_000_000_000, "TB terabyte terabytes"),
        (1L << 10, "k K Ki KiB kibibyte kibibytes"),
        (1L << 20, "m M Mi MiB mebibyte mebibytes"),
        (1L << 30, "g G Gi GiB gibibyte gibibytes"),
        (1L << 40, "t T Ti TiB tebibyte tebibytes"));

    /// <summary>Reads a duration; milliseconds without a unit.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TryDuration([NotNullWhen(true)] string? text, out TimeSpan value)
    {
        value = default;
        if (!TrySplit(text, out var number, out var unit) || Factor(_secondsPer, unit, "ms") is not { } seconds)
            return false;
        try
        {
            value = TimeSpan.FromTicks(decimal.ToInt64(number * seconds * TimeSpan.TicksPerSecond));
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>Reads a size; bytes without a unit.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TrySize([NotNullWhen(true)] string? text, out long bytes)
    {
        bytes = 0;
        if (!TrySplit(text, out var number, out var unit) || Factor(_bytesPer, unit, "b") is not { } factor)
            return false;
        try
        {
            bytes = decimal.ToInt64(number * factor);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static decimal? Factor(Dictionary<string, decimal> units, string unit, string without) =>
        units.TryGetValue(unit.Length == 0 ? without : unit, out var factor) ? factor : null;

    private static bool TrySplit(string? text, out decimal number, out string unit)
    {
        var trimmed = (text ?? string.Empty).Trim();
        var end = trimmed.Length;
        while (end > 0 && char.IsAsciiLetter(trimmed[end - 1]))
            end--;
        unit = trimmed[end..];
        return decimal.TryParse(
            trimmed.AsSpan(0, end).TrimEnd(),
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out number);
    }

    private static Dictionary<string, decimal> Units(params (decimal Factor, string Names)[] units) =>
        units.SelectMany(u => u.Names.Split(' ').Select(n => (n, u.Factor))).ToDictionary(StringComparer.Ordinal);
}
