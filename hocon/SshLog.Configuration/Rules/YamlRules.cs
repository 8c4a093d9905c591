using SshLog.Core.Rules;

namespace SshLog.Configuration.Rules;

/// <summary>Reads a sshlog YAML file: <c>events</c> and <c>actions</c>.</summary>
internal static class YamlRules
{
    private static readonly string[] _fileFields = ["events", "actions"];
    private static readonly string[] _eventFields = ["event", "triggers", "filters", "actions"];

    public static void Read(string text, string file, RuleSetBuilder rules, Problems problems)
    {
        switch (YamlReader.Read(text, file, problems))
        {
            case null or NoValue:
                return;
            case SettingValue.Map root:
                Unknown(root.Fields, _fileFields, "a sshlog YAML file", problems);
                foreach (var action in Entries(root.Fields, "actions", problems))
                    ReadAction(action, rules, problems);
                foreach (var entry in Entries(root.Fields, "events", problems))
                    ReadEvent(entry, rules, problems);
                return;
            case var other:
                problems.Add(other.Origin, "a sshlog YAML file has a list 'events:' and perhaps a list 'actions:'");
                return;
        }
    }

    private static void ReadEvent(SettingValue.Map entry, RuleSetBuilder rules, Problems problems)
    {
        if (Name(entry, "event", problems) is not { } name)
            return;
        Unknown(entry.Fields, _eventFields, $"the event '{name}'", problems);
        var actions = entry.Fields.GetValueOrDefault("actions");
        if (actions is not (null or NoValue))
        {
            var items = actions is SettingValue.List list ? list.Items : [actions];
            actions = new SettingValue.List(
                [.. items.Select(item => ReadReference(item, rules, problems)).OfType<SettingValue>()], actions!.Origin);
        }

        rules.Add(new DraftRule(
            name, entry.Origin, entry.Fields.GetValueOrDefault("triggers"), entry.Fields.GetValueOrDefault("filters"), actions));
    }

    /// <summary>The name of the action; one that is defined on the spot becomes an action like the shared ones.</summary>
    private static SettingValue? ReadReference(SettingValue item, RuleSetBuilder rules, Problems problems)
    {
        if (item is not SettingValue.Map map)
            return item;
        var isDefinition = map.Fields.Keys.Any(k => k != "action");
        var name = isDefinition ? ReadAction(map, rules, problems) : Name(map, "action", problems);
        return name is null ? null : new SettingValue.Text(name, item.Origin);
    }

    private static string? ReadAction(SettingValue.Map entry, RuleSetBuilder rules, Problems problems)
    {
        if (Name(entry, "action", problems) is not { } name)
            return null;
        var parameters = entry.Fields
            .Where(f => f.Key is not ("action" or "plugin")).ToDictionary(StringComparer.Ordinal);
        rules.Add(new DraftAction(name, entry.Origin, entry.Fields.GetValueOrDefault("plugin"), parameters, IsYaml: true));
        return name;
    }

    private static string? Name(SettingValue.Map entry, string field, Problems problems)
    {
        if (entry.Fields.GetValueOrDefault(field) is SettingValue.Text { Value: var name })
            return name;
        problems.Add(entry.Origin, $"this entry needs '{field}: NAME'");
        return null;
    }

    private static IEnumerable<SettingValue.Map> Entries(
        IReadOnlyDictionary<string, SettingValue> fields, string field, Problems problems)
    {
        switch (fields.GetValueOrDefault(field))
        {
            case null or NoValue:
                break;
            case SettingValue.List list:
                foreach (var wrong in list.Items.Where(i => i is not SettingValue.Map))
                    problems.Add(wrong.Origin, $"an entry of '{field}:' must be names with values");
                foreach (var entry in list.Items.OfType<SettingValue.Map>())
                    yield return entry;
                break;
            case var other:
                problems.Add(other.Origin, $"'{field}:' must be a list, each entry beginning with '- '");
                break;
        }
    }

    private static void Unknown(
        IReadOnlyDictionary<string, SettingValue> fields, string[] known, string what, Problems problems)
    {
        foreach (var (name, value) in fields.Where(f => !known.Contains(f.Key)))
            problems.Add(value.Origin, $"{what} has no field '{name}'{Suggestion.For(name, known)}");
    }
}
