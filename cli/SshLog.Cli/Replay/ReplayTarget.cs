using System.Globalization;

namespace SshLog.Cli.Replay;

/// <summary>A place in a recording, as a person names it.</summary>
internal abstract record ReplayTarget
{
    /// <summary>What <see cref="TryParse"/> takes, in words.</summary>
    public const string Forms = "a time (1:23:45, 2:30 or 90, in seconds), a percentage (50%) or an event (#17)";

    /// <summary>So long after the session's beginning.</summary>
    internal sealed record Time(TimeSpan After) : ReplayTarget;

    /// <summary>This part of the recording, 0 to 1.</summary>
    internal sealed record Part(double Of1) : ReplayTarget;

    /// <summary>An event of the session's journal.</summary>
    internal sealed record Event(long SequenceNr) : ReplayTarget;

    /// <summary>What is newest.</summary>
    internal sealed record End : ReplayTarget;

    /// <summary>The next command on the terminal, or the one before.</summary>
    internal sealed record Command(bool Next) : ReplayTarget;

    /// <summary>So much from here.</summary>
    internal sealed record Step(TimeSpan By) : ReplayTarget;

    /// <summary>Where the terminal next shows a text.</summary>
    internal sealed record Text(string Needle) : ReplayTarget;

    /// <summary>Reads a time, percentage or event number.</summary>
    public static ReplayTarget? TryParse(string text)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (text.StartsWith('#') && long.TryParse(text.AsSpan(1), NumberStyles.None, invariant, out var number))
            return number > 0 ? new Event(number) : null;
        const NumberStyles decimals = NumberStyles.AllowDecimalPoint;
        if (text.EndsWith('%') && double.TryParse(text.AsSpan(..^1), decimals, invariant, out var percent))
            return percent is >= 0 and <= 100 ? new Part(percent / 100) : null;
        var parts = text.Split(':');
        if (parts.Length > 3 || !double.TryParse(parts[^1], decimals, invariant, out var total) || total > 1e9)
            return null;
        for (var (i, factor) = (parts.Length - 2, 60.0); i >= 0; i--, factor *= 60)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, invariant, out var whole) || whole > 1_000_000)
                return null;
            total += whole * factor;
        }

        return new Time(TimeSpan.FromSeconds(total));
    }
}
