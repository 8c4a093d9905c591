using System.CommandLine;
using System.CommandLine.Help;

namespace SshLog.Manuals;

/// <summary>What the shells and the manual need to know of a command line.</summary>
internal static class CommandTree
{
    /// <summary>The command and all below it that a user may see, with the words that name each.</summary>
    public static IEnumerable<(string Path, Command Command)> Walk(Command root, string path = "")
    {
        foreach (var command in root.Subcommands.Where(c => !c.Hidden))
        {
            var name = path.Length == 0 ? command.Name : $"{path} {command.Name}";
            yield return (name, command);
            foreach (var below in Walk(command, name))
                yield return below;
        }
    }

    /// <summary>The options that stand in the help.</summary>
    public static IEnumerable<Option> Options(Command command) => command.Options.Where(o => !o.Hidden);

    /// <summary>All names of an option, the long ones first; of help only those that Unix knows.</summary>
    public static IReadOnlyList<string> Names(Option option) =>
        [.. option.Aliases.Prepend(option.Name).Distinct().Where(n => n is not ("-?" or "/?" or "/h"))
            .OrderByDescending(n => n.Length)];

    /// <summary>True if a value follows the option.</summary>
    public static bool TakesValue(Option option) => option is not (HelpOption or VersionOption) && option.Arity.MaximumNumberOfValues > 0
        && option.ValueType != typeof(bool) && option.ValueType != typeof(bool?);

    /// <summary>What stands for the option's value in the help.</summary>
    public static string ValueName(Option option) => option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant();

    /// <summary>The values that an option takes, where they are a fixed list; otherwise none.</summary>
    public static IReadOnlyList<string> Values(Option option) =>
        TakesValue(option) ? [.. option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(c => c.Label).Distinct()] : [];

    /// <summary>How an argument stands in a synopsis.</summary>
    public static string Synopsis(Argument argument)
    {
        var name = argument.HelpName ?? argument.Name.ToUpperInvariant();
        var many = argument.Arity.MaximumNumberOfValues > 1 ? " ..." : string.Empty;
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}{many}]" : name + many;
    }

    /// <summary>How an option stands in a synopsis.</summary>
    public static string Synopsis(Option option)
    {
        var text = TakesValue(option) ? $"{option.Name} {ValueName(option)}" : option.Name;
        return option.Required ? text : $"[{text}]";
    }

    /// <summary>True if the argument names a recorded or live session.</summary>
    public static bool NamesSession(Argument argument) =>
        string.Equals(argument.HelpName ?? argument.Name, "session", StringComparison.OrdinalIgnoreCase);
}
