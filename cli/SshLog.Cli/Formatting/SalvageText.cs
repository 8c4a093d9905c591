using System.Text.Json;
using SshLog.Persistence.Salvage;

namespace SshLog.Cli.Formatting;

/// <summary>What was salvaged of a session, for people and for programs.</summary>
internal static class SalvageText
{
    /// <summary>One line.</summary>
    public static string Line(SalvagedSession session)
    {
        var gap = session.FirstGap is { } first ? $"first missing {first}" : "without a gap";
        var chain = session.IsChained ? string.Empty : ", hash chain broken";
        return $"{session.Session}  {Quantities.Count(session.Events, "event")} up to number {session.LastSequenceNr}, {gap}{chain}";
    }

    /// <summary>The members of its object.</summary>
    public static void WriteSession(Utf8JsonWriter json, SalvagedSession session)
    {
        json.WriteString("session", session.Session.Text);
        json.WriteNumber("events", session.Events);
        json.WriteNumber("last", session.LastSequenceNr);
        if (session.FirstGap is { } gap)
            json.WriteNumber("first_missing", gap);
        else
            json.WriteNull("first_missing");
        json.WriteBoolean("chained", session.IsChained);
    }
}
