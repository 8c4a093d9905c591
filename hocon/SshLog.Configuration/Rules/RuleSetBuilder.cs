using SshLog.Core.Rules;

namespace SshLog.Configuration.Rules;

/// <summary>A rule as a file has it, not checked; null is what the file does not give.</summary>
internal sealed record DraftRule(
    string Name, SourcePosition Origin, SettingValue? Triggers, SettingValue? Filters, SettingValue? Actions);

/// <summary>
/// An action as a file has it, not checked; null is what the file does not give. In a YAML file some things must go on
/// to mean what they meant.
/// </summary>
internal sealed record DraftAction(
    string Name, SourcePosition Origin, SettingValue? Plugin, IReadOnlyDictionary<string, SettingValue> Parameters, bool IsYaml);

/// <summary>Gathers rules and actions of all files and checks them together.</summary>
internal sealed class RuleSetBuilder(Problems problems)
{
    private const int MostNesting = 32;
    private readonly List<DraftRule> _rules = [];
    private readonly List<DraftAction> _actions = [];
    private readonly Dictionary<string, SourcePosition> _ruleNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourcePosition> _actionNames = new(StringComparer.Ordinal);
    private readonly ShapeChecker _shapes = new(problems);
    private IRuleVocabulary _vocabulary = null!;
    private bool _missesSome;

    public void Add(DraftRule rule)
    {
        if (Claim("rule", rule.Name, rule.Origin, _ruleNames))
            _rules.Add(rule);
    }

    public void Add(DraftAction action)
    {
        if (Claim("action", action.Name, action.Origin, _actionNames))
            _actions.Add(action);
    }

    /// <summary>Everything that is right; what is not has been told.</summary>
    /// <param name="vocabulary">What rules may name.</param>
    public RuleSet Build(IRuleVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        var actions = _actions.Select(Build).OfType<ActionDefinition>().ToList();
        var rules = _rules.Select(Build).OfType<Rule>().ToList();
        // Why something is not there, beside where it is missed.
        foreach (var reason in _missesSome ? vocabulary.NotLoaded : [])
            problems.Add(SourcePosition.None, reason);
        return rules.Count == 0 && actions.Count == 0 ? RuleSet.Empty : new RuleSet(rules, actions);
    }

    private bool Claim(string kind, string name, SourcePosition at, Dictionary<string, SourcePosition> names)
    {
        if (name.Length == 0 || name.Any(char.IsControl))
        {
            problems.Add(at, $"the name of this {kind} is empty or holds control characters");
            return false;
        }

        if (names.TryAdd(name, at))
            return true;
        problems.Add(at, $"the {kind} '{name}' is defined already in {names[name]}; names are unique over all files");
        return false;
    }

    private ActionDefinition? Build(DraftAction draft)
    {
        if (draft.Plugin is not SettingValue.Text { Value: var name })
        {
            var known = string.Join(", ", _vocabulary.Plugins.Select(p => p.Name));
            problems.Add(draft.Plugin?.Origin ?? draft.Origin, $"the action '{draft.Name}' needs plugin = NAME; known are {known}");
            return null;
        }

        var plugin = _vocabulary.Plugins.FirstOrDefault(p => p.Name == name || p.Aliases.Contains(name));
        if (plugin is null)
        {
            _missesSome = true;
            var names = _vocabulary.Plugins.SelectMany(p => p.Aliases.Prepend(p.Name)).ToList();
            var hint = Suggestion.Nearest(name, names) is { } nearest
                ? $"; did you mean '{nearest}'?"
                : "; known are " + string.Join(", ", _vocabulary.Plugins.Select(p => p.Name));
            problems.Add(draft.Plugin.Origin, $"there is no plugin '{name}'{hint}");
            return null;
        }

        var given = NoValue.LeaveOut(draft.Parameters);
        if (draft.IsYaml)
            AddYamlDefaults(given, plugin);
        var parameters = _shapes.Fields($"the action '{draft.Name}' ({plugin.Name})", given, plugin.Parameters, draft.Origin);
        if (parameters is not null && plugin.RunsCommandLine)
            parameters = CommandLineParameters.Check(parameters, draft, problems);
        return parameters is null ? null : new ActionDefinition(draft.Name, plugin.Name, parameters, draft.Origin);
    }

    private static void AddYamlDefaults(Dictionary<string, SettingValue> given, PluginDescription plugin)
    {
        foreach (var parameter in plugin.Parameters.Where(p => p.YamlDefault is not null))
            given.TryAdd(parameter.Name, parameter.YamlDefault!);
    }

    private Rule? Build(DraftRule draft)
    {
        var before = problems.Count;
        var triggers = Names(draft, draft.Triggers, "triggers", _vocabulary.Triggers, "event");
        var filter = draft.Filters is null
            ? FilterExpression.Everything
            : Filter(draft.Filters, triggers, draft.Name, depth: 0);
        var actions = Names(draft, draft.Actions, "actions", _actionNames.Keys, "action");
        return problems.Count == before ? new Rule(draft.Name, triggers, filter, actions, draft.Origin) : null;
    }

    private List<string> Names(
        DraftRule rule, SettingValue? value, string field, IReadOnlyCollection<string> known, string kind)
    {
        if (value is null or NoValue or SettingValue.List { Items.Count: 0 })
        {
            problems.Add(value?.Origin ?? rule.Origin, $"the rule '{rule.Name}' needs {field}: a list of the names of {kind}s");
            return [];
        }

        if (_shapes.Check($"{field} of the rule '{rule.Name}'", value, ValueShape.Texts) is not SettingValue.List list)
            return [];
        var names = new List<string>();
        foreach (var item in list.Items.Cast<SettingValue.Text>())
        {
            if (!known.Contains(item.Value))
                problems.Add(item.Origin, $"there is no {kind} '{item.Value}'{Suggestion.For(item.Value, known)}");
            else if (!names.Contains(item.Value))
                names.Add(item.Value);
        }

        return names;
    }

    private FilterExpression Filter(SettingValue value, IReadOnlyList<string> triggers, string rule, int depth)
    {
        if (value is NoValue)
        {
            problems.Add(value.Origin, $"in the rule '{rule}' a place for filters {NoValue.Complaint}: leave it out where everything shall pass");
            return FilterExpression.Everything;
        }

        if (value is not SettingValue.Map map || depth > MostNesting)
        {
            problems.Add(value.Origin, $"filters of the rule '{rule}' must be names of filters with their values"
                + (depth > MostNesting ? $", nested at most {MostNesting} deep" : string.Empty));
            return FilterExpression.Everything;
        }

        var parts = map.Fields.Select(field => field.Key switch
        {
            "all" => new FilterExpression.All(Parts(field.Key, field.Value, triggers, rule, depth)),
            "any" => new FilterExpression.Any(Parts(field.Key, field.Value, triggers, rule, depth)),
            "not" => new FilterExpression.Not(Filter(field.Value, triggers, rule, depth + 1)),
            _ => Leaf(field.Key, field.Value, triggers, rule),
        }).ToList();
        return parts.Count == 0 ? FilterExpression.Everything
            : parts.Count == 1 && (depth > 0 || parts[0] is FilterExpression.All) ? parts[0]
            : new FilterExpression.All(parts);
    }

    private List<FilterExpression> Parts(
        string name, SettingValue value, IReadOnlyList<string> triggers, string rule, int depth)
    {
        if (value is SettingValue.List { Items.Count: > 0 } list)
            return [.. list.Items.Select(item => Filter(item, triggers, rule, depth + 1))];
        problems.Add(value.Origin, $"'{name}' in the filters of the rule '{rule}' must be a list of filters, [{{..}}, {{..}}]");
        return [];
    }

    private FilterExpression Leaf(string name, SettingValue value, IReadOnlyList<string> triggers, string rule)
    {
        if (_vocabulary.Filters.FirstOrDefault(f => f.Name == name) is not { } filter)
        {
            _missesSome = true;
            var hint = Suggestion.For(name, _vocabulary.Filters.Select(f => f.Name).Concat(["all", "any", "not"]));
            problems.Add(value.Origin, $"there is no filter '{name}'{hint}");
            return FilterExpression.Everything;
        }

        if (value is NoValue or SettingValue.List { Items.Count: 0 })
        {
            problems.Add(value.Origin, $"the filter '{name}' {NoValue.Complaint}");
            return FilterExpression.Everything;
        }

        if (filter.Triggers is { } understood && triggers.Count > 0 && !triggers.Any(understood.Contains))
        {
            problems.Add(
                value.Origin,
                $"the filter '{name}' is only asked about {string.Join(", ", understood)}, of which the rule '{rule}' has none");
        }

        return _shapes.Check(name, value, filter.Argument) is { } argument
            ? new FilterExpression.Leaf(name, argument)
            : FilterExpression.Everything;
    }
}
