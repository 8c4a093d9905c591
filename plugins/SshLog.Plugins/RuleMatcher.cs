using System.Collections.Immutable;
using SshLog.Core.Rules;

namespace SshLog.Plugins;

/// <summary>
/// A rule ready to be asked about events, in their order, by one thread. What its filters remember (rates, output that goes
/// on) begins empty.
/// </summary>
public sealed class RuleMatcher : IDisposable
{
    private readonly HashSet<string> _triggers;
    private readonly Func<PluginEvent, bool> _filter;
    private readonly List<IFilter> _made;

    private RuleMatcher(Rule rule, Func<PluginEvent, bool> filter, List<IFilter> made)
    {
        Rule = rule;
        _triggers = [.. rule.Triggers];
        (_filter, _made) = (filter, made);
    }

    /// <summary>The rule.</summary>
    public Rule Rule { get; }

    /// <summary>True if output must be read for it.</summary>
    public bool NeedsOutput => _triggers.Overlaps(OutputTriggers);

    /// <summary>True if a filter of it may take its time, so that who asks needs a thread of its own.</summary>
    public bool NeedsThread { get; private init; }

    /// <summary>True if one of its filters counts (<see cref="IRemembers"/>).</summary>
    public bool Remembers => _made.Exists(f => f is IRemembers);

    /// <summary>Names of the event of output.</summary>
    public static IReadOnlyList<string> OutputTriggers { get; } = ["terminal_update", "output-recorded/v1"];

    /// <summary>Makes the filters of a rule.</summary>
    /// <param name="rule">Checked against <paramref name="catalogue"/>.</param>
    /// <param name="catalogue">Where the filters are.</param>
    /// <param name="report">Told once of each filter that throws; such a filter does not match.</param>
    /// <exception cref="ArgumentException">A filter's argument makes no sense.</exception>
    public static RuleMatcher Create(Rule rule, PluginCatalogue catalogue, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(catalogue);
        var made = new List<IFilter>();
        return new RuleMatcher(rule, new Compiler(rule, catalogue, report, made).Compile(rule.Filter), made)
        {
            NeedsThread = NamesOf(rule.Filter).Any(catalogue.SlowFilters.Contains),
        };
    }

    /// <summary>True if the event triggers the rule and passes its filter.</summary>
    public bool Matches(PluginEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return IsTriggeredBy(happened.Triggers) && _filter(happened);
    }

    /// <summary>True if one of these names triggers the rule; its filter is asked then.</summary>
    public bool IsTriggeredBy(ImmutableArray<string> names)
    {
        foreach (var name in names)
        {
            if (_triggers.Contains(name))
                return true;
        }

        return false;
    }

    /// <summary>Lets go of what filters hold; they begin anew when they are asked again.</summary>
    public void Dispose()
    {
        foreach (var filter in _made.OfType<IDisposable>())
            filter.Dispose();
    }

    /// <summary>Names of the filters in an expression.</summary>
    private static IEnumerable<string> NamesOf(FilterExpression expression) => expression switch
    {
        FilterExpression.All all => all.Parts.SelectMany(NamesOf),
        FilterExpression.Any any => any.Parts.SelectMany(NamesOf),
        FilterExpression.Not not => NamesOf(not.Part),
        FilterExpression.Leaf leaf => [leaf.Name],
        _ => [],
    };

    private sealed class Compiler(Rule rule, PluginCatalogue catalogue, Action<string> report, List<IFilter> made)
    {
        public Func<PluginEvent, bool> Compile(FilterExpression expression)
        {
            switch (expression)
            {
                case FilterExpression.All all:
                    var every = all.Parts.Select(p => Compile(p)).ToArray();
                    return happened => Array.TrueForAll(every, part => part(happened));
                case FilterExpression.Any any:
                    var some = any.Parts.Select(p => Compile(p)).ToArray();
                    return happened => Array.Exists(some, part => part(happened));
                case FilterExpression.Not not:
                    // What errs under a not must not match either.
                    return Negate(not.Part);
                case FilterExpression.Leaf leaf:
                    return Guard(leaf, negated: false);
                default:
                    throw new ArgumentException($"{expression} is no filter", nameof(expression));
            }
        }

        private Func<PluginEvent, bool> Negate(FilterExpression part) => part switch
            {
                FilterExpression.Leaf leaf => Guard(leaf, negated: true),
                FilterExpression.Not not => Compile(not.Part),
                FilterExpression.All all => Compile(
                    new FilterExpression.Any([.. all.Parts.Select(p => new FilterExpression.Not(p))])),
                FilterExpression.Any any => Compile(
                    new FilterExpression.All([.. any.Parts.Select(p => new FilterExpression.Not(p))])),
                _ => throw new ArgumentException($"{part} is no filter", nameof(part)),
            };

        private Func<PluginEvent, bool> Guard(FilterExpression.Leaf leaf, bool negated)
        {
            var factory = catalogue.Filter(leaf.Name);
            var filter = factory.Create(leaf.Argument);
            made.Add(filter);
            var about = factory.Description.Triggers;
            var reported = false;
            return happened =>
            {
                // A filter is only asked about the events that it knows; others pass it.
                if (about is not null && !happened.Triggers.Any(about.Contains))
                    return true;
                try
                {
                    return filter.Matches(happened) != negated;
                }
    #pragma warning disable CA1031 // A plug-in's defect is the plug-in's: whatever it is, the event does not match.
                catch (Exception defect)
    #pragma warning restore CA1031
                {
                    if (!reported)
                        report($"Rule {rule.Name} ({rule.Origin}): the filter {leaf.Name} has failed and lets nothing pass: {defect.Message}");
                    reported = true;
                    return false;
                }
            };
        }
    }
}
