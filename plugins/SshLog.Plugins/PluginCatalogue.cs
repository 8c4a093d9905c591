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

    /// <inheritdoc />
    public IReadOnlyList<string> NotLoaded { get; private init; } = [];

    /// <summary>Names of filters that may take their time: who asks them needs a thread of its own.</summary>
    public IReadOnlySet<string> SlowFilters { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>These together with what others bring. Of two of the same name the first counts.</summary>
    /// <param name="filters">More filters, with the plug-in that brings each.</param>
    /// <param name="actions">More actions, with the plug-in that brings each.</param>
    /// <param name="notLoaded">A sentence for each plug-in that could not be loaded.</param>
    public PluginCatalogue With(
        IEnumerable<(string Plugin, IFilterFactory Factory)> filters,
        IEnumerable<(string Plugin, IActionFactory Factory)> actions,
        IEnumerable<string> notLoaded)
    {
        ArgumentNullException.ThrowIfNull(filters);
        ArgumentNullException.ThrowIfNull(actions);
        var problems = notLoaded.ToList();
        var allFilters = new Dictionary<string, IFilterFactory>(_filters, StringComparer.Ordinal);
        var slow = new HashSet<string>(SlowFilters, StringComparer.Ordinal);
        foreach (var (plugin, factory) in filters)
        {
            if (allFilters.TryAdd(factory.Description.Name, factory))
                slow.Add(factory.Description.Name);
            else
                problems.Add($"{plugin}: there is a filter {factory.Description.Name} already; give this one another name");
        }

        var allActions = new Dictionary<string, IActionFactory>(_actions, StringComparer.Ordinal);
        foreach (var (plugin, factory) in actions)
        {
            var name = factory.Description.Name;
            var taken = allActions.Values.Any(a => a.Description.Aliases.Contains(name));
            if (taken || !allActions.TryAdd(name, factory))
                problems.Add($"{plugin}: there is an action {name} already; give this one another name");
        }

        return new PluginCatalogue(Triggers, allFilters.Values, allActions.Values) { NotLoaded = problems, SlowFilters = slow };
    }

    /// <summary>The filters of that name.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IFilterFactory Filter(string name) =>
        _filters.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no filter {name}", nameof(name));

    /// <summary>The actions of that kind.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IActionFactory Action(string plugin) =>
        _actions.GetValueOrDefault(plugin) ?? throw new ArgumentException($"There is no action {plugin}", nameof(plugin));
}
