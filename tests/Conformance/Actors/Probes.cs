using Akka.Actor;

namespace SshLog.Conformance.Tests.Actors;

/// <summary>An actor that does what a function says.</summary>
internal sealed class Acting(Action<object, IActorContext> act) : UntypedActor
{
    internal static Props Of(Action<object, IActorContext> act) => Props.Create(() => new Acting(act));

    protected override void OnReceive(object message) => act(message, Context);
}

/// <summary>Tells its life to a listener: (stage, incarnation).</summary>
internal sealed class Living : ReceiveActor, IWithTimers, IWithStash
{
    private static int _incarnations;
    private readonly IActorRef _listener;
    private readonly int _incarnation = Interlocked.Increment(ref _incarnations);

    public Living(IActorRef listener)
    {
        _listener = listener;
        Receive<Exception>(failure => throw failure);
        Receive<string>(text => text == "who", _ => Sender.Tell(_incarnation));
        Receive<string>(text => text.StartsWith("stash", StringComparison.Ordinal), _ => Stash.Stash());
        Receive<string>(text => text == "unstash", _ => Stash.UnstashAll());
        Receive<TimeSpan>(delay => Timers.StartSingleTimer("timer", "tick", delay));
        Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
        ReceiveAny(message => _listener.Tell(message));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    internal static Props Of(IActorRef listener) => Props.Create(() => new Living(listener));

    protected override void PreStart() => _listener.Tell("started");

    protected override void PostStop() => _listener.Tell("stopped");

    protected override void PreRestart(Exception reason, object message)
    {
        _listener.Tell(("restarting", reason.Message, message));
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason) => _listener.Tell(("restarted", reason.Message));
}

/// <summary>Supervises children with a given strategy; "who fails" is sent to the children.</summary>
internal sealed class Supervising : ReceiveActor
{
    private readonly SupervisorStrategy _strategy;

    public Supervising(SupervisorStrategy strategy)
    {
        _strategy = strategy;
        Receive<(Props Props, string Name)>(child => Sender.Tell(Context.ActorOf(child.Props, child.Name)));
    }

    internal static Props Of(SupervisorStrategy strategy) => Props.Create(() => new Supervising(strategy));

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;
}
