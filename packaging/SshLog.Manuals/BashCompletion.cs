using System.CommandLine;
using System.Text;

namespace SshLog.Manuals;

/// <summary>Completion for bash: commands, options, fixed values and sessions.</summary>
internal static class BashCompletion
{
    private const string Head = """
        # bash completion for sshlog; generated from the program's own help, do not edit.
        _sshlog_sessions() {
          sshlog sessions --json 2> /dev/null | grep -o '"session":"[^"]*"' | cut -d'"' -f4
        }
        _sshlog() {
          local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path= i
          for ((i = 1; i < COMP_CWORD; i++)); do
            case "$path ${COMP_WORDS[i]}" in

        """;

    /// <summary>The script.</summary>
    public static string Write(RootCommand root)
    {
        var script = new StringBuilder(Head);
        foreach (var (path, _) in CommandTree.Walk(root))
            script.Append($"      ' {path}') path=' {path}' ;;\n");
        script.Append("    esac\n  done\n  case \"$path:$before\" in\n");
        WriteValues(script, string.Empty, root);
        foreach (var (path, command) in CommandTree.Walk(root))
            WriteValues(script, " " + path, command);
        script.Append("  esac\n  local words=\n  case $path in\n");
        script.Append($"    '') words='{string.Join(' ', Words(root, root))}' ;;\n");
        foreach (var (path, command) in CommandTree.Walk(root))
        {
            script.Append($"    ' {path}') words='{string.Join(' ', Words(root, command))}'");
            if (command.Arguments.Any(CommandTree.NamesSession))
                script.Append("\n      [[ $word == -* ]] || words+=\" $(_sshlog_sessions)\"");
            script.Append(" ;;\n");
        }

        script.Append("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -F _sshlog sshlog\n");
        return script.ToString();
    }

    /// <summary>Commands below <paramref name="command"/> and options that may follow it.</summary>
    internal static IEnumerable<string> Words(RootCommand root, Command command) =>
        command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)
            .Concat(CommandTree.Options(command).Concat(CommandTree.Options(root))
                .SelectMany(CommandTree.Names).Where(n => n.StartsWith("--", StringComparison.Ordinal)).Distinct());

    private static void WriteValues(StringBuilder script, string path, Command command)
    {
        foreach (var option in CommandTree.Options(command).Where(CommandTree.TakesValue))
        {
            var reply = CommandTree.Values(option) is { Count: > 0 } values
                ? $"COMPREPLY=($(compgen -W '{string.Join(' ', values)}' -- \"$word\"))"
                : "COMPREPLY=($(compgen -f -- \"$word\"))";
            var pattern = string.Join('|', CommandTree.Names(option).Select(n => path.Length == 0 ? $"*:{n}" : $"'{path}:{n}'"));
            script.Append($"    {pattern}) {reply}; return ;;\n");
        }
    }
}
