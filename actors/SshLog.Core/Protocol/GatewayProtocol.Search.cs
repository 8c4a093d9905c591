using SshLog.Core.Identity;

namespace SshLog.Core.Protocol;

/// <content>Search.</content>
public static partial class GatewayProtocol
{
    /// <summary>
    /// Asks where in recordings a text may be, so that not all of them need be read. Answered with <see cref="TextPlaces"/>.
    /// </summary>
    /// <param name="Sessions">Where to look: one to <see cref="MostSessions"/>.</param>
    /// <param name="Parts">Texts that the command or line must have, in whatever letter case.</param>
    /// <param name="OnlyCommands">True leaves out what was printed.</param>
    /// <param name="AfterSequenceNr">In the first session only places behind this event; 0 for all.</param>
    public sealed record FindText(
        IReadOnlyList<SessionId> Sessions, IReadOnlyList<string> Parts, bool OnlyCommands, long AfterSequenceNr) : IRequest
    {
        /// <summary>How many sessions a question may be about.</summary>
        public const int MostSessions = 200;
    }

    /// <summary>Where it may be; fits a frame.</summary>
    /// <param name="Sessions">In the order asked for, as many from the first on as fit: ask on behind the last.</param>
    public sealed record TextPlaces(IReadOnlyList<SessionPlaces> Sessions) : IReply;

    /// <summary>Where it may be in a session.</summary>
    /// <param name="Session">Which.</param>
    /// <param name="Places">In order; none if it is certainly not there.</param>
    /// <param name="More">True if there are further ones: ask for this session again, behind the last place.</param>
    public sealed record SessionPlaces(SessionId Session, IReadOnlyList<TextPlace> Places, bool More);

    /// <summary>Events among which it may be.</summary>
    /// <param name="After">The event before them; 0 for none.</param>
    /// <param name="UpTo">The last of them; <see cref="long.MaxValue"/> for all that there are.</param>
    /// <param name="State">The session's text before them (SshLog.Formatting.RecordedText); empty for the beginning, and
    /// where it does not fit an answer: whoever reads there reads everything before it.</param>
    /// <param name="IsIndexed">False if the index does not have them, so that they must be read whatever is sought.</param>
    /// <param name="IsEnd">True if the recording has nothing behind them: the line that is not complete counts too.</param>
    public sealed record TextPlace(long After, long UpTo, ReadOnlyMemory<byte> State, bool IsIndexed, bool IsEnd);
}
