using System.CommandLine;
using System.Text;

namespace SshLog.Manuals;

/// <summary>Completion for fish.</summary>
internal static class FishCompletion
{
    private const string Head = """
        # fish completion for sshlog; generated from the program's own help, do not edit.
        function __sshlog_sessions
            sshlog sessions --json 2>/dev/null | string match -rg '"session":"([^"]*)"'
        end
        # True if the words typed so far are exactly these commands.
        function __sshlog_at
            set -l words (commandline -opc | string match -v -- '-*')
            test "$words[2..-1]" = "$argv"
        end
        # True if the words typed so far begin with these commands.
        function __sshlog_in
            set -l words (commandline -opc | string match -v -- '-*')
            set -l last (math 1 + (count $argv))
            test "$words[2..$last]" = "$argv"
        end
        complete -c sshlog -f

        """;

    /// <summary>The script.</summary>
    public static string Write(RootCommand root)
    {
        var script = new StringBuilder(Head);
        WriteOptions(script, string.Empty, root);
        WriteCommands(script, string.Empty, root);
        foreach (var (path, command) in CommandTree.Walk(root))
        {
            WriteCommands(script, " " + path, command);
            WriteOptions(script, $" -n '__sshlog_in {path}'", command);
            if (command.Arguments.Any(CommandTree.NamesSession))
                script.Append($"complete -c sshlog -n '__sshlog_at {path}' -a '(__sshlog_sessions)'\n");
        }

        return script.ToString();
    }

    private static void WriteCommands(StringBuilder script, string path, Command command)
    {
        foreach (var below in command.Subcommands.Where(c => !c.Hidden))
            script.Append($"complete -c sshlog -n '__sshlog_at{path}' -a {below.Name} -d {Quote(below.Description)}\n");
    }

    private static void WriteOptions(StringBuilder script, string condition, Command command)
    {
        foreach (var option in CommandTree.Options(command))
        {
            script.Append($"complete -c sshlog{condition}");
            foreach (var name in CommandTree.Names(option))
                script.Append(name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}");
            if (CommandTree.TakesValue(option))
                script.Append(CommandTree.Values(option) is { Count: > 0 } values ? $" -x -a '{string.Join(' ', values)}'" : " -r");
            script.Append($" -d {Quote(option.Description)}\n");
        }
    }

    private static string Quote(string? text) =>
        $"'{(text ?? string.Empty).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
