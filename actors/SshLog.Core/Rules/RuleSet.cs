namespace SshLog.Core.Rules;

/// <summary>What the configuration says shall happen when: checked, whatever kind of file it came from.</summary>
/// <param name="Rules">In the order of the files; names are unique.</param>
/// <param name="Actions">In the order of the files; names are unique.</param>
public sealed record RuleSet(IReadOnlyList<Rule> Rules, IReadOnlyList<ActionDefinition> Actions)
{
    /// <summary>Nothing happens.</summary>
    public static RuleSet Empty { get; } = new([], []);
}

/// <summary>When one of these happens and the filter lets it pass, those are done.</summary>
/// <param name="Name">Unique in its rule set.</param>
/// <param name="Triggers">Names of events; at least one.</param>
/// <param name="Filter">What must hold; an empty <see cref="FilterExpression.All"/> for everything.</param>
/// <param name="Actions">Names of actions of the same rule set; at least one.</param>
/// <param name="Origin">Where it is defined.</param>
public sealed record Rule(
    string Name,
    IReadOnlyList<string> Triggers,
    FilterExpression Filter,
    IReadOnlyList<string> Actions,
    SourcePosition Origin);

/// <summary>Something that can be done, with its settings.</summary>
/// <param name="Name">Unique in its rule set.</param>
/// <param name="Plugin">What carries it out: a <see cref="PluginDescription.Name"/>, never one of its aliases.</param>
/// <param name="Parameters">
/// What the file says, checked against the plug-in's <see cref="ParameterDescription"/>s; defaults are not filled in.
/// </param>
/// <param name="Origin">Where it is defined.</param>
public sealed record ActionDefinition(
    string Name, string Plugin, IReadOnlyDictionary<string, SettingValue> Parameters, SourcePosition Origin);
