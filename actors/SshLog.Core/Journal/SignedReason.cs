using System.Buffers.Binary;
using System.Text;

namespace SshLog.Core.Journal;

/// <summary>What is signed when somebody takes something of a journal away.</summary>
internal static class SignedReason
{
    /// <summary>
    /// The form, NUL, the database's identity, NUL, the persistence id, NUL, who, NUL, why, NUL, then big-endian sequence number (8
    /// bytes), time (8 bytes, UTC ticks), and the link.
    /// </summary>
    public static byte[] Message(
        string form, string database, string persistenceId, string by, string reason, long sequenceNr, DateTimeOffset at, ReadOnlySpan<byte> link)
    {
        var text = Encoding.UTF8.GetBytes($"{form}\0{database}\0{persistenceId}\0{by}\0{reason}\0");
        var message = new byte[text.Length + 16 + link.Length];
        text.CopyTo(message, 0);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(text.Length), sequenceNr);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(text.Length + 8), at.UtcTicks);
        link.CopyTo(message.AsSpan(text.Length + 16));
        return message;
    }
}
