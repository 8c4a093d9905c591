using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.Actors.Actions;

/// <summary>What is said to and by the <see cref="ActionSupervisor"/>.</summary>
public static class ActionProtocol
{
    /// <summary>From now on these rules hold. Answered with <see cref="Applied"/>.</summary>
    /// <param name="Rules">Checked against <paramref name="Plugins"/>.</param>
    /// <param name="Plugins">What carries them out.</param>
    public sealed record Apply(RuleSet Rules, PluginCatalogue Plugins)
    {
        /// <summary>Cancelled when nobody waits for the answer any more: the old rules then go on.</summary>
        public CancellationToken GivenUp { get; init; }
    }

    /// <summary>The rules hold, or the old ones go on.</summary>
    /// <param name="Problems">What is wrong with the new ones; none when they hold.</param>
    public sealed record Applied(IReadOnlyList<string> Problems);

    /// <summary>Answered with <see cref="Actions"/>.</summary>
    public sealed record GetActions
    {
        /// <summary>The only one needed.</summary>
        public static readonly GetActions Instance = new();
    }

    /// <summary>The actions there are.</summary>
    /// <param name="All">By name.</param>
    public sealed record Actions(IReadOnlyList<ActionHealth> All);

    /// <summary>Try what waits and what was given up again, at once. Answered with <see cref="Done"/>.</summary>
    /// <param name="Action">Its name.</param>
    public sealed record Retry(string Action);

    /// <summary>Give up what waits and forget what was given up. Answered with <see cref="Done"/>.</summary>
    /// <param name="Action">Its name.</param>
    public sealed record Drop(string Action);

    /// <summary>What was done.</summary>
    /// <param name="Known">False if there is no such action.</param>
    /// <param name="Events">How many events it was about.</param>
    public sealed record Done(bool Known, long Events);
}

/// <summary>How an action does.</summary>
/// <param name="Name">Its name in the rules.</param>
/// <param name="Plugin">Its kind.</param>
/// <param name="State">ok, waiting (an event is to be tried again, or its mark to be read), or failed (it could not be made).</param>
/// <param name="Cursor">Ordering of the last event that it is done with.</param>
/// <param name="Delivered">Events carried out since the daemon started.</param>
/// <param name="LastSuccess">When the last one was; null for never.</param>
/// <param name="LastError">What went wrong the last time; null for nothing since the last success.</param>
/// <param name="LastErrorAt">When.</param>
/// <param name="DeadLetters">Events given up.</param>
public sealed record ActionHealth(
    string Name,
    string Plugin,
    string State,
    long Cursor,
    long Delivered,
    DateTimeOffset? LastSuccess,
    string? LastError,
    DateTimeOffset? LastErrorAt,
    long DeadLetters);
