using System.Buffers.Binary;
using System.Text;

namespace SshLog.Core.Journal;

/// <summary>
/// A place in a journal's hash chain, signed with the host's key (ECDSA P-256, SHA-256, DER: <c>openssl dgst -sha256
/// -verify</c> checks it). It proves everything up to there: nothing of it can be changed, taken out or left off any more.
/// </summary>
/// <param name="Database">Identity of the database: after damage another may hold a journal of the same name.</param>
/// <param name="PersistenceId">Which journal.</param>
/// <param name="SequenceNr">Up to which event.</param>
/// <param name="Link">32 bytes: <see cref="EventChain.Link"/> of that event.</param>
/// <param name="At">When it was signed.</param>
/// <param name="Key">SHA-256 of the public key (SubjectPublicKeyInfo, DER), hexadecimal.</param>
/// <param name="Signature">Over <see cref="Message"/>.</param>
public sealed record SignedHead(
    string Database,
    string PersistenceId,
    long SequenceNr,
    ReadOnlyMemory<byte> Link,
    DateTimeOffset At,
    string Key,
    ReadOnlyMemory<byte> Signature)
{
    /// <summary>
    /// What is signed: <c>sshlog-head/1</c>, NUL, the database's identity, NUL, the persistence id, NUL, then big-endian sequence number (8 bytes), time
    /// (8 bytes, UTC ticks of 100 ns since 0001-01-01), and the link.
    /// </summary>
    public byte[] Message()
    {
        var name = Encoding.UTF8.GetBytes($"sshlog-head/1\0{Database}\0{PersistenceId}\0");
        var message = new byte[name.Length + 16 + Link.Length];
        name.CopyTo(message, 0);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(name.Length), SequenceNr);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(name.Length + 8), At.UtcTicks);
        Link.Span.CopyTo(message.AsSpan(name.Length + 16));
        return message;
    }
}

/// <summary>Signs the heads of journals.</summary>
public interface IHeadSigner
{
    /// <summary>Signs the newest event of every journal that has grown since the last time.</summary>
    /// <returns>How many of the signatures were put into the journal, for actions to take them to another machine.</returns>
    /// <exception cref="JournalUnavailableException">The journal or the heads cannot be used now.</exception>
    int SignGrown();
}
