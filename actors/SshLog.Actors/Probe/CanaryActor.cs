using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using SshLog.Actors.Sessions;

namespace SshLog.Actors.Probe;

/// <summary>An SSH session of this machine, found without the probe.</summary>
/// <param name="Pid">The sshd process that serves it.</param>
/// <param name="WhyUnknown">Why the probe would not know it; completes "because".</param>
public sealed record SessionOutside(int Pid, string WhyUnknown);

/// <summary>
/// Compares the sessions that are recorded with those that can be seen without the probe, and says of which the probe
/// knows nothing: attached, but blind.
/// </summary>
public sealed class CanaryActor : ReceiveActor, IWithTimers
{
    /// <summary>Between two looks. A session is called unknown when two looks have missed it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private HashSet<int> _missed = [];
    private readonly HashSet<int> _told = [];
    private readonly IActorRef _probe;

    /// <param name="router">Asked for the sessions that are open.</param>
    /// <param name="probe">Told how many it does not know.</param>
    /// <param name="find">The sessions that can be seen without the probe; called outside the actor.</param>
    public CanaryActor(IActorRef router, IActorRef probe, Func<IReadOnlyList<SessionOutside>> find)
    {
        _probe = probe;
        Receive<Look>(_ => LookAsync(router, find).PipeTo(Self, failure: e => new Status.Failure(e)));
        Receive<Seen>(Compare);
        Receive<Status.Failure>(failed => _log.Debug("The canary could not look: {0}", failed.Cause.Message));
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(IActorRef router, IActorRef probe, Func<IReadOnlyList<SessionOutside>> find) =>
        Akka.Actor.Props.Create(() => new CanaryActor(router, probe, find));

    /// <inheritdoc />
    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Look), Look.Instance, Interval, Interval);

    private static async Task<Seen> LookAsync(IActorRef router, Func<IReadOnlyList<SessionOutside>> find)
    {
        var outside = await Task.Run(find).ConfigureAwait(false);
        var open = await router.Ask<SessionProtocol.OpenSessions>(SessionProtocol.GetOpenSessions.Instance, Interval)
            .ConfigureAwait(false);
        var known = open.Sessions.Select(session => session.MonitorPid).ToHashSet();
        return new Seen([.. outside.Where(session => !known.Contains(session.Pid))]);
    }

    private void Compare(Seen seen)
    {
        foreach (var session in seen.Unknown.Where(s => _missed.Contains(s.Pid) && !_told.Contains(s.Pid)))
        {
            _told.Add(session.Pid);
            _log.Error("Attached but blind to pid {0} because {1}", session.Pid, session.WhyUnknown);
        }

        _missed = [.. seen.Unknown.Select(session => session.Pid)];
        _told.IntersectWith(_missed);
        _probe.Tell(new ProbeProtocol.CanaryLooked(_told.Count));
    }

    private sealed record Look
    {
        public static readonly Look Instance = new();
    }

    private sealed record Seen(IReadOnlyList<SessionOutside> Unknown);
}

/// <summary>Starts the canary.</summary>
public static class CanaryHosting
{
    /// <summary>After the daemon's actors.</summary>
    public static AkkaConfigurationBuilder WithCanary(
        this AkkaConfigurationBuilder builder, Func<IReadOnlyList<SessionOutside>> find) =>
        builder.WithActors((system, registry) =>
            system.ActorOf(CanaryActor.Props(registry.Get<SessionRouter>(), registry.Get<ProbeActor>(), find), "canary"));
}
