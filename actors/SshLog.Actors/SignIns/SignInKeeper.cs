using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Feed;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Actors.SignIns;

/// <summary>
/// Gives failed sign-ins to the recorder of their day and keeps them until they are in the journal. Bounded: what comes
/// while <see cref="MaxWaiting"/> wait is left out, and the journal says how many.
/// </summary>
public sealed class SignInKeeper : ReceiveActor
{
    /// <summary>Batches of failed sign-ins that wait for one day's recorder.</summary>
    public const int MaxWaiting = 10_000;

    private readonly SessionRouterSettings _settings;
    private readonly IActorRef _feed;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<SignInDay, DayEntry> _days = [];
    private readonly List<IActorRef> _draining = [];

    /// <param name="settings">See there.</param>
    /// <param name="feed">Told after every write that there is something to read.</param>
    public SignInKeeper(SessionRouterSettings settings, IActorRef feed)
    {
        _settings = settings;
        _feed = feed;
        Receive<SignInProtocol.Record>(Keep);
        Receive<SignInProtocol.Ready>(Ready);
        Receive<SignInProtocol.Recorded>(Recorded);
        Receive<SessionProtocol.JournalFailed>(failed => _feed.Tell(new FeedProtocol.Examine(failed.Cause)));
        Receive<SignInProtocol.Idle>(idle => StopIfDone(idle.Day));
        Receive<Terminated>(terminated => Gone(terminated.ActorRef));
        Receive<SessionProtocol.Drain>(_ =>
        {
            _draining.Add(Sender);
            AnswerDrained();
        });
    }

    /// <summary>How to make one.</summary>
    public static Props Props(SessionRouterSettings settings, IActorRef feed) =>
        Akka.Actor.Props.Create(() => new SignInKeeper(settings, feed));

    private void Keep(SignInProtocol.Record record)
    {
        foreach (var facts in record.Facts.GroupBy(fact => SignInDay.Of(fact.At)))
            Keep(facts.Key, record.Position, [.. facts]);
    }

    private void Keep(SignInDay day, ProbePosition position, List<SessionEvent> facts)
    {
        if (!_days.TryGetValue(day, out var entry))
            _days.Add(day, entry = new DayEntry());
        if (entry.Waiting.Count >= MaxWaiting)
        {
            if (entry.LeftOut is null)
                _log.Error("{0} failed sign-ins wait for the journal; further ones are left out and counted", MaxWaiting);
            entry.LeftOut = new LeftOut(position, entry.LeftOut?.Since ?? facts[0].At, facts[^1].At, (entry.LeftOut?.Count ?? 0) + facts.Count);
            return;
        }

        TellLeftOut(day, entry);
        Wait(day, entry, position, facts);
    }

    private void TellLeftOut(SignInDay day, DayEntry entry)
    {
        if (entry.LeftOut is not { } left)
            return;
        entry.LeftOut = null;
        Wait(day, entry, left.Position, [new LossRecorded(left.Until, LossCause.RouterFull, left.Since, null, null, null, left.Count, 0)]);
    }

    private void Wait(SignInDay day, DayEntry entry, ProbePosition position, IReadOnlyList<SessionEvent> facts)
    {
        var write = new SignInProtocol.Write(entry.Incarnation, ++entry.Number, position, facts);
        entry.Waiting.Enqueue(write);
        if (entry.IsReady)
            entry.Supervisor!.Tell(write);
        else if (entry.Supervisor is null)
            StartRecorder(day, entry);
    }

    private void StartRecorder(SignInDay day, DayEntry entry)
    {
        var recorder = SignInRecorder.Props(day, _settings.Codec, Self);
        entry.Supervisor = Context.Watch(Context.ActorOf(Recorders.Supervise(recorder)));
        entry.IsStopping = false;
    }

    private void Ready(SignInProtocol.Ready ready)
    {
        if (!_days.TryGetValue(ready.Day, out var entry) || entry.Supervisor is null)
            return;
        entry.IsReady = !entry.IsStopping;
        entry.Incarnation = ready.Incarnation;
        foreach (var write in entry.Waiting)
            entry.Supervisor.Tell(write with { Incarnation = ready.Incarnation });
    }

    private void Recorded(SignInProtocol.Recorded recorded)
    {
        if (!_days.TryGetValue(recorded.Day, out var entry))
            return;
        while (entry.Waiting.TryPeek(out var oldest) && oldest.Number <= recorded.Number)
            entry.Waiting.Dequeue();
        // Perhaps nothing follows that could tell of it.
        if (entry.Waiting.Count == 0)
            TellLeftOut(recorded.Day, entry);
        _feed.Tell(new FeedProtocol.JournalAdvanced(OnlyOutput: false));
        AnswerDrained();
    }

    private void StopIfDone(SignInDay day)
    {
        if (!_days.TryGetValue(day, out var entry) || entry.Waiting.Count > 0 || entry.Supervisor is null)
            return;
        entry.IsReady = false;
        entry.IsStopping = true;
        entry.Supervisor.Tell(SessionProtocol.Stop.Instance);
    }

    private void Gone(IActorRef supervisor)
    {
        var (day, entry) = _days.FirstOrDefault(pair => supervisor.Equals(pair.Value.Supervisor));
        if (entry is null)
            return;
        entry.Supervisor = null;
        entry.IsReady = false;
        if (entry.Waiting.Count > 0)
            StartRecorder(day, entry);
        else
            _days.Remove(day);
    }

    private void AnswerDrained()
    {
        if (_draining.Count == 0 || _days.Values.Any(entry => entry.Waiting.Count > 0))
            return;
        _draining.ForEach(asker => asker.Tell(new SessionProtocol.Drained()));
        _draining.Clear();
    }

    private sealed class DayEntry
    {
        public Queue<SignInProtocol.Write> Waiting { get; } = new();

        public IActorRef? Supervisor { get; set; }

        public long Incarnation { get; set; }

        public long Number { get; set; }

        public bool IsReady { get; set; }

        public bool IsStopping { get; set; }

        public LeftOut? LeftOut { get; set; }
    }

    private sealed record LeftOut(ProbePosition Position, DateTimeOffset Since, DateTimeOffset Until, long Count);
}
