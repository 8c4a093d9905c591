using SshLog.Core.Identity;

namespace SshLog.Actors.Feed;

/// <summary>What is said to and by the <see cref="FeedActor"/>.</summary>
public static class FeedProtocol
{
    /// <summary>Something has been written to the journal.</summary>
    /// <param name="OnlyOutput">True if it was output alone, which the catalogue and most others do not read.</param>
    public sealed record JournalAdvanced(bool OnlyOutput);

    /// <summary>The journal has failed somewhere: see whether its file is damaged.</summary>
    /// <param name="Cause">How.</param>
    public sealed record Examine(Exception Cause);

    /// <summary>Answered with <see cref="OpenInJournal"/> once the catalogue has caught up.</summary>
    /// <param name="Live">Sessions known to be open.</param>
    public sealed record GetOpenInJournal(IReadOnlySet<SessionId> Live);

    /// <summary>The sessions that the journal has no end of.</summary>
    /// <param name="Sessions">Their ids.</param>
    /// <param name="Live">As asked.</param>
    public sealed record OpenInJournal(IReadOnlyList<SessionId> Sessions, IReadOnlySet<SessionId> Live);

    /// <summary>
    /// Answered with <see cref="Advanced"/>, once, as soon as there are events other than output behind
    /// <paramref name="Cursor"/>.
    /// </summary>
    /// <param name="Cursor">Ordering of the last event seen.</param>
    public sealed record NotifyBehind(long Cursor);

    /// <summary>No longer wanted.</summary>
    public sealed record ForgetMe
    {
        /// <summary>The only one needed.</summary>
        public static readonly ForgetMe Instance = new();
    }

    /// <summary>Answered with <see cref="Grown"/>, once, as soon as something is written to the journal.</summary>
    public sealed record NotifyGrown
    {
        private NotifyGrown(bool byOutput) => ByOutput = byOutput;

        /// <summary>Whatever it is.</summary>
        public static readonly NotifyGrown Instance = new(true);

        /// <summary>For those who do not read output.</summary>
        public static readonly NotifyGrown ButByOutput = new(false);

        /// <summary>False if a write of output alone is not to be told.</summary>
        public bool ByOutput { get; }
    }

    /// <summary>Something was written to the journal, output perhaps.</summary>
    public sealed record Grown
    {
        /// <summary>The only one needed.</summary>
        public static readonly Grown Instance = new();
    }

    /// <summary>Answered with <see cref="JournalReplaced"/> each time a new journal takes the place of a damaged one.</summary>
    public sealed record NotifyReplaced
    {
        /// <summary>The only one needed.</summary>
        public static readonly NotifyReplaced Instance = new();
    }

    /// <summary>A new, empty journal has taken the place of a damaged one.</summary>
    public sealed record JournalReplaced
    {
        /// <summary>The only one needed.</summary>
        public static readonly JournalReplaced Instance = new();
    }

    /// <summary>There are events to read.</summary>
    /// <param name="Cursor">Ordering up to which the catalogue has taken them in.</param>
    public sealed record Advanced(long Cursor);

    /// <summary>Answered with <see cref="Advanced"/> at once: where the feed stands.</summary>
    public sealed record GetCursor
    {
        /// <summary>The only one needed.</summary>
        public static readonly GetCursor Instance = new();
    }
}
