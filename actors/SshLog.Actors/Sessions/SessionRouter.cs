using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Actors.Probe;
using SshLog.Actors.SignIns;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;

namespace SshLog.Actors.Sessions;

/// <summary>
/// Gives every session its actor and every batch to its session's actor. A connection lives here, bounded, until its
/// user has signed in, or its first channel opens if the sign-in was not seen; then it becomes a session. Failed
/// attempts go to the <see cref="SignInKeeper"/>. Keeps each batch until it is recorded, sends it again to an actor
/// that came back, and only then returns its credit to the probe.
/// </summary>
public sealed class SessionRouter : ReceiveActor
{
    private readonly SessionRouterSettings _settings;
    private readonly IActorRef _feed;
    private readonly IActorRef _signIns;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<SessionKey, SessionEntry> _byKey = [];
    private readonly Dictionary<SessionId, SessionEntry> _byId = [];
    private readonly LinkedList<SessionEntry> _beforeSignIn = new();
    private readonly List<IActorRef> _draining = [];
    private IActorRef _probe = ActorRefs.Nobody;

    /// <param name="settings">See there.</param>
    /// <param name="feed">Told after every write that there is something to read.</param>
    /// <param name="signIns">Records failed attempts to sign in.</param>
    public SessionRouter(SessionRouterSettings settings, IActorRef feed, IActorRef signIns)
    {
        _settings = settings;
        _feed = feed;
        _signIns = signIns;
        Receive<ProbeBatch>(Route);
        Receive<SessionProtocol.Recorded>(Recorded);
        Receive<SessionProtocol.Ready>(Ready);
        Receive<SessionProtocol.Down>(down => Down(down.Session));
        Receive<SessionProtocol.JournalFailed>(failed => _feed.Tell(new FeedProtocol.Examine(failed.Cause)));
        Receive<SessionProtocol.Idle>(idle => StopIfDone(idle.Session));
        Receive<Terminated>(terminated => Gone(terminated.ActorRef));
        Receive<SessionProtocol.Seeded>(Seeded);
        Receive<FeedProtocol.OpenInJournal>(EndUnobserved);
        Receive<FeedProtocol.JournalReplaced>(_ => Reopen());
        Receive<SessionProtocol.GetOpenSessions>(_ => Sender.Tell(OpenSessions()));
        Receive<SessionProtocol.GetState>(get => Sender.Tell(
            new SessionProtocol.CurrentState(_byId.GetValueOrDefault(get.Session)?.State is { Closed: null } state ? state : null)));
        Receive<SessionProtocol.Note>(Note);
        Receive<SessionProtocol.GetRecorders>(TellRecorders);
        Receive<SessionProtocol.Drain>(_ => Drain(Sender));
    }

    /// <summary>How to make one.</summary>
    public static Props Props(SessionRouterSettings settings, IActorRef feed, IActorRef signIns) =>
        Akka.Actor.Props.Create(() => new SessionRouter(settings, feed, signIns));

    /// <inheritdoc />
    protected override void PreStart() => _feed.Tell(FeedProtocol.NotifyReplaced.Instance);

    private void Note(SessionProtocol.Note note)
    {
        if (_byId.GetValueOrDefault(note.Session) is { IsReady: true, Supervisor: { } recorder, State.Closed: null })
            recorder.Forward(note);
        else
            Sender.Tell(new SessionProtocol.Noted(null));
    }

    private void TellRecorders(SessionProtocol.GetRecorders get)
    {
        if (get.LetGo is { } id && _byId.GetValueOrDefault(id) is { State.Closed: not null })
            StopIfDone(id);
        Sender.Tell(new SessionProtocol.Recorders(_byId.Values.Where(e => e.Supervisor is not null).Select(e => e.Id).ToHashSet()));
    }

    private void Route(ProbeBatch batch)
    {
        _probe = Sender;
        if (SignInDecider.Decide(batch, _settings.Context) is { Count: > 0 } failed)
            _signIns.Tell(new SignInProtocol.Record(batch.Position, failed));
        var entry = Entry(batch.Session);
        if (entry.BeforeSignIn is { } before)
        {
            if (!BecomesSession(entry, before, batch, out var first))
            {
                GiveUp(batch);
                return;
            }

            batch = first;
        }

        if (!entry.Window.Add(batch, isBounded: entry.IsFailing))
        {
            GiveUp(batch);
            if (!entry.IsBehind)
                _log.Warning("Session {0}: its recorder is failing; output is left out, the recording says where", entry.Id);
            entry.IsBehind = true;
        }

        if (entry.IsReady)
            Send(entry);
        else if (entry.Supervisor is null)
            StartActor(entry);
    }

    private static void Send(SessionEntry entry)
    {
        while (entry.Window.Take() is { } batch)
            entry.Supervisor!.Tell(new SessionProtocol.Record(entry.Incarnation, batch));
    }

    private SessionEntry Entry(SessionKey key)
    {
        if (_byKey.TryGetValue(key, out var entry))
            return entry;
        var id = SessionId.Derive(_settings.Context.Clock, key);
        entry = _byId.GetValueOrDefault(id) ?? new SessionEntry(id, _settings.WindowBytes);
        _byKey.Add(key, entry);
        _byId[id] = entry;
        return entry;
    }

    private bool BecomesSession(SessionEntry entry, List<ProbeEvent> before, ProbeBatch batch, out ProbeBatch first)
    {
        first = batch;
        // Programs that outlive their session come without a connection: their journal is there already.
        var opening = before.Count > 0 ? before[0] : batch.Events[0];
        if (batch.Events.Any(e => e is SignInCompleted or ChannelSeen or UserFound) || opening is not ConnectionOpened
            || entry.IsInJournal)
        {
            if (entry.LeftOutBeforeSignIn > 0)
            {
                before.Add(new RecordsLost(
                    batch.Events[0].At, LossCause.RouterFull, null, null, null, entry.LeftOutBeforeSignIn, 0));
            }

            entry.BeforeSignIn = null;
            StopWaiting(entry);
            first = batch with { Events = [.. before, .. batch.Events] };
            return true;
        }

        if (before.Count == 0)
            Remember(entry);
        var room = before.Count > 0 && entry.Waiting is null ? 0 : SessionRouterSettings.MaxEventsBeforeSignIn - before.Count;
        before.AddRange(batch.Events.Take(room));
        entry.LeftOutBeforeSignIn += Math.Max(0, batch.Events.Count - room);
        if (batch.EndsConnection)
            Forget(batch.Session, entry);
        return false;
    }

    // Of the oldest beyond the limit nothing is kept but its beginning, without which nothing of it could be recorded after it has signed in.
    private void Remember(SessionEntry entry)
    {
        entry.Waiting = _beforeSignIn.AddLast(entry);
        if (_beforeSignIn.Count <= SessionRouterSettings.MaxConnectionsBeforeSignIn)
            return;
        var oldest = _beforeSignIn.First!.Value;
        StopWaiting(oldest);
        if (oldest.BeforeSignIn is { Count: > 1 } kept)
        {
            oldest.LeftOutBeforeSignIn += kept.Count - 1;
            kept.RemoveRange(1, kept.Count - 1);
        }
    }

    private void StopWaiting(SessionEntry entry)
    {
        if (entry.Waiting is { } place)
            _beforeSignIn.Remove(place);
        entry.Waiting = null;
    }

    private void Forget(SessionKey key, SessionEntry entry)
    {
        StopWaiting(entry);
        _byKey.Remove(key);
        _byId.Remove(entry.Id);
    }

    private void StartActor(SessionEntry entry)
    {
        var child = SessionActor.Props(entry.Id, _settings, Self);
        entry.Supervisor = Context.Watch(Context.ActorOf(Recorders.Supervise(child), entry.Id.Text));
        entry.IsReady = false;
        entry.IsStopping = false;
    }

    private void Ready(SessionProtocol.Ready ready)
    {
        if (!_byId.TryGetValue(ready.Session, out var entry))
            return;
        entry.IsReady = !entry.IsStopping;
        entry.Incarnation = ready.Incarnation;
        if (ready.State.Opened is null && entry.State?.Opened is not null)
            entry.Supervisor!.Tell(new SessionProtocol.Continue(entry.State));
        else
            entry.State = ready.State;
        entry.Window.Rewind();
        Send(entry);
        if (entry.EndedUnobserved)
            entry.Supervisor!.Tell(SessionProtocol.EndUnobserved.Instance);
    }

    // A session that is silent must not wait for its next event to be found in the new journal.
    private void Reopen()
    {
        foreach (var entry in _byId.Values.Where(e => e is { Supervisor: not null, IsStopping: false, State.Closed: null }))
            entry.Supervisor!.Tell(SessionProtocol.Reopen.Instance);
    }

    // Its supervisor starts it again after a while; what comes meanwhile waits in the window.
    private void Down(SessionId session)
    {
        if (!_byId.TryGetValue(session, out var entry))
            return;
        entry.IsReady = false;
        entry.IsFailing = !entry.IsStopping;
    }

    private void Recorded(SessionProtocol.Recorded recorded)
    {
        if (!_byId.TryGetValue(recorded.Session, out var entry))
            return;
        entry.IsFailing = false;
        entry.State = recorded.State;
        foreach (var batch in entry.Window.Acknowledge(recorded.Position))
            Release(batch);
        if (entry.IsReady)
            Send(entry);
        entry.IsBehind &= entry.Window.Count > 0;
        _feed.Tell(new FeedProtocol.JournalAdvanced(recorded.OnlyOutput));
        if (entry.EndedUnobserved && recorded.State.Closed is not null)
            StopIfDone(entry.Id);
        AnswerDrained();
    }

    private void StopIfDone(SessionId id)
    {
        if (!_byId.TryGetValue(id, out var entry) || entry.Window.Count > 0 || entry.Supervisor is null)
            return;
        entry.IsReady = false;
        entry.IsStopping = true;
        entry.EndedUnobserved = false;
        entry.Supervisor.Tell(SessionProtocol.Stop.Instance);
    }

    private void Gone(IActorRef supervisor)
    {
        var entry = _byId.Values.FirstOrDefault(e => supervisor.Equals(e.Supervisor));
        if (entry is null)
            return;
        entry.Supervisor = null;
        entry.IsReady = false;
        if (entry.Window.Count > 0)
        {
            StartActor(entry);
            return;
        }

        _byId.Remove(entry.Id);
        foreach (var key in _byKey.Where(pair => pair.Value == entry).Select(pair => pair.Key).ToList())
            _byKey.Remove(key);
    }

    private void Seeded(SessionProtocol.Seeded seeded) =>
        _feed.Tell(new FeedProtocol.GetOpenInJournal(
            seeded.Live.Select(key => SessionId.Derive(_settings.Context.Clock, key)).ToHashSet()));

    private void EndUnobserved(FeedProtocol.OpenInJournal open)
    {
        // Of a session that is recorded already nothing waits for a sign-in.
        foreach (var id in open.Sessions.Where(open.Live.Contains))
        {
            if (_byId.TryGetValue(id, out var known))
                known.IsInJournal = true;
        }

        // Live ones too that are not here any more: they have ended since, and without a sign-in nobody recorded that.
        foreach (var id in open.Sessions.Where(id => !_byId.ContainsKey(id)))
        {
            var entry = new SessionEntry(id, _settings.WindowBytes) { BeforeSignIn = null, EndedUnobserved = true };
            _byId.Add(id, entry);
            StartActor(entry);
        }
    }

    private SessionProtocol.OpenSessions OpenSessions() =>
        new([.. _byId.Values.Select(e => e.State).OfType<SessionState>()
            .Where(s => s is { Opened: not null, Closed: null }).Select(s => s.Summarize())]);

    private void Drain(IActorRef asker)
    {
        _draining.Add(asker);
        AnswerDrained();
    }

    private void AnswerDrained()
    {
        if (_draining.Count == 0 || _byId.Values.Any(e => e.Window.Count > 0))
            return;
        _draining.ForEach(asker => asker.Tell(new SessionProtocol.Drained()));
        _draining.Clear();
    }

    // What it says of losses is not recorded, or not yet: whoever comes after our death says it again.
    private void GiveUp(ProbeBatch batch) => Release(batch with { LossesTold = null });

    private void Release(ProbeBatch batch) => _probe.Tell(new ProbeProtocol.Release(batch));
}
