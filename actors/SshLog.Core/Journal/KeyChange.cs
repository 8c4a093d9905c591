using System.Buffers.Binary;
using System.Text;

namespace SshLog.Core.Journal;

/// <summary>
/// Says that the host has another key from now on, signed with both: whoever trusts the old one may trust the new one, and
/// whoever trusts the new one what the old one has signed before.
/// </summary>
/// <param name="Old">The old public key (SubjectPublicKeyInfo, DER).</param>
/// <param name="New">The new one, likewise.</param>
/// <param name="At">When.</param>
/// <param name="OldSignature">Over <see cref="Message"/>, with the old key.</param>
/// <param name="NewSignature">The same with the new key.</param>
public sealed record KeyChange(
    ReadOnlyMemory<byte> Old,
    ReadOnlyMemory<byte> New,
    DateTimeOffset At,
    ReadOnlyMemory<byte> OldSignature,
    ReadOnlyMemory<byte> NewSignature)
{
    /// <summary>
    /// What is signed: <c>sshlog-key/1</c>, NUL, then big-endian the time (8 bytes, UTC ticks), the length of the old key (4 bytes),
    /// the old key and the new one.
    /// </summary>
    public byte[] Message()
    {
        var name = Encoding.UTF8.GetBytes("sshlog-key/1\0");
        var message = new byte[name.Length + 12 + Old.Length + New.Length];
        name.CopyTo(message, 0);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(name.Length), At.UtcTicks);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(name.Length + 8), Old.Length);
        Old.Span.CopyTo(message.AsSpan(name.Length + 12));
        New.Span.CopyTo(message.AsSpan(name.Length + 12 + Old.Length));
        return message;
    }
}
