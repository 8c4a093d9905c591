using SshLog.Core.Journal;
using SshLog.Terminal;

namespace SshLog.Cli.Formatting;

/// <summary>Commands of a session as a table.</summary>
internal static class CommandTable
{
    /// <summary>Header of the session and its commands in order of start.</summary>
    public static void Write(
        TextWriter writer,
        SessionSummary session,
        IEnumerable<CommandSummary> commands,
        TimeProvider clock,
        Style style)
    {
        var head = $"{session.Id.Text}  {SafeText.Escape(session.User)} from {session.Client}, "
            + $"{Quantities.LocalTime(session.StartedAt, clock)}, {SessionTable.State(session)}";
        writer.WriteLine(style.Bold(head));
        if (session.LossEvents > 0)
            writer.WriteLine(style.Alarm($"! {Quantities.Count(session.LossEvents, "gap")} in this recording"));
        var table = new TextTable("#", "Start", "Duration", "PID", "UID", "Result", "Command");
        foreach (var command in commands)
        {
            table.Add(
                $"{command.SequenceNr}",
                Quantities.LocalTime(command.StartedAt, clock),
                command.FinishedAt is { } end ? Quantities.Duration(end - command.StartedAt) : "-",
                $"{command.Pid}",
                command.Uid == command.EffectiveUid ? $"{command.Uid}" : $"{command.Uid} as {command.EffectiveUid}",
                CommandText.Result(command, session.EndedAt is null),
                CommandText.SafeLine(command.Executable, command.Arguments));
        }

        table.Write(writer, style);
    }
}
