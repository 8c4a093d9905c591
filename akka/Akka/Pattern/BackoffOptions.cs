using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Makes options for a <see cref="BackoffSupervisor"/>.</summary>
public static class Backoff
{
    /// <summary>
    /// The child is started again, after a growing delay, when it fails. Suits children that throw.
    /// </summary>
    /// <param name="childProps">The child.</param>
    /// <param name="childName">Its name.</param>
    /// <param name="minBackoff">The first delay.</param>
    /// <param name="maxBackoff">The longest delay.</param>
    /// <param name="randomFactor">How much of the delay is added at random: 0.2 is up to 20 %.</param>
    /// <param name="maxNrOfRetries">The most restarts; -1 for no limit.</param>
    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor,
        int maxNrOfRetries) => new BackoffOptionsImpl(
            RestartType.OnFailure, childProps, childName, minBackoff, maxBackoff, randomFactor)
        .WithMaxNrOfRetries(maxNrOfRetries);

    /// <summary>
    /// The child is started again, after a growing delay, when it stops. Suits persistent actors, which stop when
    /// their journal fails.
    /// </summary>
    /// <inheritdoc cref="OnFailure" path="/param"/>
    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor,
        int maxNrOfRetries) => new BackoffOptionsImpl(
            RestartType.OnStop, childProps, childName, minBackoff, maxBackoff, randomFactor)
        .WithMaxNrOfRetries(maxNrOfRetries);
}

internal enum RestartType
{
    OnFailure,
    OnStop,
}

/// <summary>What happens to the delay when the child does well.</summary>
internal abstract record BackoffReset
{
    /// <summary>The child says so with <see cref="BackoffSupervisor.Reset"/>.</summary>
    internal sealed record Manual : BackoffReset;

    /// <summary>It begins anew when the child has run for a time.</summary>
    internal sealed record Auto(TimeSpan After) : BackoffReset;
}

/// <summary>How a child is started again. Immutable.</summary>
public abstract record BackoffOptions
{
    private protected BackoffOptions()
    {
    }

    internal abstract Props Props { get; }

    /// <summary>The delay begins anew when the child has run for a time; by default the shortest delay.</summary>
    public abstract BackoffOptions WithAutoReset(TimeSpan resetBackoff);

    /// <summary>The delay begins anew when the child sends <see cref="BackoffSupervisor.Reset"/>.</summary>
    public abstract BackoffOptions WithManualReset();

    /// <summary>Sets the strategy for the child; its limits count together with those of the options.</summary>
    public abstract BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy);

    /// <summary>Stops the child at any failure; with OnStop it is then started again.</summary>
    public abstract BackoffOptions WithDefaultStoppingStrategy();

    /// <summary>Sets the most restarts; -1 for no limit. Beyond it the supervisor stops.</summary>
    public abstract BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries);

    /// <summary>Answers messages that arrive while the child is down; without it they become dead letters.</summary>
    public abstract BackoffOptions WithReplyWhileStopped(object replyWhileStopped);

    /// <summary>Says after which message to the child its end is final (OnStop only).</summary>
    public abstract BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage);
}

internal sealed record BackoffOptionsImpl(
    RestartType Type, Props ChildProps, string ChildName, TimeSpan MinBackoff, TimeSpan MaxBackoff,
    double RandomFactor) : BackoffOptions
{
    internal BackoffReset Reset { get; private init; } = new BackoffReset.Auto(MinBackoff);

    internal OneForOneStrategy Strategy { get; private init; } = new(SupervisorStrategy.DefaultDecider);

    internal object? ReplyWhileStopped { get; private init; }

    internal Func<object, bool>? IsFinalStop { get; private init; }

    internal override Props Props
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MinBackoff, TimeSpan.Zero, nameof(MinBackoff));
            ArgumentOutOfRangeException.ThrowIfLessThan(MaxBackoff, MinBackoff, nameof(MaxBackoff));
            ArgumentOutOfRangeException.ThrowIfNegative(RandomFactor, nameof(RandomFactor));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(RandomFactor, 1, nameof(RandomFactor));
            if (Reset is BackoffReset.Auto auto)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(auto.After, MinBackoff, "resetBackoff");
                ArgumentOutOfRangeException.ThrowIfGreaterThan(auto.After, MaxBackoff, "resetBackoff");
            }

            return Props.CreateBy(() => new BackoffSupervisor(this));
        }
    }

    public override BackoffOptions WithAutoReset(TimeSpan resetBackoff) =>
        this with { Reset = new BackoffReset.Auto(resetBackoff) };

    public override BackoffOptions WithManualReset() => this with { Reset = new BackoffReset.Manual() };

    public override BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) =>
        this with { Strategy = supervisorStrategy };

    public override BackoffOptions WithDefaultStoppingStrategy() => this with
    {
        Strategy = new OneForOneStrategy(Strategy.MaxNumberOfRetries, -1, static _ => Directive.Stop),
    };

    public override BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) =>
        this with { Strategy = Strategy.WithMaxNrOfRetries(maxNrOfRetries) };

    public override BackoffOptions WithReplyWhileStopped(object replyWhileStopped) =>
        this with { ReplyWhileStopped = replyWhileStopped };

    public override BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) =>
        this with { IsFinalStop = isFinalStopMessage };
}
