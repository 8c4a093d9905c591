using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Core.Protocol;

/// <summary>
/// What a client and the daemon say to each other. A client greets <c>/user/gateway</c>; everything after goes to the
/// actor that serves its connection, <c>/user/gateway/s-TICKET</c>. Every request has exactly one answer: its own or
/// <see cref="Failure"/>. Streams are pulled: the client asks for the next page, so a slow client costs nothing.
/// </summary>
public static partial class GatewayProtocol
{
    /// <summary>Version of this protocol; client and daemon of different versions refuse each other.</summary>
    public const int Version = 1;

    /// <summary>Name of the gateway actor.</summary>
    public const string GatewayName = "gateway";

    /// <summary>Name of the actor that serves the connection with this ticket, a child of the gateway.</summary>
    public static string ConnectionName(string ticket) => "s-" + ticket;

    /// <summary>Marks every message that may cross the socket; only these have a serializer.</summary>
    public interface IMessage;

    /// <summary>A question to the daemon.</summary>
    public interface IRequest : IMessage;

    /// <summary>An answer of the daemon.</summary>
    public interface IReply : IMessage;

    /// <summary>First message of a client, to the gateway.</summary>
    /// <param name="Ticket">The connection's ticket, 32 lower-case hexadecimal digits.</param>
    /// <param name="ProtocolVersion">The client's <see cref="Version"/>.</param>
    /// <param name="ClientVersion">The client program's version, for the log.</param>
    public sealed record Hello(string Ticket, int ProtocolVersion, string ClientVersion) : IRequest;

    /// <summary>The client may go on with the connection's own actor.</summary>
    /// <param name="ProtocolVersion">The daemon's <see cref="Version"/>.</param>
    /// <param name="DaemonVersion">The daemon program's version.</param>
    /// <param name="Role">What this client may do.</param>
    public sealed record Welcome(int ProtocolVersion, string DaemonVersion, Role Role) : IReply;

    /// <summary>Why a request failed.</summary>
    public enum FailureCode
    {
        /// <summary>A defect of the daemon; its log says more.</summary>
        Internal = 1,

        /// <summary>Client and daemon speak different protocol versions.</summary>
        VersionMismatch = 2,

        /// <summary>The peer's role does not allow this.</summary>
        Denied = 3,

        /// <summary>No session has that name.</summary>
        NotFound = 4,

        /// <summary>Several sessions have that name, or a session has several channels and none was named.</summary>
        Ambiguous = 5,

        /// <summary>Not possible now; later perhaps.</summary>
        Unavailable = 6,

        /// <summary>The request makes no sense.</summary>
        BadRequest = 7,
    }

    /// <summary>The request failed.</summary>
    /// <param name="Code">Why.</param>
    /// <param name="Message">One sentence for a person.</param>
    public sealed record Failure(FailureCode Code, string Message) : IReply;

    /// <summary>Asks for sessions, open ones as they are this moment.</summary>
    /// <param name="Query">Which.</param>
    public sealed record FindSessions(SessionQuery Query) : IRequest
    {
        /// <summary>Sessions of one answer at most, so that it fits into a frame; who wants more asks for those behind the last.</summary>
        public const int MostAtOnce = 1000;
    }

    /// <summary>The sessions asked for, newest first.</summary>
    /// <param name="Sessions">At most the query's limit, and at most <see cref="FindSessions.MostAtOnce"/>.</param>
    public sealed record SessionList(IReadOnlyList<SessionSummary> Sessions) : IReply;

    /// <summary>
    /// Asks which session a person means: an id, the start of one, the number of a pty of an open session, or a user
    /// name with one open session (or, when none is open, one session at all).
    /// </summary>
    /// <param name="Name">As typed.</param>
    public sealed record ResolveSession(string Name) : IRequest;

    /// <summary>The one session that was meant.</summary>
    /// <param name="Session">Its summary.</param>
    public sealed record ResolvedSession(SessionSummary Session) : IReply;

    /// <summary>Asks for the next page of a session's commands.</summary>
    /// <param name="Session">Which.</param>
    /// <param name="AfterSequenceNr">The last one already seen; 0 for the beginning.</param>
    public sealed record ListCommands(SessionId Session, long AfterSequenceNr) : IRequest;

    /// <summary>Commands of a session in order of start; fits a frame.</summary>
    /// <param name="Commands">Empty when there is no more.</param>
    public sealed record CommandList(IReadOnlyList<CommandSummary> Commands) : IReply;

    /// <summary>Asks for the next page of one session's journal.</summary>
    /// <param name="Session">Which.</param>
    /// <param name="AfterSequenceNr">The last one already seen; 0 for the beginning.</param>
    public sealed record ReadJournal(SessionId Session, long AfterSequenceNr) : IRequest;

    /// <summary>
    /// Asks for the next events of all sessions. The answer waits until there is one, at most
    /// <see cref="LongestWait"/>, and is empty then.
    /// </summary>
    /// <param name="Cursor">Ordering of the last event seen; <see cref="FromNow"/> to begin now.</param>
    public sealed record ReadFeed(long Cursor) : IRequest
    {
        /// <summary>Begin with what happens from now on.</summary>
        public const long FromNow = -1;

        /// <summary>How long an answer may be held back for want of events.</summary>
        public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    }

    /// <summary>Events of a journal or of the feed; fits a frame.</summary>
    /// <param name="Events">In order; output events only from <see cref="ReadJournal"/>.</param>
    /// <param name="Cursor">What to ask behind next.</param>
    /// <param name="Ended">True when a session's journal is complete and this is its last page.</param>
    public sealed record EventPage(IReadOnlyList<JournalledEvent> Events, long Cursor, bool Ended) : IReply;

    /// <summary>Asks how the daemon is.</summary>
    public sealed record GetStatus : IRequest
    {
        /// <summary>The only one needed.</summary>
        public static readonly GetStatus Instance = new();
    }

    /// <summary>
    /// Runs a command of a palette. Answered with help when no palette or no command is named; otherwise what it prints
    /// is asked for with <see cref="ReadPalette"/>. A command still running is given up.
    /// </summary>
    /// <param name="Palette">The palette's name; empty for a list of all.</param>
    /// <param name="Words">The command's name, switches and values.</param>
    public sealed record RunPalette(string Palette, IReadOnlyList<string> Words) : IRequest;

    /// <summary>
    /// Asks for the next lines of the running command. The answer waits until there are some, at most
    /// <see cref="ReadFeed.LongestWait"/>, and is empty then.
    /// </summary>
    public sealed record ReadPalette : IRequest
    {
        /// <summary>The only one needed.</summary>
        public static readonly ReadPalette Instance = new();
    }

    /// <summary>What a command of a palette printed.</summary>
    /// <param name="Lines">Lines of text; may hold what a monitored user typed.</param>
    /// <param name="Ended">True when nothing follows.</param>
    /// <param name="Failed">True when the last line says what went wrong.</param>
    public sealed record PaletteOutput(IReadOnlyList<string> Lines, bool Ended, bool Failed) : IReply;
}
