using SshLog.Core.Protocol;
using SshLog.Terminal;

namespace SshLog.Cli.Formatting;

/// <summary>What a status says beyond its first lines, for people.</summary>
internal static class StatusText
{
    public static void WriteDetails(TextWriter writer, GatewayProtocol.StatusDetails details, Style style)
    {
        foreach (var loss in details.Losses.Where(l => l.Records > 0 || l.Bytes > 0))
            Line(writer, "  " + loss.Cause, style.Alarm($"{Quantities.Count(loss.Records, "record")}, {Quantities.Count(loss.Bytes, "byte")}"));
        if (details.UnknownSessions > 0)
            Line(writer, "Not recorded", style.Alarm($"! {Quantities.Count(details.UnknownSessions, "session")}: see sshlog doctor"));
        Line(writer, "Captured", $"{Quantities.Count(details.Records, "record")}, {Quantities.Count(details.OutputBytes, "byte")} of output");
        Line(writer, "Waiting", $"{Quantities.Count(details.WaitingBytes, "byte")} for the journal; ring buffer {Quantities.Size(details.RingBytes)}");
        if (details.Storage.TotalBytes > 0)
            Line(writer, "Journal", $"{Quantities.Size(details.Storage.JournalBytes)}; {Quantities.Size(details.Storage.FreeBytes)} of {Quantities.Size(details.Storage.TotalBytes)} free");
        if (details.IsClockOff)
            Line(writer, "Clock", style.Alarm($"! recordings are off by {Quantities.Duration(details.ClockAhead.Duration())}: see sshlog doctor"));
        foreach (var action in details.Actions)
            Line(writer, "Action", Describe(action, style));
        Line(writer, "Engine", SafeText.Escape(details.Engine));
    }

    private static string Describe(GatewayProtocol.ActionStatus action, Style style)
    {
        var state = action is { State: "ok", DeadLetters: 0 } ? action.State : style.Alarm("! " + SafeText.Escape(action.State));
        var letters = action.DeadLetters > 0 ? $", {Quantities.Count(action.DeadLetters)} given up" : string.Empty;
        return $"{SafeText.Escape(action.Name)}: {state}, {Quantities.Count(action.Delivered)} delivered, {Quantities.Count(action.Behind)} to look at{letters}";
    }

    private static void Line(TextWriter writer, string name, string value) => writer.WriteLine(name.PadRight(15) + value);
}
