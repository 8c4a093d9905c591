using SshLog.Core.Identity;

namespace SshLog.Core.Protocol;

/// <content>Actions, and ending sessions.</content>
public static partial class GatewayProtocol
{
    /// <summary>Asks how the configured actions do. Answered with <see cref="ActionList"/>.</summary>
    public sealed record ListActions : IRequest
    {
        /// <summary>The only one needed.</summary>
        public static readonly ListActions Instance = new();
    }

    /// <summary>The actions, by name.</summary>
    /// <param name="Actions">All of them.</param>
    public sealed record ActionList(IReadOnlyList<ActionStatus> Actions) : IReply;

    /// <summary>How an action does.</summary>
    /// <param name="Name">Its name in the rules.</param>
    /// <param name="Plugin">Its kind.</param>
    /// <param name="State">ok, waiting (an event is to be tried again), or failed (it is off).</param>
    /// <param name="Behind">Events of the journal that it has still to look at.</param>
    /// <param name="Delivered">Events carried out since the daemon started.</param>
    /// <param name="LastSuccess">When the last one was; null for never.</param>
    /// <param name="LastError">What went wrong; null for nothing since the last success.</param>
    /// <param name="LastErrorAt">When.</param>
    /// <param name="DeadLetters">Events given up.</param>
    public sealed record ActionStatus(
        string Name,
        string Plugin,
        string State,
        long Behind,
        long Delivered,
        DateTimeOffset? LastSuccess,
        string? LastError,
        DateTimeOffset? LastErrorAt,
        long DeadLetters);

    /// <summary>What is to become of an action's events that did not go out.</summary>
    public enum ActionChange
    {
        /// <summary>Try what waits and what was given up again.</summary>
        Retry = 1,

        /// <summary>Give up what waits and forget what was given up.</summary>
        Drop = 2,
    }

    /// <summary>Changes it; for administrators. Answered with <see cref="ActionChanged"/>.</summary>
    /// <param name="Action">The action's name.</param>
    /// <param name="Change">How.</param>
    public sealed record ChangeAction(string Action, ActionChange Change) : IRequest;

    /// <summary>It was done.</summary>
    /// <param name="Events">How many events it was about.</param>
    public sealed record ActionChanged(long Events) : IReply;

    /// <summary>Ends a session: hang-up, and kill after a while; for operators. Answered with <see cref="SessionKilled"/>.</summary>
    /// <param name="Session">Which.</param>
    /// <param name="Reason">Why, for the user and the record; empty for none.</param>
    public sealed record KillSession(SessionId Session, string Reason) : IRequest;

    /// <summary>What is to become of a recording.</summary>
    public enum RecordingChange
    {
        /// <summary>It must be kept until it is released.</summary>
        Hold = 1,

        /// <summary>It need not be kept any more.</summary>
        Release = 2,

        /// <summary>It is to be deleted.</summary>
        Delete = 3,

        /// <summary>The content of some of its events is to be taken out.</summary>
        Redact = 4,
    }

    /// <summary>Changes it; for administrators. Answered with <see cref="RecordingChanged"/>.</summary>
    /// <param name="Session">Which.</param>
    /// <param name="Change">How.</param>
    /// <param name="Reason">Why, for the audit event; empty for none.</param>
    public sealed record ChangeRecording(SessionId Session, RecordingChange Change, string Reason) : IRequest
    {
        /// <summary>To redact, the first event.</summary>
        public long From { get; init; }

        /// <summary>To redact, the last event; at most <see cref="Journal.RedactionTarget.MostEvents"/> of them.</summary>
        public long UpTo { get; init; }
    }

    /// <summary>It was done.</summary>
    /// <param name="How">One sentence for a person.</param>
    public sealed record RecordingChanged(string How) : IReply;

    /// <summary>The session is over.</summary>
    /// <param name="How">One sentence for a person.</param>
    public sealed record SessionKilled(string How) : IReply;
}
