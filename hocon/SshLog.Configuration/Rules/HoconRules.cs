using Hocon;
using SshLog.Core.Rules;

namespace SshLog.Configuration.Rules;

/// <summary>Reads <c>sshlog.rules</c> and <c>sshlog.actions</c> of one file.</summary>
internal static class HoconRules
{
    private static readonly string[] _ruleFields = ["triggers", "filters", "actions"];

    public static void Read(HoconNode file, RuleSetBuilder rules, Problems problems)
    {
        foreach (var (name, node) in Blocks(file, "actions", problems))
        {
            rules.Add(new DraftAction(
                name, Position(node), Value(node, "plugin"), Fields(node, except: "plugin"), IsYaml: false));
        }

        foreach (var (name, node) in Blocks(file, "rules", problems))
        {
            foreach (var (field, value) in node.Fields.Where(f => !_ruleFields.Contains(f.Key)))
                problems.Add(value.Origin, $"the rule '{name}' has no field {field}{Suggestion.For(field, _ruleFields)}");
            rules.Add(new DraftRule(
                name, Position(node), Value(node, "triggers"), Value(node, "filters"), Value(node, "actions")));
        }
    }

    /// <summary>Any HOCON value; <see cref="NoValue"/> for null.</summary>
    public static SettingValue ToValue(HoconNode node) => node.Kind switch
    {
        HoconKind.Null => new NoValue(node.Origin.ToPosition()),
        HoconKind.Literal => new SettingValue.Text(node.Text, node.Origin.ToPosition()),
        HoconKind.Array => new SettingValue.List([.. node.Items.Select(ToValue)], node.Origin.ToPosition()),
        _ => new SettingValue.Map(Fields(node, except: null), node.Origin.ToPosition()),
    };

    private static IEnumerable<(string Name, HoconNode Node)> Blocks(HoconNode file, string kind, Problems problems)
    {
        if (file.Find(["sshlog", kind]) is not { } all)
            yield break;
        if (all.Kind != HoconKind.Object)
        {
            problems.Add(all.Origin, $"sshlog.{kind} must be blocks with names: {kind} {{ NAME {{ .. }} }}");
            yield break;
        }

        foreach (var (name, node) in all.Fields)
        {
            if (node.Kind != HoconKind.Object)
                problems.Add(node.Origin, $"sshlog.{kind}.{HoconText.QuoteKey(name)} must be a block {{ .. }}");
            else if (node.Opened is [var first, .., var last])
                problems.Add(last, $"'{name}' in sshlog.{kind} is defined already in {first.ToPosition()}; names are unique over all files");
            else
                yield return (name, node);
        }
    }

    private static SourcePosition Position(HoconNode node) =>
        (node.Opened.Count > 0 ? node.Opened[0] : node.Origin).ToPosition();

    private static SettingValue? Value(HoconNode node, string field) =>
        node.Fields.TryGetValue(field, out var value) ? ToValue(value) : null;

    private static Dictionary<string, SettingValue> Fields(HoconNode node, string? except) =>
        node.Fields
            .Where(f => f.Key != except).ToDictionary(f => f.Key, f => ToValue(f.Value), StringComparer.Ordinal);
}
