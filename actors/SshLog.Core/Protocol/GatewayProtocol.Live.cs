using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Core.Protocol;

/// <content>
/// Watching a session as it happens, and typing into it. A client attaches, then asks for updates one page after the
/// other; a client that stops asking costs nothing, and gets a fresh screen when it asks again.
/// </content>
public static partial class GatewayProtocol
{
    /// <summary>Begins to watch a channel of an open session; what was watched before on this connection is left.</summary>
    /// <param name="Session">Which.</param>
    /// <param name="Channel">Its number; null for the only open terminal, else the only open channel.</param>
    /// <param name="ReadOnly">True not to type, even where that is allowed.</param>
    public sealed record Attach(SessionId Session, int? Channel, bool ReadOnly) : IRequest
    {
        /// <summary>Without a channel: the one whose terminal is this pty, the N of /dev/pts/N.</summary>
        public int? Tty { get; init; }

        /// <summary>Without a channel: of several the first, instead of <see cref="FailureCode.Ambiguous"/>.</summary>
        public bool First { get; init; }
    }

    /// <summary>It is being watched; the first update is its screen.</summary>
    /// <param name="Channel">Number of the channel.</param>
    /// <param name="Kind">Terminal or not.</param>
    /// <param name="MayType">True if <see cref="TypeKeys"/> is allowed.</param>
    /// <param name="WhyNot">Why typing is not allowed, one sentence; empty if it is, or was not asked for.</param>
    public sealed record Attached(int Channel, ChannelKind Kind, bool MayType, string WhyNot) : IReply;

    /// <summary>
    /// Asks for what has happened since the last page. The answer waits until there is something, at most
    /// <see cref="ReadFeed.LongestWait"/>, and is empty then.
    /// </summary>
    public sealed record ReadLive : IRequest
    {
        /// <summary>The only one needed.</summary>
        public static readonly ReadLive Instance = new();
    }

    /// <summary>What happened, in order; fits a frame.</summary>
    /// <param name="Updates">Empty for nothing yet.</param>
    public sealed record LivePage(IReadOnlyList<LiveUpdate> Updates) : IReply;

    /// <summary>Types into the terminal that is being watched. One at a time: ask again after the answer.</summary>
    /// <param name="Bytes">At most <see cref="MostBytes"/>.</param>
    public sealed record TypeKeys(ReadOnlyMemory<byte> Bytes) : IRequest
    {
        /// <summary>Most bytes at once.</summary>
        public const int MostBytes = 16 * 1024;
    }

    /// <summary>They have been written to the terminal.</summary>
    public sealed record Typed : IReply
    {
        /// <summary>The only one needed.</summary>
        public static readonly Typed Instance = new();
    }

    /// <summary>Watches no more.</summary>
    public sealed record Detach : IRequest
    {
        /// <summary>The only one needed.</summary>
        public static readonly Detach Instance = new();
    }

    /// <summary>Nothing is being watched.</summary>
    public sealed record Detached : IReply
    {
        /// <summary>The only one needed.</summary>
        public static readonly Detached Instance = new();
    }
}

/// <summary>Something that a viewer of a channel sees happen.</summary>
public abstract record LiveUpdate
{
    private LiveUpdate()
    {
    }

    /// <summary>A piece of the whole screen, which takes the place of what was seen before when it is complete.</summary>
    /// <param name="Offset">Where the piece belongs; with 0 another screen begins, whether or not one before was complete.</param>
    /// <param name="State">Part of the saved, deflated state of a terminal, as in a key frame.</param>
    /// <param name="IsLast">True if it is complete with this.</param>
    public sealed record ScreenPart(int Offset, ReadOnlyMemory<byte> State, bool IsLast) : LiveUpdate;

    /// <summary>Output.</summary>
    /// <param name="Bytes">As printed.</param>
    public sealed record Output(ReadOnlyMemory<byte> Bytes) : LiveUpdate;

    /// <summary>The window has another size.</summary>
    /// <param name="Columns">Width.</param>
    /// <param name="Rows">Height.</param>
    public sealed record Resized(int Columns, int Rows) : LiveUpdate;

    /// <summary>Something of the output is missing here.</summary>
    /// <param name="Bytes">How much; null when not known.</param>
    public sealed record Missing(long? Bytes) : LiveUpdate;

    /// <summary>It is over; nothing follows.</summary>
    /// <param name="How">One sentence for a person.</param>
    public sealed record Ended(string How) : LiveUpdate;
}
