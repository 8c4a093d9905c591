using System.Collections.Immutable;
using SshLog.Core.Rules;

namespace SshLog.Plugins;

/// <summary>
/// A rule ready to be asked about events, in their order, by one thread. What its filters remember (rates, output that goes
/// on) begins empty.
/// </summary>
public sealed class RuleMatcher
{
    private readonly HashSet<string> _triggers;
    private readonly Func<PluginEvent, bool> _filter;

    private RuleMatcher(Rule rule, Func<PluginEvent, bool> filter)
    {
        Rule = rule;
        _triggers = [.. rule.Triggers];
        _filter = filter;
    }

    /// <summary>The rule.</summary>
    public Rule Rule { get; }

    /// <summary>True if output must be read for it.</summary>
    public bool NeedsOutput => _triggers.Overlaps(OutputTriggers);

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
        return new RuleMatcher(rule, Compile(rule, rule.Filter, catalogue, report));
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

    private static Func<PluginEvent, bool> Compile(
        Rule rule, FilterExpression expression, PluginCatalogue catalogue, Action<string> report)
    {
        switch (expression)
        {
            case FilterExpression.All all:
                var every = all.Parts.Select(p => Compile(rule, p, catalogue, report)).ToArray();
                return happened => Array.TrueForAll(every, part => part(happened));
            case FilterExpression.Any any:
                var some = any.Parts.Select(p => Compile(rule, p, catalogue, report)).ToArray();
                return happened => Array.Exists(some, part => part(happened));
            case FilterExpression.Not not:
                // What errs under a not must not match either.
                return Negate(rule, not.Part, catalogue, report);
            case FilterExpression.Leaf leaf:
                return Guard(rule, leaf, catalogue, report, negated: false);
            default:
                throw new ArgumentException($"{expression} is no filter", nameof(expression));
        }
    }

    private static Func<PluginEvent, bool> Negate(
        Rule rule, FilterExpression part, PluginCatalogue catalogue, Action<string> report) => part switch
        {
            FilterExpression.Leaf leaf => Guard(rule, leaf, catalogue, report, negated: true),
            FilterExpression.Not not => Compile(rule, not.Part, catalogue, report),
            FilterExpression.All all => Compile(
                rule, new FilterExpression.Any([.. all.Parts.Select(p => new FilterExpression.Not(p))]), catalogue, report),
            FilterExpression.Any any => Compile(
                rule, new FilterExpression.All([.. any.Parts.Select(p => new FilterExpression.Not(p))]), catalogue, report),
            _ => throw new ArgumentException($"{part} is no filter", nameof(part)),
        };

    private static Func<PluginEvent, bool> Guard(
        Rule rule, FilterExpression.Leaf leaf, PluginCatalogue catalogue, Action<string> report, bool negated)
    {
        var factory = catalogue.Filter(leaf.Name);
        var filter = factory.Create(leaf.Argument);
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
