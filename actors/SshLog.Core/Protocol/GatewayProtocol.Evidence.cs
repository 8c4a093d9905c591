using SshLog.Core.Identity;
using SshLog.Core.Journal;

namespace SshLog.Core.Protocol;

/// <content>Recordings as evidence, and the host's keys.</content>
public static partial class GatewayProtocol
{
    /// <summary>Asks for a recording as a bundle: signs it as far as it has come. Answered with <see cref="BundleOpened"/>.</summary>
    /// <param name="Session">Which.</param>
    public sealed record OpenBundle(SessionId Session) : IRequest;

    /// <summary>The bundle's beginning.</summary>
    /// <param name="Seal">It.</param>
    public sealed record BundleOpened(BundleSeal Seal) : IReply;

    /// <summary>Asks for the next rows of a recording. Answered with <see cref="SealedPage"/>.</summary>
    /// <param name="Session">Which.</param>
    /// <param name="AfterSequenceNr">The last one already seen; 0 for the beginning.</param>
    public sealed record ReadSealed(SessionId Session, long AfterSequenceNr) : IRequest;

    /// <summary>Rows of a recording; fits a frame.</summary>
    /// <param name="Rows">In order; none when there is no more.</param>
    public sealed record SealedPage(IReadOnlyList<SealedRow> Rows) : IReply;

    /// <summary>Asks which recordings are on hold. Answered with an <see cref="EventPage"/> of what put them there, oldest first.</summary>
    /// <param name="After">How many are known already: the page's cursor; 0 for the beginning.</param>
    public sealed record ListHolds(long After) : IRequest;

    /// <summary>Asks for the host's public keys. Answered with <see cref="KeyList"/>.</summary>
    public sealed record ListKeys : IRequest
    {
        /// <summary>The only one needed.</summary>
        public static readonly ListKeys Instance = new();
    }

    /// <summary>Makes a new signing key; for administrators. Answered with <see cref="KeyList"/>.</summary>
    public sealed record RotateKey : IRequest
    {
        /// <summary>The only one needed.</summary>
        public static readonly RotateKey Instance = new();
    }

    /// <summary>The public keys.</summary>
    /// <param name="Keys">The one in use first, then the newest of the others.</param>
    public sealed record KeyList(IReadOnlyList<HostPublicKey> Keys) : IReply;
}
