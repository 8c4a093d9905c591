using Akka.Actor;
using Akka.Event;

namespace Akka.Pattern;

/// <summary>
/// Supervises one child and starts it again after a delay that doubles from the shortest to the longest, plus a random
/// part. Messages go on to the child; what the child sends goes on to the supervisor's parent.
/// </summary>
public sealed class BackoffSupervisor : UntypedActor
{
    private readonly BackoffOptionsImpl _options;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef? _child;
    private int _restarts;
    private bool _finalStopSeen;
    private bool _failed;

    internal BackoffSupervisor(BackoffOptionsImpl options) => _options = options;

    /// <summary>Describes a supervisor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The options make no sense.</exception>
    public static Props Props(BackoffOptions options) => options.Props;

    /// <summary>Describes a supervisor that starts its child again whenever it stops.</summary>
    public static Props Props(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor,
        int maxNrOfRetries = -1) =>
        Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries).Props;

    /// <summary>Describes a supervisor that starts its child again whenever it stops, with a strategy for failures.</summary>
    public static Props PropsWithSupervisorStrategy(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor,
        SupervisorStrategy strategy) =>
        Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, -1)
            .WithSupervisorStrategy((OneForOneStrategy)strategy).Props;

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy()
    {
        var inner = _options.Strategy;
        if (_options.Type == RestartType.OnStop) return inner;
        // The supervisor counts restarts itself, since it never lets the engine restart the child.
        return new OneForOneStrategy(-1, -1, failure => Decide(inner.Decider.Decide(failure)));
    }

    /// <inheritdoc/>
    protected override void PreStart() => StartChild();

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Start:
                StartChild();
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_child):
                ChildStopped();
                break;
            case ResetAfter reset:
                if (reset.Restarts == _restarts) _restarts = 0;
                break;
            case Reset when _options.Reset is BackoffReset.Manual:
                _restarts = 0;
                break;
            case GetCurrentChild:
                Sender.Tell(new CurrentChild(_child));
                break;
            case GetRestartCount:
                Sender.Tell(new RestartCount(_restarts));
                break;
            default:
                PassOn(message);
                break;
        }
    }

    /// <summary>The delay before a restart.</summary>
    internal static TimeSpan Delay(int restarts, TimeSpan shortest, TimeSpan longest, double randomFactor)
    {
        var random = 1 + Random.Shared.NextDouble() * randomFactor;
        if (restarts >= 30) return longest;
        var delay = Math.Min(longest.TotalMilliseconds, shortest.TotalMilliseconds * Math.Pow(2, restarts)) * random;
        return TimeSpan.FromMilliseconds(Math.Min(delay, int.MaxValue));
    }

    private Directive Decide(Directive directive)
    {
        if (directive != Directive.Restart) return directive;
        // Stopped now, and made anew after the delay.
        _failed = true;
        return Directive.Stop;
    }

    private void StartChild()
    {
        if (_child is not null) return;
        _failed = false;
        _child = Context.Watch(Context.ActorOf(_options.ChildProps, _options.ChildName));
        if (_options.Reset is BackoffReset.Auto auto && _restarts > 0)
            Context.System.Scheduler.ScheduleTellOnce(auto.After, Self, new ResetAfter(_restarts), Self);
    }

    private void ChildStopped()
    {
        _child = null;
        var again = _options.Type == RestartType.OnStop ? !_finalStopSeen : _failed;
        var most = _options.Strategy.MaxNumberOfRetries;
        if (!again || (most >= 0 && _restarts >= most))
        {
            if (again) _log.Debug("Terminating, because the child has been restarted {0} times.", _restarts);
            Context.Stop(Self);
            return;
        }

        var delay = Delay(_restarts, _options.MinBackoff, _options.MaxBackoff, _options.RandomFactor);
        Context.System.Scheduler.ScheduleTellOnce(delay, Self, Start.Instance, Self);
        _restarts++;
    }

    private void PassOn(object message)
    {
        if (_child is not null && _child.Equals(Sender))
        {
            Context.Parent.Forward(message);
            return;
        }

        var isFinal = _options.Type == RestartType.OnStop && _options.IsFinalStop?.Invoke(message) == true;
        if (_child is not null)
        {
            _finalStopSeen |= isFinal;
            _child.Forward(message);
        }
        else if (isFinal)
        {
            Context.Stop(Self);
        }
        else if (_options.ReplyWhileStopped is { } reply)
        {
            Sender.Tell(reply);
        }
        else
        {
            Context.System.DeadLetters.Forward(message);
        }
    }

    /// <summary>Asks for the child; answered with <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild : INoSerializationVerificationNeeded
    {
        private GetCurrentChild()
        {
        }

        /// <summary>The only instance.</summary>
        public static readonly GetCurrentChild Instance = new();
    }

    /// <summary>The child; nobody while it is down.</summary>
    public sealed class CurrentChild(IActorRef? @ref) : INoSerializationVerificationNeeded
    {
        /// <summary>The child.</summary>
        public IActorRef Ref { get; } = @ref ?? ActorRefs.Nobody;
    }

    /// <summary>Lets the delay begin anew, with a manual reset.</summary>
    public sealed class Reset : INoSerializationVerificationNeeded
    {
        private Reset()
        {
        }

        /// <summary>The only instance.</summary>
        public static readonly Reset Instance = new();
    }

    /// <summary>Asks for the number of restarts; answered with <see cref="RestartCount"/>.</summary>
    public sealed class GetRestartCount : INoSerializationVerificationNeeded
    {
        private GetRestartCount()
        {
        }

        /// <summary>The only instance.</summary>
        public static readonly GetRestartCount Instance = new();
    }

    /// <summary>The number of restarts since the last reset.</summary>
    public sealed class RestartCount(int count) : INoSerializationVerificationNeeded
    {
        /// <summary>The number.</summary>
        public int Count { get; } = count;
    }

    private sealed class Start : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        internal static readonly Start Instance = new();
    }

    private sealed record ResetAfter(int Restarts) : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
