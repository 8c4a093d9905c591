using System.Text.Json;
using SshLog.Core.Protocol;

namespace SshLog.Formatting;

/// <summary>What a status says beyond its first lines, as JSON.</summary>
internal static class StatusJson
{
    public static void WriteDetails(Utf8JsonWriter json, GatewayProtocol.StatusDetails details)
    {
        json.WriteString("engine", details.Engine);
        json.WriteBoolean("attached", details.Attached);
        json.WriteBoolean("pinned", details.Pinned);
        json.WriteNumber("unknown_sessions", details.UnknownSessions);
        json.WriteNumber("clock_ahead_seconds", Math.Round(details.ClockAhead.TotalSeconds, 3));
        json.WriteNumber("records", details.Records);
        json.WriteNumber("output_bytes", details.OutputBytes);
        json.WriteNumber("ring_buffer_bytes", details.RingBytes);
        json.WriteNumber("waiting_bytes", details.WaitingBytes);
        WriteArray(json, "losses", details.Losses, loss =>
        {
            json.WriteString("cause", loss.Cause);
            json.WriteNumber("records", loss.Records);
            json.WriteNumber("bytes", loss.Bytes);
        });
        WriteArray(json, "programs", details.Programs, program =>
        {
            json.WriteString("name", program.Name);
            json.WriteNumber("runs", program.Runs);
            json.WriteNumber("nanoseconds", program.Nanoseconds);
        });
        json.WriteNumber("journal_position", details.JournalPosition);
        json.WriteNumber("journal_bytes", details.Storage.JournalBytes);
        json.WriteNumber("disk_free_bytes", details.Storage.FreeBytes);
        json.WriteNumber("disk_bytes", details.Storage.TotalBytes);
        WriteArray(json, "actions", details.Actions, action => SummaryJson.WriteAction(json, action));
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
