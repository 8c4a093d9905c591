using System.CommandLine;
using System.Text;

namespace SshLog.Manuals;

/// <summary>Completion for zsh.</summary>
internal static class ZshCompletion
{
    private const string Head = """
        #compdef sshlog
        # zsh completion for sshlog; generated from the program's own help, do not edit.
        _sshlog_sessions() {
          compadd -- ${(f)"$(sshlog sessions --json 2> /dev/null | grep -o '"session":"[^"]*"' | cut -d'"' -f4)"}
        }

        """;

    /// <summary>The script.</summary>
    public static string Write(RootCommand root)
    {
        var script = new StringBuilder(Head);
        foreach (var (path, command) in CommandTree.Walk(root))
            WriteFunction(script, root, Function(path), command);
        WriteFunction(script, root, "_sshlog", root);
        return script.Append("_sshlog \"$@\"\n").ToString();
    }

    private static string Function(string path) => "_sshlog_" + path.Replace(' ', '_').Replace('-', '_');

    private static void WriteFunction(StringBuilder script, RootCommand root, string function, Command command)
    {
        script.Append($"{function}() {{\n");
        var specs = CommandTree.Options(command).Concat(command == root ? [] : CommandTree.Options(root)).SelectMany(Specs).ToList();
        var subcommands = command.Subcommands.Where(c => !c.Hidden).ToList();
        if (subcommands.Count > 0)
        {
            script.Append("  local line state\n  local -a commands=(\n");
            foreach (var below in subcommands)
                script.Append($"    {Quote($"{below.Name}:{below.Description}")}\n");
            script.Append("  )\n");
            specs.Add("'1: :->command'");
            specs.Add("'*:: :->rest'");
            script.Append($"  _arguments -C \\\n    {string.Join(" \\\n    ", specs)}\n");
            script.Append("  case $state in\n    command) _describe command commands ;;\n    rest)\n      case $line[1] in\n");
            foreach (var below in subcommands)
            {
                var name = function == "_sshlog" ? Function(below.Name) : $"{function}_{below.Name.Replace('-', '_')}";
                script.Append($"        {below.Name}) {name} ;;\n");
            }

            script.Append("      esac ;;\n  esac\n");
        }
        else
        {
            specs.AddRange(command.Arguments.Where(a => !a.Hidden).Select(
                a => CommandTree.NamesSession(a) ? "'*:session:_sshlog_sessions'" : $"'*:{a.Name}:_files'"));
            script.Append(specs.Count > 0 ? $"  _arguments \\\n    {string.Join(" \\\n    ", specs)}\n" : "  _arguments\n");
        }

        script.Append("}\n");
    }

    private static IEnumerable<string> Specs(Option option) => CommandTree.Names(option).Select(name =>
    {
        var description = (option.Description ?? string.Empty).Replace("[", "\\[", StringComparison.Ordinal)
            .Replace("]", "\\]", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
        var value = !CommandTree.TakesValue(option) ? string.Empty
            : CommandTree.Values(option) is { Count: > 0 } values ? $":value:({string.Join(' ', values)})" : ":value:_files";
        return Quote($"{name}[{description}]{value}");
    });

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
