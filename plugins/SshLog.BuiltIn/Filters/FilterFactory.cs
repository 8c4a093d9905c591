using System.Text.RegularExpressions;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Filters;

/// <summary>A filter that is a function, for those that remember nothing.</summary>
internal sealed class FilterFactory(FilterDescription description, Func<SettingValue, Func<PluginEvent, bool>> create)
    : IFilterFactory
{
    /// <summary>How long a regular expression may take; one that takes longer fails.</summary>
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(100);

    public FilterDescription Description { get; } = description;

    public IFilter Create(SettingValue argument) => new Filter(create(argument));

    /// <summary>A filter with a text.</summary>
    public static FilterFactory Text(
        string name, IReadOnlyCollection<string>? triggers, string summary, Func<PluginEvent, string, bool> matches) => new(
            new FilterDescription(name, triggers, ValueShape.Text, summary),
            argument =>
            {
                var text = TextOf(argument);
                return happened => matches(happened, text);
            });

    /// <summary>A filter with a regular expression, found anywhere in what <paramref name="subjects"/> gives.</summary>
    public static FilterFactory Pattern(
        string name, IReadOnlyCollection<string>? triggers, string summary, Func<PluginEvent, IEnumerable<string>> subjects) => new(
            new FilterDescription(name, triggers, PatternShape, summary),
            argument =>
            {
                var pattern = Compile(TextOf(argument));
                return happened => subjects(happened).Any(pattern.IsMatch);
            });

    /// <summary>Any regular expression.</summary>
    public static ValueShape PatternShape { get; } = ValueShape.Text with
    {
        Check = value =>
        {
            try
            {
                Compile(TextOf(value));
                return null;
            }
            catch (ArgumentException e)
            {
                return $"is no regular expression: {e.Message}";
            }
        },
    };

    /// <summary>One or several texts.</summary>
    public static HashSet<string> TextsOf(SettingValue argument) => argument switch
    {
        SettingValue.List list => [.. list.Items.Select(TextOf)],
        _ => [TextOf(argument)],
    };

    /// <summary>A value as text.</summary>
    public static string TextOf(SettingValue argument) => argument switch
    {
        SettingValue.Text text => text.Value,
        SettingValue.Number number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{argument} is no text", nameof(argument)),
    };

    /// <summary>A regular expression that cannot take for ever.</summary>
    public static Regex Compile(string pattern)
    {
        try
        {
            // In time proportional to the text, whatever the text: nobody slips past by making it slow.
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, PatternLimit);
        }
        catch (NotSupportedException)
        {
            // Back-references and look-around need the other way.
            return new Regex(pattern, RegexOptions.CultureInvariant, PatternLimit);
        }
    }

    private sealed class Filter(Func<PluginEvent, bool> matches) : IFilter
    {
        public bool Matches(PluginEvent happened) => matches(happened);
    }
}

/// <summary>Events that several filters are about.</summary>
internal static class About
{
    public static readonly string[] Commands =
        ["command_start", "command_finish", "command_failed", "command-started/v1", "command-finished/v1"];

    public static readonly string[] CommandEnds = ["command_finish", "command_failed", "command-finished/v1"];

    public static readonly string[] Connections = ["connection_established", "connection_close", "sign_in", "signed-in/v1"];

    public static readonly string[] Transfers = ["file_upload", "file_download", "file-transferred/v1"];
}
