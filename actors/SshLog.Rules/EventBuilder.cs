using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Formatting;
using SshLog.Plugins;

namespace SshLog.Rules;

/// <summary>
/// Turns events of the journal, read in its order, into what rules see: with the facts of their session, from its events or,
/// for sessions that began before, looked up. Bounded; a session that was pushed out is looked up again.
/// </summary>
/// <param name="sessions">Sessions that began before.</param>
/// <param name="archive">What follows on a sign-in in its session's journal.</param>
/// <param name="clock">Of this boot; null where nobody asks for <see cref="PluginEvent.MonitorStartedAt"/>.</param>
public sealed class EventBuilder(ISessionLookup sessions, ISessionArchive archive, BootClock? clock)
{
    private const int MostSessions = 4096;
    private const int FirstEvents = 16;
    private const int FirstBytes = 1 << 16;
    private static readonly Style _plain = new(false);
    private readonly OrderedDictionary<SessionId, Known> _sessions = [];

    /// <summary>The event; null when nobody wants it or its session is not known any more.</summary>
    /// <param name="entry">The next one.</param>
    /// <param name="isWanted">
    /// Asked with the names that it may trigger rules by; false spares building what nobody looks at. Null for every event.
    /// </param>
    /// <exception cref="JournalUnavailableException">The session cannot be looked up now.</exception>
    public PluginEvent? Build(JournalledEvent entry, Func<ImmutableArray<string>, bool>? isWanted = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (Find(entry) is not { } known)
            return null;
        var facts = known.Facts;
        facts.Apply(entry.Event);
        if (entry.Event is SignedIn && facts.Tty is null && Beginning(entry) is ChannelOpened { Tty: not null } terminal)
            facts.Apply(terminal);
        var triggers = TriggersOf(entry.Event, EventNames.Always(entry.Event));
        var built = isWanted is null || isWanted(triggers) ? Build(entry, known, triggers) : null;
        Forget(entry, facts);
        return built;
    }

    /// <summary>
    /// False while it cannot be told yet whether the connection of a sign-in has a terminal: that is recorded a moment later.
    /// </summary>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    public bool KnowsTerminal(JournalledEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Event is not SignedIn || Beginning(entry) is not null;
    }

    // What tells what a session is for: its first channel, or that there is none.
    private SessionEvent? Beginning(JournalledEvent signIn) => archive.Read(signIn.Session, signIn.SequenceNr, FirstEvents, FirstBytes)
        .Select(e => e.Event).FirstOrDefault(e => e is ChannelOpened or ChannelRequested or CommandStarted or SessionClosed);

    private PluginEvent Build(JournalledEvent entry, Known known, ImmutableArray<string> triggers)
    {
        if (entry.Event is CommandFinished unknown && !known.Facts.KnowsCommands && known.Facts.Find(unknown) is null)
            known.Facts.Apply(sessions.Commands(entry.Session));
        var (fact, facts) = (entry.Event, known.Facts);
        // The facts go on changing; what the event shows is of this moment.
        var json = new Lazy<byte[]>(() => Json(entry, facts));
        if (fact is not OutputRecorded)
            _ = json.Value;
        var name = EventNames.Always(fact);
        return new PluginEvent(() => json.Value)
        {
            EventType = name,
            Triggers = triggers,
            At = fact.At,
            Ordering = entry.Ordering,
            Session = entry.Session.Text,
            MonitorPid = facts.MonitorPid,
            MonitorStartedAt = clock?.ToBootTime(facts.StartedAt)?.Nanoseconds,
            SessionStartedAt = facts.StartedAt,
            Host = facts.Host,
            User = facts.User,
            Client = facts.Client,
            Tty = facts.Tty,
            Existing = known.Existing,
            Command = Command(fact, facts),
            KeyFingerprint = fact switch
            {
                SignedIn signedIn => signedIn.Key?.Fingerprint,
                SignInFailed failed => failed.Key?.Fingerprint,
                _ => null,
            },
            Channel = fact switch
            {
                OutputRecorded output => output.Channel,
                TerminalResized resized => resized.Channel,
                ChannelOpened opened => opened.Channel,
                ChannelClosed closed => closed.Channel,
                LossRecorded loss => loss.Channel,
                _ => null,
            },
            Output = fact is OutputRecorded recorded ? recorded.Bytes : default,
            Path = (fact as FileTransferred)?.Path,
            Line = EventLine.Format(fact, facts, TimeProvider.System, _plain) ?? name,
        };
    }

    private static ImmutableArray<string> TriggersOf(SessionEvent fact, string name)
    {
        var schema = EventNames.Schema(fact);
        return fact switch
        {
            SignedIn => [name, "sign_in", schema],
            CommandFinished { Signal: not null } or CommandFinished { ExitCode: not null and not 0 } => [name, "command_failed", schema],
            TerminalResized => [name, "terminal_resize", schema],
            PrivilegeChanged => [name, "privilege_change", schema],
            ForwardOpened => [name, "forward_open", schema],
            _ => [name, schema],
        };
    }

    private static PluginCommand? Command(SessionEvent fact, SessionFacts facts) => fact switch
    {
        CommandStarted started => new PluginCommand(
            started.Executable, started.Arguments.ToStrings(), started.Uid, started.EffectiveUid, false, null, null, default),
        CommandFinished finished when facts.Find(finished) is { } start => new PluginCommand(
            start.Executable, start.Arguments.ToStrings(), start.Uid, start.EffectiveUid, true, finished.ExitCode, finished.Signal, finished.Output),
        CommandFinished finished => new PluginCommand(
            string.Empty, [], null, null, true, finished.ExitCode, finished.Signal, finished.Output),
        _ => null,
    };

    private static byte[] Json(JournalledEvent entry, SessionFacts facts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            EventJson.Write(json, entry, facts);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private Known? Find(JournalledEvent entry)
    {
        if (entry.Event is SignInFailed failed)
            return new Known(new SessionFacts(failed), false);
        if (entry.Event is IAuditEvent audit)
            return new Known(new SessionFacts(audit.Subject), false);
        if (_sessions.TryGetValue(entry.Session, out var known))
            return known;
        if (entry.Event is SessionOpened opened)
            return Remember(entry.Session, new Known(new SessionFacts(opened), opened.Existing));
        return sessions.Find(entry.Session) is { } summary
            ? Remember(entry.Session, new Known(new SessionFacts(summary), false))
            : null;
    }

    private Known Remember(SessionId session, Known known)
    {
        _sessions[session] = known;
        while (_sessions.Count > MostSessions)
            _sessions.RemoveAt(0);
        return known;
    }

    private void Forget(JournalledEvent entry, SessionFacts facts)
    {
        if (entry.Event is SessionClosed)
            _sessions.Remove(entry.Session);
        else if (entry.Event is CommandFinished finished)
            facts.Forget(finished);
    }

    private sealed record Known(SessionFacts Facts, bool Existing);
}
