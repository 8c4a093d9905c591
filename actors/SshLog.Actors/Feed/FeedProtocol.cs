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

    /// <summary>No longer wanted.</summary>
    public sealed record ForgetMe
    {
        /// <summary>The only one needed.</summary>
        public static readonly ForgetMe Instance = new();
    }

    /// <summary>
    /// Answered with <see cref="Grown"/>, once, as soon as something is written to the journal. Who asks before reading misses nothing.
    /// </summary>
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

    /// <summary>Answered with <see cref="Cursor"/> once the catalogue has everything that was written before.</summary>
    public sealed record GetCursor
    {
        /// <summary>The only one needed.</summary>
        public static readonly GetCursor Instance = new();
    }

    /// <summary>Where the catalogue stands.</summary>
    /// <param name="Ordering">Of the last event that it has taken in.</param>
    public sealed record Cursor(long Ordering);
}
