namespace SshLog.Core.Rules;

/// <summary>Where the cursors of actions and their dead letters are kept. Safe for several threads.</summary>
public interface IActionStore : IFeedCursors
{
    /// <summary>Ordering of the last event that the action is done with; null for an action that is new.</summary>
    /// <exception cref="Journal.JournalUnavailableException">The store cannot be read now.</exception>
    long? Cursor(string action);

    /// <summary>The action is done with everything up to there.</summary>
    /// <exception cref="Journal.JournalUnavailableException">The store cannot be written now.</exception>
    void Advance(string action, long ordering);

    /// <summary>Keeps an event that the action could not be carried out for, and advances past it, in one step.</summary>
    /// <exception cref="Journal.JournalUnavailableException">The store cannot be written now.</exception>
    void Bury(DeadLetter letter);

    /// <summary>The dead letters of an action, oldest first.</summary>
    /// <param name="action">Which.</param>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<DeadLetter> DeadLetters(string action, int limit);

    /// <summary>How many there are.</summary>
    long CountDeadLetters(string action);

    /// <summary>Forgets a dead letter, which was carried out or given up.</summary>
    void Forget(string action, long ordering);

    /// <summary>Forgets the cursors of actions that no rule names any more; their dead letters stay.</summary>
    /// <param name="actions">Names that are still in use.</param>
    void Keep(IReadOnlySet<string> actions);
}

/// <summary>Readers of the journal that must not be overtaken by retention.</summary>
public interface IFeedCursors
{
    /// <summary>Ordering of the oldest event that somebody has still to read, minus one; null when nobody reads.</summary>
    long? Oldest();
}

/// <summary>An event that an action could not be carried out for.</summary>
/// <param name="Action">Which action.</param>
/// <param name="Ordering">The event's place in the journal.</param>
/// <param name="Session">Its session.</param>
/// <param name="EventType">sshlog's name of the event.</param>
/// <param name="At">When it was given up.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">What went wrong the last time.</param>
public sealed record DeadLetter(
    string Action, long Ordering, string Session, string EventType, DateTimeOffset At, int Attempts, string Reason);
