using System.Globalization;
using System.Text.Json;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Tests;

/// <summary>A rule set without the places, so that two can be compared.</summary>
internal static class RuleText
{
    public static string Of(RuleSet rules) => string.Join(
        '\n',
        rules.Actions.Select(a => $"action {Quote(a.Name)} {a.Plugin} "
            + string.Join(", ", a.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={Of(p.Value)}")))
        .Concat(rules.Rules.Select(r => $"rule {Quote(r.Name)} {string.Join('|', r.Triggers)} {Of(r.Filter)} "
            + string.Join('|', r.Actions.Select(Quote)))));

    private static string Of(FilterExpression filter) => filter switch
    {
        FilterExpression.All all => $"all({string.Join(", ", all.Parts.Select(Of))})",
        FilterExpression.Any any => $"any({string.Join(", ", any.Parts.Select(Of))})",
        FilterExpression.Not not => $"not({Of(not.Part)})",
        FilterExpression.Leaf leaf => $"{leaf.Name}={Of(leaf.Argument)}",
        _ => throw new NotSupportedException(),
    };

    private static string Of(SettingValue value) => value switch
    {
        SettingValue.Text text => Quote(text.Value),
        SettingValue.Number number => number.Value.ToString("0.#########", CultureInfo.InvariantCulture),
        SettingValue.Flag flag => flag.Value ? "true" : "false",
        SettingValue.List list => $"[{string.Join(", ", list.Items.Select(Of))}]",
        SettingValue.Map map => $"{{{string.Join(", ", map.Fields.Select(f => $"{Quote(f.Key)}:{Of(f.Value)}"))}}}",
        _ => throw new NotSupportedException(),
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
