using System.Buffers.Binary;
using System.Text;

namespace SshLog.Core.Journal;

/// <summary>
/// Says, signed with the host's key, that the content of an event was taken out on purpose. Kept beside the signed heads and
/// written before anything is taken out.
/// </summary>
/// <param name="Database">Identity of the database.</param>
/// <param name="PersistenceId">Which journal.</param>
/// <param name="SequenceNr">Which event.</param>
/// <param name="Link">32 bytes: <see cref="EventChain.Link"/> of that event, which stays.</param>
/// <param name="At">When.</param>
/// <param name="By">Who did it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">SHA-256 of the public key, as in <see cref="SignedHead"/>.</param>
/// <param name="Signature">Over <see cref="Message"/>.</param>
public sealed record Redaction(
    string Database,
    string PersistenceId,
    long SequenceNr,
    ReadOnlyMemory<byte> Link,
    DateTimeOffset At,
    string By,
    string Reason,
    string Key,
    ReadOnlyMemory<byte> Signature)
{
    /// <summary>
    /// What is signed: <c>sshlog-redaction/1</c>, NUL, the database's identity, NUL, the persistence id, NUL, who, NUL, why,
    /// NUL, then big-endian sequence number (8 bytes), time (8 bytes, UTC ticks), and the link.
    /// </summary>
    public byte[] Message()
    {
        var text = Encoding.UTF8.GetBytes($"sshlog-redaction/1\0{Database}\0{PersistenceId}\0{By}\0{Reason}\0");
        var message = new byte[text.Length + 16 + Link.Length];
        text.CopyTo(message, 0);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(text.Length), SequenceNr);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(text.Length + 8), At.UtcTicks);
        Link.Span.CopyTo(message.AsSpan(text.Length + 16));
        return message;
    }
}
