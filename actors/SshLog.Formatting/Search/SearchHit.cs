using System.Text.Json;
using SshLog.Core.Journal;

namespace SshLog.Formatting.Search;

/// <summary>A place in a recording that has what is sought.</summary>
/// <param name="Session">Its session.</param>
/// <param name="SequenceNr">The event's place in the session's journal.</param>
/// <param name="At">When.</param>
/// <param name="Channel">Which channel printed it; null for a command.</param>
/// <param name="Text">The command, or the line of output; not safe to print yet.</param>
/// <param name="Command">Of a line, the command that was started last before it, shortened; empty for none.</param>
public sealed record SearchHit(SessionSummary Session, long SequenceNr, DateTimeOffset At, int? Channel, string Text, string Command)
{
    /// <summary>The command that shows the place.</summary>
    public string ReplayCommand =>
        $"sshlog replay {Session.Id.Text} --from '#{SequenceNr}'" + (Channel is > 0 ? $" --channel {Channel}" : string.Empty);

    /// <summary>Its members.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString("session", Session.Id.Text);
        json.WriteString("username", Session.User);
        json.WriteString("time", Quantities.Rfc3339(At));
        json.WriteString("kind", Channel is null ? "command" : "output");
        JsonOutput.WriteOptional(json, "channel", Channel);
        json.WriteNumber("sequence", SequenceNr);
        json.WriteString("text", Text);
        if (Channel is not null)
            json.WriteString("command", Command);
        json.WriteString("replay", ReplayCommand);
    }
}
