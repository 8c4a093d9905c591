using Microsoft.Extensions.Logging;
using SshLog.Core.Rules;

namespace SshLog.Plugins;

/// <summary>
/// Does something about events. Called for one event at a time, in the order of the journal; an event may come again after
/// a crash (<see cref="PluginEvent.Ordering"/> tells). Disposed when the rules change or the daemon stops.
/// </summary>
public interface IAction : IAsyncDisposable
{
    /// <summary>Does it.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="cancellation">Cancelled when the action's time-out has passed or the daemon stops.</param>
    /// <returns>How it went; an exception counts as <see cref="ActionOutcome.TryAgain"/>.</returns>
    Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation);
}

/// <summary>
/// An action that takes several events at once where several are waiting: one message for a burst, one write for many. The cursor
/// moves when all of them are done.
/// </summary>
public interface IBatchAction : IAction
{
    /// <summary>How many it takes at most.</summary>
    int MostEvents { get; }

    /// <summary>Does it for all of them.</summary>
    /// <param name="happened">Two or more, in the order of the journal.</param>
    /// <param name="cancellation">Cancelled when the action's time-out has passed or the daemon stops.</param>
    /// <returns>
    /// How it went for all: <see cref="ActionOutcome.TryAgain"/> brings all of them again, after <see cref="ActionOutcome.GiveUp"/> each
    /// is tried on its own.
    /// </returns>
    Task<ActionOutcome> ExecuteAsync(IReadOnlyList<PluginEvent> happened, CancellationToken cancellation);
}

/// <summary>An action that ends the event's session: which rule asks for it is recorded in the session before it is executed.</summary>
public interface IEndsSession : IAction;

/// <summary>An action that can say what it would do, for <c>sshlog config test</c>; others are shown without.</summary>
public interface IPreview
{
    /// <summary>
    /// What would go out for the event (the message, the body, the arguments) as text, which the caller makes safe to print.
    /// Nothing is sent, written or started, and no secret is part of it.
    /// </summary>
    string Preview(PluginEvent happened);
}

/// <summary>Makes the actions of one kind.</summary>
public interface IActionFactory
{
    /// <summary>Name, aliases and parameters.</summary>
    PluginDescription Description { get; }

    /// <summary>Makes an action.</summary>
    /// <exception cref="ArgumentException">The parameters make no sense together; the message says what would.</exception>
    IAction Create(ActionContext context);
}

/// <summary>What an action gets.</summary>
/// <param name="Name">Its name in the rules.</param>
/// <param name="Parameters">Its parameters, defaults filled in.</param>
/// <param name="Log">Where it says what a person should know; secrets never.</param>
/// <param name="Time">Clock.</param>
public sealed record ActionContext(string Name, Parameters Parameters, ILogger Log, TimeProvider Time);

/// <summary>How an action went.</summary>
/// <param name="Kind">Done, to be tried again, or never to succeed.</param>
/// <param name="Reason">What went wrong, one sentence without secrets; empty when done.</param>
/// <param name="After">Not before this time has passed (HTTP Retry-After); null for the usual back-off.</param>
public readonly record struct ActionOutcome(ActionOutcomeKind Kind, string Reason, TimeSpan? After = null)
{
    /// <summary>It is done.</summary>
    public static ActionOutcome Done { get; } = new(ActionOutcomeKind.Done, string.Empty);

    /// <summary>It did not work this time.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="after">When to try again at the earliest.</param>
    public static ActionOutcome TryAgain(string reason, TimeSpan? after = null) =>
        new(ActionOutcomeKind.TryAgain, reason, after);

    /// <summary>It will not work however often it is tried: the event becomes a dead letter.</summary>
    /// <param name="reason">Why.</param>
    public static ActionOutcome GiveUp(string reason) => new(ActionOutcomeKind.GiveUp, reason);
}

/// <summary>Kinds of <see cref="ActionOutcome"/>.</summary>
public enum ActionOutcomeKind
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>To be tried again.</summary>
    TryAgain,

    /// <summary>Never to succeed.</summary>
    GiveUp,
}
