using System.Text.Json;
using SshLog.Persistence.Salvage;

namespace SshLog.Cli.Formatting;

/// <summary>What was salvaged of a session or of a day's failed sign-ins, for people and for programs.</summary>
internal static class SalvageText
{
    /// <summary>One line.</summary>
    public static string Line(SalvagedJournal journal)
    {
        var gap = journal.FirstGap is { } first ? $"first missing {first}" : "without a gap";
        var chain = journal.IsChained ? string.Empty : ", hash chain broken";
        return $"{journal.PersistenceId}  {Quantities.Count(journal.Events, "event")} up to number {journal.LastSequenceNr}, {gap}{chain}";
    }

    /// <summary>The members of its object.</summary>
    public static void WriteJournal(Utf8JsonWriter json, SalvagedJournal journal)
    {
        json.WriteString("journal", journal.PersistenceId);
        json.WriteNumber("events", journal.Events);
        json.WriteNumber("last", journal.LastSequenceNr);
        if (journal.FirstGap is { } gap)
            json.WriteNumber("first_missing", gap);
        else
            json.WriteNull("first_missing");
        json.WriteBoolean("chained", journal.IsChained);
    }
}
