using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Terminal;

namespace SshLog.Cli.Formatting;

/// <summary>Commands of a session as text.</summary>
internal static class CommandText
{
    /// <summary>The program file and the arguments after argv[0], as sshlog shows them; not safe to print yet.</summary>
    public static string Line(string executable, ArgumentVector arguments) =>
        string.Join(' ', arguments.ToStrings().Skip(1).Prepend(executable));

    /// <summary><see cref="Line"/> safe to print, with a mark where arguments were cut off.</summary>
    public static string SafeLine(string executable, ArgumentVector arguments)
    {
        var line = SafeText.Escape(Line(executable, arguments));
        return arguments.OmittedBytes == 0
            ? line
            : $"{line} [missing: {Quantities.Count(arguments.OmittedBytes, "byte")} of arguments]";
    }

    /// <summary>How a command ended: exit 0, killed by KILL (9), replaced, running, unknown.</summary>
    /// <param name="command">Which.</param>
    /// <param name="sessionIsOpen">False turns running into unknown.</param>
    public static string Result(CommandSummary command, bool sessionIsOpen) => command switch
    {
        { Signal: { } signal } => "killed by " + Quantities.Signal(signal),
        { Replaced: true } => "replaced",
        { ExitCode: { } code } => $"exit {code}",
        { FinishedAt: null } when sessionIsOpen => "running",
        _ => "unknown",
    };

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
        var table = new TextTable("Start", "Duration", "PID", "UID", "Result", "Command");
        foreach (var command in commands)
        {
            table.Add(
                Quantities.LocalTime(command.StartedAt, clock),
                command.FinishedAt is { } end ? Quantities.Duration(end - command.StartedAt) : "-",
                $"{command.Pid}",
                command.Uid == command.EffectiveUid ? $"{command.Uid}" : $"{command.Uid} as {command.EffectiveUid}",
                Result(command, session.EndedAt is null),
                SafeLine(command.Executable, command.Arguments));
        }

        table.Write(writer, style);
    }
}
