using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Core.Probe;

namespace SshLog.Rules;

/// <summary>Knows sessions whose beginning an <see cref="EventBuilder"/> has not read.</summary>
public interface ISessionLookup
{
    /// <summary>The session; null when it is not known any more.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be looked up now.</exception>
    SessionSummary? Find(SessionId session);

    /// <summary>The commands that it has started, or the first 10,000 of them.</summary>
    /// <exception cref="JournalUnavailableException">They cannot be looked up now.</exception>
    IReadOnlyList<CommandSummary> Commands(SessionId session);
}

/// <summary>Asks the catalogue.</summary>
public sealed class CatalogueLookup(ICatalogue catalogue) : ISessionLookup
{
    private const int MostCommands = 10_000;
    private const int MostBytes = 16 << 20;

    /// <inheritdoc />
    public SessionSummary? Find(SessionId session) =>
        catalogue.Find(new SessionQuery(IdPrefix: session.Text, Limit: 1)) is [var summary, ..] ? summary : null;

    /// <inheritdoc />
    public IReadOnlyList<CommandSummary> Commands(SessionId session) => catalogue.Commands(session, 0, MostCommands, MostBytes);
}

/// <summary>Reads the session's own journal: for a journal that has no catalogue beside it, such as a copy.</summary>
public sealed class JournalLookup(ISessionArchive archive) : ISessionLookup
{
    private const int PageEvents = 256;
    private const int PageBytes = 1 << 20;
    private const int MostCommands = 10_000;

    /// <inheritdoc />
    public SessionSummary? Find(SessionId session)
    {
        SessionOpened? opened = null;
        SignedIn? signedIn = null;
        int? tty = null;
        // Who it is and where stands at the beginning.
        foreach (var entry in archive.Read(session, 0, PageEvents, PageBytes))
        {
            opened ??= entry.Event as SessionOpened;
            signedIn ??= entry.Event as SignedIn;
            tty ??= (entry.Event as ChannelOpened)?.Tty;
        }

        return opened is null ? null : new SessionSummary(
            session, signedIn?.User ?? string.Empty, signedIn?.Uid, opened.Host, opened.MonitorPid, opened.Client, opened.Server,
            opened.At, null, null, opened.At, string.Empty, tty is { } first ? [first] : [], 0, 0, 0);
    }

    /// <inheritdoc />
    public IReadOnlyList<CommandSummary> Commands(SessionId session)
    {
        var commands = new List<CommandSummary>();
        var after = 0L;
        while (commands.Count < MostCommands && archive.Read(session, after, PageEvents, PageBytes) is [.., var last] page)
        {
            after = last.SequenceNr;
            commands.AddRange(page.Select(Command).OfType<CommandSummary>());
        }

        return commands;
    }

    private static CommandSummary? Command(JournalledEvent entry) => entry.Event is CommandStarted started
        ? new CommandSummary(
            entry.SequenceNr, started.At, null, started.Pid, started.ParentPid, started.Executable, started.Arguments,
            started.WorkingDirectory, started.Uid, started.EffectiveUid, started.Tty, null, null, false)
        : null;
}
