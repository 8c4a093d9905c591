using System.Globalization;
using System.Text;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Filters;

/// <summary>Filters about commands.</summary>
internal static class CommandFilters
{
    public static readonly IFilterFactory[] All =
    [
        FilterFactory.Text("command_name", About.Commands, "The command's name, as typed or without its directory.",
            (happened, name) => Names(happened).Contains(name)),
        FilterFactory.Pattern("command_name_regex", About.Commands, "A pattern for the command's name.", Names),
        FilterFactory.Text("command_args_contain", About.Commands, "A text within the command's arguments.",
            (happened, text) => string.Join(' ', happened.Command?.Arguments ?? []).Contains(text, StringComparison.Ordinal)),
        FilterFactory.Text("executable", About.Commands, "Absolute path of the program file.",
            (happened, path) => happened.Command?.Executable == path),
        FilterFactory.Pattern("executable_regex", About.Commands, "A pattern for the path of the program file.",
            happened => happened.Command is { } command ? [command.Executable] : []),
        new FilterFactory(
            new FilterDescription("command_exit_code", About.CommandEnds, ValueShape.Text with { Check = CheckComparison },
                "The exit status: 0, = 0, != 0, > 1, >= 1, < 2, <= 2; the status stands on the left."),
            argument => ExitCode(FilterFactory.TextOf(argument))),
        FilterFactory.Text("command_output_contains", About.CommandEnds, "A text within the first output of the command.",
            (happened, text) => FirstOutput(happened).Contains(text, StringComparison.Ordinal)),
        FilterFactory.Pattern("command_output_contains_regex", About.CommandEnds, "A pattern for the first output of the command.",
            happened => [FirstOutput(happened)]),
    ];

    private static IEnumerable<string> Names(PluginEvent happened)
    {
        if (happened.Command is not { } command)
            yield break;
        if (command.Arguments is [var typed, ..])
        {
            yield return typed;
            yield return Path.GetFileName(typed);
        }

        yield return Path.GetFileName(command.Executable);
        yield return command.Executable;
    }

    private static string FirstOutput(PluginEvent happened) =>
        Encoding.UTF8.GetString((happened.Command?.FirstOutput ?? default).Span);

    private static string? CheckComparison(SettingValue value) => Parse(FilterFactory.TextOf(value)) is null
        ? "is not possible: it must be a number from 0 to 255, perhaps behind =, !=, <, <=, > or >="
        : null;

    // A command that a signal ended has no exit status: no comparison holds.
    private static Func<PluginEvent, bool> ExitCode(string text)
    {
        var (compare, bound) = Parse(text) ?? throw new ArgumentException($"'{text}' is no comparison", nameof(text));
        return happened => happened.Command?.ExitCode is { } code && compare switch
        {
            "!=" => code != bound,
            "<" => code < bound,
            "<=" => code <= bound,
            ">" => code > bound,
            ">=" => code >= bound,
            _ => code == bound,
        };
    }

    private static (string Compare, int Bound)? Parse(string text)
    {
        var digits = text.TrimStart(' ', '=', '!', '<', '>');
        var compare = text[..^digits.Length].Trim();
        return compare is "" or "=" or "==" or "!=" or "<" or "<=" or ">" or ">="
            && int.TryParse(digits.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bound) && bound <= 255
            ? (compare, bound)
            : null;
    }
}
