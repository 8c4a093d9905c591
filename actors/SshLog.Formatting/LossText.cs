using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Formatting;

/// <summary>A gap in a recording in words.</summary>
public static class LossText
{
    /// <summary>For example: missing: 1,234 bytes, ring buffer full.</summary>
    public static string Describe(LossRecorded loss)
    {
        var bytes = Quantities.Count(loss.Bytes ?? 0, "byte");
        var records = Quantities.Count(loss.Events ?? 0, "record");
        var amount = (loss.Bytes, loss.Events) switch
        {
            ( > 0, > 1) => $"{bytes}, {records}",
            ( > 0, _) => bytes,
            (_, > 0) => records,
            _ => "unknown amount",
        };
        var duration = loss.Since is { } since && since < loss.At
            ? $" over {Quantities.Duration(loss.At - since)}"
            : string.Empty;
        return $"missing: {amount}{duration}, {Describe(loss.Cause)}";
    }

    /// <summary>What stands in the place of output that is not recorded, whatever kept it out; null for other events.</summary>
    public static string? Mark(SessionEvent fact) => fact switch
    {
        LossRecorded loss => Describe(loss),
        OutputLeftOut left => $"left out: {Quantities.Count(left.Bytes, "byte")}, {WhyLeftOut(left)}",
        _ => null,
    };

    /// <summary>Why output was left out on purpose.</summary>
    public static string WhyLeftOut(OutputLeftOut left)
    {
        ArgumentNullException.ThrowIfNull(left);
        return left.NoRoom ? "for want of room" : "beyond the limit";
    }

    /// <summary>The cause as a word for programs.</summary>
    public static string Name(LossCause cause) => cause switch
    {
        LossCause.RingFull => "ring-full",
        LossCause.Truncated => "truncated",
        LossCause.Unreadable => "unreadable",
        LossCause.Detached => "detached",
        LossCause.RouterFull => "router-full",
        LossCause.Journal => "journal",
        _ => $"cause-{(int)cause}",
    };

    private static string Describe(LossCause cause) => cause switch
    {
        LossCause.RingFull => "ring buffer full",
        LossCause.Truncated => "record cut off at its limit",
        LossCause.Unreadable => "memory not readable",
        LossCause.Detached => "probe not attached",
        LossCause.RouterFull => "recorder overrun",
        LossCause.Journal => "journal not writable",
        _ => $"cause {(int)cause}",
    };
}
