using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Terminal;

namespace SshLog.Formatting;

/// <summary>A command as text.</summary>
public static class CommandText
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
}
