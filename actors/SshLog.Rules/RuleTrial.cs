using Microsoft.Extensions.Logging.Abstractions;
using SshLog.Core.Journal;
using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.Rules;

/// <summary>
/// Tells which recorded events rules would have matched and what their actions would have sent. Nothing is sent, written or
/// started.
/// </summary>
public sealed class RuleTrial : IAsyncDisposable
{
    private const int PageEvents = 500;
    private const int PageBytes = 4 << 20;

    // An event is written at once, later only while the journal fails; whoever wants events up to a time need not read on
    // for ever.
    private static readonly TimeSpan _latestWrite = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<RuleMatcher> _matchers;
    private readonly IReadOnlyList<Rehearsed> _actions;

    /// <param name="rules">Checked against <paramref name="plugins"/>.</param>
    /// <param name="plugins">Filters and actions.</param>
    /// <param name="report">Told once of each filter that fails; such a filter does not match.</param>
    /// <param name="time">Clock, for what actions date.</param>
    /// <exception cref="ArgumentException">A filter's argument makes no sense.</exception>
    public RuleTrial(RuleSet rules, PluginCatalogue plugins, Action<string> report, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(plugins);
        _matchers = [.. rules.Rules.Select(r => RuleMatcher.Create(r, plugins, report))];
        _actions = [.. rules.Actions.Select(a => Rehearse(a, plugins, time))];
    }

    /// <summary>How many events the rules were asked about so far.</summary>
    public long Events { get; private set; }

    /// <summary>The matching events in the order of the journal, read as they are asked for.</summary>
    /// <param name="journal">All events.</param>
    /// <param name="archive">The same, by session.</param>
    /// <param name="cursor">Where to begin: ordering of the last event not to be read.</param>
    /// <param name="since">Events before are not asked about.</param>
    /// <param name="until">Nor are those after.</param>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    /// <exception cref="EventFormatException">An event cannot be read.</exception>
    public IEnumerable<TrialMatch> Run(
        IEventFeed journal, ISessionArchive archive, long cursor, DateTimeOffset since, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var events = new EventBuilder(new JournalLookup(archive), archive, clock: null);
        var withOutput = _matchers.Any(m => m.NeedsOutput);
        while (true)
        {
            var page = journal.Read(cursor, PageEvents, PageBytes, withOutput);
            foreach (var entry in page.Events)
            {
                if (entry.Event.At > until + _latestWrite)
                    yield break;
                var isAsked = entry.Event.At >= since && entry.Event.At <= until;
                Events += isAsked ? 1 : 0;
                if (events.Build(entry, names => isAsked && _matchers.Any(m => m.IsTriggeredBy(names))) is { } happened
                    && Ask(happened) is { } match)
                    yield return match;
            }

            if (page.Cursor == cursor)
                yield break;
            cursor = page.Cursor;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var matcher in _matchers)
            matcher.Dispose();
        foreach (var action in _actions)
        {
            if (action.Action is not null)
                await action.Action.DisposeAsync().ConfigureAwait(false);
        }
    }

    private TrialMatch? Ask(PluginEvent happened)
    {
        // Every rule is asked, since filters remember.
        var rules = _matchers.Where(m => m.Matches(happened)).Select(m => m.Rule).ToList();
        return rules.Count == 0
            ? null
            : new TrialMatch(
                happened,
                [.. rules.Select(r => r.Name)],
                [.. _actions.Where(a => rules.Exists(r => r.Actions.Contains(a.Definition.Name))).Select(a => a.Show(happened))]);
    }

    private static Rehearsed Rehearse(ActionDefinition definition, PluginCatalogue plugins, TimeProvider time)
    {
        var factory = plugins.Action(definition.Plugin);
        var parameters = new Parameters(factory.Description, definition.Parameters);
        try
        {
            return new Rehearsed(
                definition, factory.Create(new ActionContext(definition.Name, parameters, NullLogger.Instance, time)), null);
        }
#pragma warning disable CA1031 // A plug-in's defect, or a secret that is not for whoever asks: the rules can be tried all the same.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new Rehearsed(definition, null, $"cannot be made here: {e.Message}");
        }
    }

    private sealed record Rehearsed(ActionDefinition Definition, IAction? Action, string? Problem)
    {
        public TrialAction Show(PluginEvent happened)
        {
            try
            {
                return new TrialAction(
                    Definition.Name, Definition.Plugin, (Action as IPreview)?.Preview(happened),
                    Problem ?? (Action is IPreview ? null : "does not tell what it would do"));
            }
#pragma warning disable CA1031 // A plug-in's defect is the plug-in's: it is shown in the place of what it would have sent.
            catch (Exception defect)
#pragma warning restore CA1031
            {
                return new TrialAction(Definition.Name, Definition.Plugin, null, $"would fail: {defect.Message}");
            }
        }
    }
}

/// <summary>An event that rules would have matched.</summary>
/// <param name="Event">The event.</param>
/// <param name="Rules">Names of the rules, in the order of the configuration.</param>
/// <param name="Actions">What would have been done, each action once.</param>
public sealed record TrialMatch(PluginEvent Event, IReadOnlyList<string> Rules, IReadOnlyList<TrialAction> Actions);

/// <summary>What an action would have done.</summary>
/// <param name="Name">Its name in the rules.</param>
/// <param name="Plugin">Its kind.</param>
/// <param name="Text">What would have gone out; null where that cannot be told.</param>
/// <param name="Problem">Why not; null where it can be.</param>
public sealed record TrialAction(string Name, string Plugin, string? Text, string? Problem);
