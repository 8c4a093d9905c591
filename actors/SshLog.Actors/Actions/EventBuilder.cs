using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Journal;
using SshLog.Formatting;
using SshLog.Plugins;

namespace SshLog.Actors.Actions;

/// <summary>
/// Turns events of the journal, read in its order, into what rules see: with the facts of their session, from its events or,
/// for sessions that began before, from the catalogue. Bounded; a session that was pushed out is looked up again.
/// </summary>
/// <param name="catalogue">Sessions and commands.</param>
/// <param name="clock">Of this boot.</param>
public sealed class EventBuilder(ICatalogue catalogue, BootClock clock)
{
    private const int MostSessions = 4096;
    private const int CommandsPage = 10_000;
    private const int CommandsBytes = 16 << 20;
    private static readonly Style _plain = new(false);
    private readonly OrderedDictionary<SessionId, Known> _sessions = [];

    /// <summary>The event; null when its session is not known any more.</summary>
    /// <exception cref="JournalUnavailableException">The catalogue cannot be read now.</exception>
    public PluginEvent? Build(JournalledEvent entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (Find(entry) is not { } known)
            return null;
        var facts = known.Facts;
        facts.Apply(entry.Event);
        if (entry.Event is CommandFinished { } unknown && !facts.KnowsCommands && facts.Find(unknown) is null)
            facts.Apply(catalogue.Commands(entry.Session, 0, CommandsPage, CommandsBytes));
        var built = Build(entry, known);
        Forget(entry, facts);
        return built;
    }

    private PluginEvent Build(JournalledEvent entry, Known known)
    {
        var (fact, facts) = (entry.Event, known.Facts);
        // The facts go on changing; what the event shows is of this moment.
        var json = new Lazy<byte[]>(() => Json(entry, facts));
        if (fact is not OutputRecorded)
            _ = json.Value;
        var name = EventNames.Always(fact);
        return new PluginEvent(() => json.Value)
        {
            EventType = name,
            Triggers = TriggersOf(fact, name),
            At = fact.At,
            Ordering = entry.Ordering,
            Session = entry.Session.Text,
            MonitorPid = facts.MonitorPid,
            MonitorStartedAt = clock.ToBootTime(facts.StartedAt)?.Nanoseconds,
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
        return catalogue.Find(new SessionQuery(IdPrefix: entry.Session.Text, Limit: 1)) is [var summary, ..]
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
