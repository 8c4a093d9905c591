using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Core.Protocol;

/// <content>Key frames, for attach and replay.</content>
public static partial class GatewayProtocol
{
    /// <summary>
    /// Asks for the newest key frame of a channel at or before a place: whoever has it goes on with
    /// <see cref="ReadJournal"/> behind its sequence number. Answered with <see cref="Frame"/>.
    /// </summary>
    /// <param name="Session">Which session.</param>
    /// <param name="Channel">Its channel.</param>
    /// <param name="UpToSequenceNr">The last event that it may show; <see cref="Newest"/> for the newest frame.</param>
    /// <param name="UpTo">If given, the latest time that it may show; the sequence number is then ignored.</param>
    public sealed record GetFrame(SessionId Session, int Channel, long UpToSequenceNr, DateTimeOffset? UpTo = null) : IRequest
    {
        /// <summary>No limit.</summary>
        public const long Newest = long.MaxValue;
    }

    /// <summary>A key frame.</summary>
    /// <param name="Found">It; null when there is none: begin at the journal's beginning.</param>
    public sealed record Frame(ScreenFrame? Found) : IReply;
}
