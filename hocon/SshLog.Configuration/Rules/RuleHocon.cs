using System.Globalization;
using System.Text;
using Hocon;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Rules;

/// <summary>Writes a rule set as HOCON that is read back as the same rule set.</summary>
public static class RuleHocon
{
    /// <summary>The text of a file for conf.d.</summary>
    public static string Write(RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var text = new StringBuilder("sshlog {\n");
        foreach (var action in rules.Actions)
        {
            text.Append("  actions.").Append(HoconText.QuoteKey(action.Name)).Append(" {\n");
            Line(text, "plugin", Quote(action.Plugin));
            foreach (var (name, value) in action.Parameters)
                Line(text, HoconText.QuoteKey(name), Value(value));
            text.Append("  }\n\n");
        }

        foreach (var rule in rules.Rules)
        {
            text.Append("  rules.").Append(HoconText.QuoteKey(rule.Name)).Append(" {\n");
            Line(text, "triggers", List(rule.Triggers.Select(Quote)));
            if (rule.Filter is not FilterExpression.All { Parts.Count: 0 })
                text.Append("    filters ").Append(Top(rule.Filter)).Append('\n');
            Line(text, "actions", List(rule.Actions.Select(Quote)));
            text.Append("  }\n\n");
        }

        return text.ToString().TrimEnd('\n') + "\n}\n";
    }

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append("    ").Append(name).Append(" = ").Append(value).Append('\n');

    private static string Top(FilterExpression filter)
    {
        if (filter is FilterExpression.All all && all.Parts.Select(Key).Distinct().Count() == all.Parts.Count
            && all.Parts is not [FilterExpression.All])
        {
            return Block(all.Parts.Select(Field));
        }

        return Inner(filter);
    }

    private static string Inner(FilterExpression filter) =>
        filter is FilterExpression.All { Parts.Count: 0 } ? "{}" : Block([Field(filter)]);

    private static string Key(FilterExpression filter) => filter switch
    {
        FilterExpression.All => "all",
        FilterExpression.Any => "any",
        FilterExpression.Not => "not",
        FilterExpression.Leaf leaf => leaf.Name,
        _ => throw new NotSupportedException($"No HOCON for {filter.GetType().Name}."),
    };

    private static string Field(FilterExpression filter) => filter switch
    {
        FilterExpression.All all => $"all = {List(all.Parts.Select(Inner))}",
        FilterExpression.Any any => $"any = {List(any.Parts.Select(Inner))}",
        FilterExpression.Not not => $"not {Inner(not.Part)}",
        FilterExpression.Leaf leaf => $"{HoconText.QuoteKey(leaf.Name)} = {Value(leaf.Argument)}",
        _ => throw new NotSupportedException($"No HOCON for {filter.GetType().Name}."),
    };

    private static string Value(SettingValue value) => value switch
    {
        SettingValue.Text text => Quote(text.Value),
        SettingValue.Number number => number.Value.ToString(CultureInfo.InvariantCulture),
        SettingValue.Flag flag => flag.Value ? "true" : "false",
        SettingValue.List list => List(list.Items.Select(Value)),
        SettingValue.Map map => Block(map.Fields.Select(f => $"{HoconText.QuoteKey(f.Key)} = {Value(f.Value)}")),
        _ => throw new NotSupportedException($"No HOCON for {value.GetType().Name}."),
    };

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items) + "]";

    private static string Block(IEnumerable<string> fields) => "{ " + string.Join(", ", fields) + " }";

    private static string Quote(string text) => HoconText.Quote(text, always: true);
}
