using SshLog.Core.Rules;

namespace SshLog.Plugins;

/// <summary>All filters and actions that there are, and the names by which rules may be triggered.</summary>
public sealed class PluginCatalogue : IRuleVocabulary
{
    private readonly Dictionary<string, IFilterFactory> _filters;
    private readonly Dictionary<string, IActionFactory> _actions;

    /// <param name="triggers">Names of events.</param>
    /// <param name="filters">Names are unique.</param>
    /// <param name="actions">Names are unique.</param>
    public PluginCatalogue(
        IEnumerable<string> triggers, IEnumerable<IFilterFactory> filters, IEnumerable<IActionFactory> actions)
    {
        Triggers = [.. triggers];
        _filters = filters.ToDictionary(f => f.Description.Name, StringComparer.Ordinal);
        _actions = actions.ToDictionary(a => a.Description.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public IReadOnlyCollection<string> Triggers { get; }

    /// <inheritdoc />
    public IReadOnlyCollection<FilterDescription> Filters => [.. _filters.Values.Select(f => f.Description)];

    /// <inheritdoc />
    public IReadOnlyCollection<PluginDescription> Plugins => [.. _actions.Values.Select(a => a.Description)];

    /// <summary>The filters of that name.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IFilterFactory Filter(string name) =>
        _filters.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no filter {name}", nameof(name));

    /// <summary>The actions of that kind.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IActionFactory Action(string plugin) =>
        _actions.GetValueOrDefault(plugin) ?? throw new ArgumentException($"There is no action {plugin}", nameof(plugin));
}
