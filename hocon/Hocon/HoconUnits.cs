using System.Globalization;

namespace Hocon;

/// <summary>Reads literals: booleans, numbers, durations and sizes with units.</summary>
public static class HoconUnits
{
    /// <summary>Reads on, yes, true, off, no, false.</summary>
    public static bool TryBoolean(string text, out bool value)
    {
        value = text is "on" or "yes" or "true";
        return value || text is "off" or "no" or "false";
    }

    /// <summary>Reads a whole number; hexadecimal with <c>0x</c> and octal with a leading 0 too.</summary>
    public static bool TryLong(string text, out long value)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            || TryWhole(text, out value);
    }

    /// <summary>Reads a number with a point and an exponent.</summary>
    public static bool TryDouble(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads a duration: a number and a unit (milliseconds without one), or <c>infinite</c>.</summary>
    /// <remarks><c>infinite</c> is <see cref="Timeout.InfiniteTimeSpan"/>; the resolution is 100 ns.</remarks>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = Timeout.InfiniteTimeSpan;
        if (text == "infinite")
            return true;
        if (!TrySplit(text, out var number, out var unit) || TicksPer(unit) is not { } ticks)
            return false;
        try
        {
            value = TimeSpan.FromTicks((long)(number * ticks));
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>Reads a size in bytes: k, K, KiB are powers of 1024, kB powers of 1000; bytes without a unit.</summary>
    public static bool TryByteSize(string text, out long value)
    {
        value = 0;
        if (!TrySplit(text, out var number, out var unit) || BytesPer(unit) is not { } bytes)
            return false;
        try
        {
            value = (long)(number * bytes);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static bool TryWhole(string text, out long value)
    {
        value = 0;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || number != decimal.Truncate(number) || number is > long.MaxValue or < long.MinValue)
            return false;
        value = (long)number;
        return true;
    }

    private static bool TrySplit(string text, out decimal number, out string unit)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        var end = text.Length;
        while (end > 0 && char.IsLetter(text[end - 1]))
            end--;
        unit = text[end..];
        return decimal.TryParse(text.AsSpan(0, end).TrimEnd(), NumberStyles.Float, CultureInfo.InvariantCulture,
            out number);
    }

    private static decimal? TicksPer(string unit) => unit switch
    {
        "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
        "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
        "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
        "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
        "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
        "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
        "d" or "day" or "days" => TimeSpan.TicksPerDay,
        _ => null,
    };

    private static decimal? BytesPer(string unit) => unit switch
    {
        "" or "b" or "B" or "byte" or "bytes" => 1,
        "kB" or "kilobyte" or "kilobytes" => 1000,
        "MB" or "megabyte" or "megabytes" => 1000_000,
        "GB" or "gigabyte" or "gigabytes" => 1000_000_000,
        "TB" or "terabyte" or "terabytes" => 1000_000_000_000,
        "PB" or "petabyte" or "petabytes" => 1000_000_000_000_000,
        "k" or "K" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
        "m" or "M" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
        "g" or "G" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
        "t" or "T" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
        "p" or "P" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => 1L << 50,
        _ => null,
    };
}
