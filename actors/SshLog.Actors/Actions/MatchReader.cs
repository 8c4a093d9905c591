using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Plugins;
using SshLog.Rules;

namespace SshLog.Actors.Actions;

/// <summary>Reads the journal page by page and gives the events that an action's rules match.</summary>
/// <param name="services">Journal and catalogue.</param>
/// <param name="rules">The rules that name the action, fresh ones; disposed with this.</param>
internal sealed class MatchReader(ActionServices services, IReadOnlyList<RuleMatcher> rules) : IDisposable
{
    private const int PageEvents = 256;
    private const int PageBytes = 1 << 20;

    // How far back what filters count is looked at again when the daemon starts.
    private const int MostRecalled = 20_000;

    // How long after a sign-in rules about established connections see it without a terminal.
    private static readonly TimeSpan _terminalPatience = TimeSpan.FromSeconds(2);

    private readonly EventBuilder _events = NewBuilder(services);
    private readonly bool _awaitsTerminals = rules.Any(r => r.IsTriggeredBy(["connection_established"]));

    /// <summary>True if output must be read for a rule.</summary>
    public bool NeedsOutput { get; } = rules.Any(r => r.NeedsOutput);

    /// <summary>
    /// The matching events of the next page, and the cursor behind it; the same cursor when there is no more. Whether an
    /// established connection has a terminal is recorded a moment after the sign-in: until then, or until it has had time enough,
    /// it is not read.
    /// </summary>
    /// <exception cref="JournalUnavailableException">Journal or catalogue cannot be read now.</exception>
    /// <exception cref="EventFormatException">An event cannot be read.</exception>
    public MatchPage Read(long cursor)
    {
        var page = services.Journal.Read(cursor, PageEvents, PageBytes, NeedsOutput);
        var matches = new List<PluginEvent>();
        foreach (var entry in page.Events)
        {
            if (_awaitsTerminals && entry.Event is SignedIn signedIn && Left(signedIn) is { } wait && !_events.KnowsTerminal(entry))
                return new MatchPage(matches, Math.Max(cursor, entry.Ordering - 1), wait);
            if (Ask(entry, rules) is { } match)
                matches.Add(match);
        }

        return new MatchPage(matches, page.Cursor, null);
    }

    /// <summary>
    /// Shows filters that count the events before a cursor again, so that they go on where they were. What they let pass then
    /// was dealt with already.
    /// </summary>
    /// <exception cref="JournalUnavailableException">Journal or catalogue cannot be read now.</exception>
    /// <exception cref="EventFormatException">An event cannot be read.</exception>
    public void Recall(long cursor)
    {
        var counting = rules.Where(r => r.Remembers).ToList();
        var at = counting.Count == 0 ? cursor : Math.Max(0, cursor - MostRecalled);
        while (at < cursor)
        {
            var page = services.Journal.Read(at, PageEvents, PageBytes, counting.Exists(r => r.NeedsOutput));
            foreach (var entry in page.Events.TakeWhile(e => e.Ordering <= cursor))
                Ask(entry, counting);
            if (page.Cursor == at)
                return;
            at = page.Cursor;
        }
    }

    /// <summary>An event of before, as it was; null when it, or its session, is not there any more.</summary>
    /// <exception cref="JournalUnavailableException">Journal or catalogue cannot be read now.</exception>
    /// <exception cref="EventFormatException">The event cannot be read.</exception>
    public PluginEvent? Find(long ordering)
    {
        var page = services.Journal.Read(ordering - 1, 1, 1, withOutput: true);
        // Of its session only the catalogue knows now, and which rule's filters had let it pass nobody.
        var builder = NewBuilder(services);
        return page.Events is [{ } entry] && entry.Ordering == ordering && builder.Build(entry) is { } happened
            ? happened with { Rules = [.. rules.Where(r => r.IsTriggeredBy(happened.Triggers)).Select(r => r.Rule.Name)] }
            : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var rule in rules)
            rule.Dispose();
    }

    private static EventBuilder NewBuilder(ActionServices services) =>
        new(new CatalogueLookup(services.Catalogue), services.Archive, services.Ports.Clock);

    private TimeSpan? Left(SignedIn signedIn)
    {
        var age = services.Ports.Time.GetUtcNow() - signedIn.At;
        // A clock that was set back makes nobody wait for long.
        return age < _terminalPatience ? TimeSpan.FromTicks(Math.Min(_terminalPatience.Ticks, (_terminalPatience - age).Ticks)) : null;
    }

    private PluginEvent? Ask(JournalledEvent entry, IReadOnlyList<RuleMatcher> asked)
    {
        if (_events.Build(entry, names => asked.Any(r => r.IsTriggeredBy(names))) is not { } happened)
            return null;
        // Every rule is asked, since filters remember.
        var matching = asked.Where(rule => rule.Matches(happened)).Select(rule => rule.Rule.Name).ToList();
        return matching.Count == 0 ? null : happened with { Rules = [.. matching] };
    }
}

/// <summary>What a reading has come to.</summary>
/// <param name="Matches">The events that rules match.</param>
/// <param name="Cursor">Where to go on; unchanged when there is nothing to read now.</param>
/// <param name="Wait">After how long the next event can be read although nothing is written; null for none.</param>
internal sealed record MatchPage(IReadOnlyList<PluginEvent> Matches, long Cursor, TimeSpan? Wait);
