using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SshLog.Core.Journal;

/// <summary>
/// A persisted event: the encoded fact and the link that chains it to the one before. The chain runs over the links,
/// not over the payload, so that a payload can be taken out (redaction) and the rest still be proved.
/// </summary>
/// <param name="Manifest">Frozen name of the payload's schema, for example <c>output-recorded/v1</c>.</param>
/// <param name="Payload">The encoded event, uncompressed.</param>
/// <param name="Position">What the probe had delivered up to and including this event; zero when not from the probe.</param>
/// <param name="PreviousHash">32 bytes: <see cref="EventChain.Link"/> of the event before, or the genesis hash.</param>
/// <param name="PayloadHash">32 bytes: SHA-256 of salt and payload.</param>
/// <param name="Salt">16 random bytes, so that a hash does not betray a short payload after redaction.</param>
public sealed record JournalEvent(
    string Manifest,
    ReadOnlyMemory<byte> Payload,
    Probe.ProbePosition Position,
    ReadOnlyMemory<byte> PreviousHash,
    ReadOnlyMemory<byte> PayloadHash,
    ReadOnlyMemory<byte> Salt)
{
    /// <summary>True if its content was taken out: payload and salt are empty then.</summary>
    public bool IsRedacted => Salt.IsEmpty && Payload.IsEmpty;
}

/// <summary>The hash chain of a journal: SHA-256 (FIPS 180-4) with a domain label in front of every input.</summary>
public static class EventChain
{
    /// <summary>Length of every hash here, in bytes.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>Length of the salt, in bytes.</summary>
    public const int SaltBytes = 16;

    /// <summary>What stands before the first event of the journal <paramref name="persistenceId"/>.</summary>
    public static byte[] Genesis(string persistenceId) =>
        SHA256.HashData(Encoding.UTF8.GetBytes("sshlog-genesis/1\0" + persistenceId));

    /// <summary>Puts <paramref name="payload"/> behind the event whose link is <paramref name="previous"/>.</summary>
    /// <param name="previous">32 bytes.</param>
    /// <param name="position">See <see cref="JournalEvent.Position"/>.</param>
    /// <param name="manifest">See <see cref="JournalEvent.Manifest"/>.</param>
    /// <param name="payload">The encoded event.</param>
    /// <param name="salt">16 random bytes.</param>
    public static JournalEvent Seal(
        ReadOnlyMemory<byte> previous,
        Probe.ProbePosition position,
        string manifest,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> salt) =>
        new(manifest, payload, position, previous, HashPayload(salt.Span, payload.Span), salt);

    /// <summary>The link that the next event carries: a hash over everything of the envelope but salt and payload.</summary>
    public static byte[] Link(JournalEvent sealedEvent)
    {
        ArgumentNullException.ThrowIfNull(sealedEvent);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("sshlog-link/1\0"u8);
        hash.AppendData(sealedEvent.PreviousHash.Span);
        hash.AppendData(sealedEvent.PayloadHash.Span);
        Span<byte> position = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(position, sealedEvent.Position.Epoch);
        BinaryPrimitives.WriteUInt64BigEndian(position[8..], sealedEvent.Position.Number);
        hash.AppendData(position);
        hash.AppendData(Encoding.UTF8.GetBytes(sealedEvent.Manifest));
        return hash.GetHashAndReset();
    }

    /// <summary>True if the payload is the one that was sealed.</summary>
    public static bool PayloadIsIntact(JournalEvent sealedEvent)
    {
        ArgumentNullException.ThrowIfNull(sealedEvent);
        var hash = HashPayload(sealedEvent.Salt.Span, sealedEvent.Payload.Span);
        return CryptographicOperations.FixedTimeEquals(hash, sealedEvent.PayloadHash.Span);
    }

    private static byte[] HashPayload(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("sshlog-payload/1\0"u8);
        hash.AppendData(salt);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }
}
