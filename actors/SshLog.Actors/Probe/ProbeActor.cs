using Akka.Actor;
using Akka.Event;
using SshLog.Actors.Sessions;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Actors.Probe;

/// <summary>
/// Owns the probe: attaches it, hands its batches to the router, gives credit back, attaches again with a growing delay
/// after it failed. What happens while it is down is marked as a gap when it is back (the sessions see a new epoch).
/// </summary>
/// <remarks>
/// <code>
/// Attaching ──attached──► Attached ──failed──► Waiting ──delay──► Attaching
///     └────────failed────────────────────────────▲
/// </code>
/// </remarks>
public sealed class ProbeActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private readonly Func<IProbeSource> _create;
    private readonly IActorRef _router;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<IActorRef> _awaiting = [];
    private IProbeSource? _source;
    private Exception? _problem;
    private TimeSpan _delay = FirstDelay;
    private int _attachment;
    private bool _hasBeenAttached;
    private int _unknownSessions;

    /// <param name="create">Makes a source for one attachment.</param>
    /// <param name="router">Receives every <see cref="ProbeBatch"/> and <see cref="SessionProtocol.Seeded"/>.</param>
    public ProbeActor(Func<IProbeSource> create, IActorRef router)
    {
        _create = create;
        _router = router;
        Receive<ProbeBatch>(batch => _router.Tell(batch));
        Receive<ProbeProtocol.Release>(release => _source?.Release(release.Batch));
        Receive<SessionProtocol.Seeded>(seeded => _router.Tell(seeded));
        Receive<ProbeProtocol.AwaitAttachment>(_ => Answer(Sender));
        Receive<ProbeProtocol.GetHealth>(
            _ => Sender.Tell(new ProbeProtocol.Health(_source?.Health, _source is null ? _problem?.Message : null, _unknownSessions)));
        Receive<ProbeProtocol.CanaryLooked>(looked => _unknownSessions = looked.UnknownSessions);
        Receive<ProbeProtocol.Detach>(Detach);
        Receive<Attach>(_ => TryAttach());
        Receive<SourceFailed>(failed => failed.Attachment == _attachment, failed => Fail(failed.Cause));
        Receive<SourceFailed>(_ => { });
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(Func<IProbeSource> create, IActorRef router) =>
        Akka.Actor.Props.Create(() => new ProbeActor(create, router));

    /// <inheritdoc />
    protected override void PreStart() => Self.Tell(Attach.Instance);

    /// <inheritdoc />
    protected override void PostStop()
    {
        _source?.Dispose();
        _source = null;
    }

    private void TryAttach()
    {
        var source = _create();
        try
        {
            source.Start(new Sink(Self, ++_attachment));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            source.Dispose();
            Fail(e);
            return;
        }

        _source = source;
        _problem = null;
        _hasBeenAttached = true;
        _delay = FirstDelay;
        _log.Info("Probe attached ({0})", source.Health.Mode);
        AnswerAll();
    }

    private void Fail(Exception cause)
    {
        _source?.Dispose();
        _source = null;
        _problem = cause;
        // Whoever waits for the first attachment says it; afterwards nobody does but the log.
        if (_hasBeenAttached)
            _log.Error("Probe down, next attempt in {0} s: {1}", _delay.TotalSeconds, cause.Message);
        Timers.StartSingleTimer(nameof(Attach), Attach.Instance, _delay);
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, LongestDelay.Ticks));
        AnswerAll();
    }

    private void Detach(ProbeProtocol.Detach detach)
    {
        Timers.CancelAll();
        // Not here: while it stops it delivers what is left, and that needs credit, which comes through our mailbox.
        var (source, asker) = (_source, Sender);
        Task.Run(() => source?.Stop(detach.Patience)).PipeTo(Self, success: () => new Stopped(asker));
        Become(() =>
        {
            Receive<ProbeBatch>(batch => _router.Tell(batch));
            Receive<ProbeProtocol.Release>(release => _source?.Release(release.Batch));
            // What was delivered while it stopped stands before this in the mailbox.
            Receive<Stopped>(stopped => stopped.Asker.Tell(new ProbeProtocol.Detached()));
            ReceiveAny(_ => { });
        });
    }

    private void Answer(IActorRef asker)
    {
        if (_source is not null)
            asker.Tell(new ProbeProtocol.Attached());
        else if (_problem is not null)
            asker.Tell(new ProbeProtocol.NotAttached(_problem));
        else
            _awaiting.Add(asker);
    }

    private void AnswerAll()
    {
        var askers = _awaiting.ToArray();
        _awaiting.Clear();
        foreach (var asker in askers)
            Answer(asker);
    }

    private sealed class Sink(IActorRef probe, int attachment) : IProbeSink
    {
        public void Deliver(ProbeBatch batch) => probe.Tell(batch, ActorRefs.NoSender);

        public void Seeded(ulong epoch, IReadOnlyCollection<SessionKey> live) =>
            probe.Tell(new SessionProtocol.Seeded(epoch, live), ActorRefs.NoSender);

        public void Failed(Exception cause) => probe.Tell(new SourceFailed(attachment, cause), ActorRefs.NoSender);
    }

    private sealed record Attach
    {
        public static readonly Attach Instance = new();
    }

    private sealed record SourceFailed(int Attachment, Exception Cause);

    private sealed record Stopped(IActorRef Asker);
}
