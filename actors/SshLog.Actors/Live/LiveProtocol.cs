using SshLog.Core.Identity;
using SshLog.Core.Protocol;

namespace SshLog.Actors.Live;

/// <summary>What is said about channels that are being watched.</summary>
public static class LiveProtocol
{
    /// <summary>
    /// Viewer to <see cref="LiveScreens"/>: show me this channel until I stop. Answered with <see cref="Watching"/> by the
    /// actor to read from, or with <see cref="NotShown"/>.
    /// </summary>
    /// <param name="Session">Which session.</param>
    /// <param name="Channel">Number of the channel.</param>
    public sealed record Watch(SessionId Session, int Channel);

    /// <summary>The screen is up to date; ask the sender with <see cref="Read"/>.</summary>
    public sealed record Watching
    {
        /// <summary>The only one needed.</summary>
        public static readonly Watching Instance = new();
    }

    /// <summary>It cannot be shown.</summary>
    /// <param name="Why">One sentence.</param>
    public sealed record NotShown(string Why);

    /// <summary>Viewer to screen: what has happened since I last asked? Answered with <see cref="Page"/> when there is something.</summary>
    public sealed record Read
    {
        /// <summary>The only one needed.</summary>
        public static readonly Read Instance = new();
    }

    /// <summary>What has happened.</summary>
    /// <param name="Updates">At least one; fits a frame.</param>
    public sealed record Page(IReadOnlyList<LiveUpdate> Updates);

    /// <summary>Answered with <see cref="ViewerCounts"/>.</summary>
    public sealed record GetViewers
    {
        /// <summary>The only one needed.</summary>
        public static readonly GetViewers Instance = new();
    }

    /// <summary>How many watch each session; those that nobody watches are left out.</summary>
    /// <param name="Viewers">By session.</param>
    public sealed record ViewerCounts(IReadOnlyDictionary<SessionId, int> Viewers);

    /// <summary>Screen to its parent: so many watch me, of all whom you have sent.</summary>
    /// <param name="Viewers">How many now.</param>
    /// <param name="Sent">How many <see cref="Watch"/> have come.</param>
    internal sealed record Audience(int Viewers, int Sent);
}
