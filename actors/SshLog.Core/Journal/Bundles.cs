using SshLog.Core.Identity;

namespace SshLog.Core.Journal;

/// <summary>An event as its row of the journal has it.</summary>
/// <param name="SequenceNr">Its place.</param>
/// <param name="Manifest">Its kind.</param>
/// <param name="Envelope">The row's payload: hash chain, salt and content.</param>
/// <param name="Redaction">That its content was taken out, as SshLog.Persistence encodes it; empty if it was not.</param>
public sealed record SealedRow(long SequenceNr, string Manifest, ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte> Redaction);

/// <summary>The beginning of a bundle.</summary>
/// <param name="Manifest">What it is, JSON.</param>
/// <param name="Signature">Over it, with the host's key.</param>
/// <param name="UpTo">Last event of the recording that belongs to it.</param>
public sealed record BundleSeal(ReadOnlyMemory<byte> Manifest, ReadOnlyMemory<byte> Signature, long UpTo);

/// <summary>Hands recordings out as evidence.</summary>
public interface IBundleSource
{
    /// <summary>Signs a recording as far as it has come.</summary>
    /// <param name="session">Which.</param>
    /// <param name="by">For whom.</param>
    /// <returns>Null if there is no such recording.</returns>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    BundleSeal? Seal(SessionId session, string by);

    /// <summary>Its next rows.</summary>
    /// <param name="session">Which.</param>
    /// <param name="afterSequenceNr">The last one already seen.</param>
    /// <param name="limitBytes">About so many bytes; at least one row.</param>
    /// <exception cref="JournalUnavailableException">The journal cannot be read now.</exception>
    IReadOnlyList<SealedRow> ReadSealed(SessionId session, long afterSequenceNr, int limitBytes);
}

/// <summary>A public key of the host.</summary>
/// <param name="Fingerprint">SHA-256 of it (SubjectPublicKeyInfo, DER), hexadecimal.</param>
/// <param name="Pem">It, PEM.</param>
/// <param name="Until">When another took its place; null for the one in use.</param>
public sealed record HostPublicKey(string Fingerprint, string Pem, DateTimeOffset? Until);

/// <summary>The host's signing keys.</summary>
public interface IHostKeys
{
    /// <summary>All public keys, the one in use first, then the newest of the others.</summary>
    /// <exception cref="JournalUnavailableException">They cannot be read now.</exception>
    IReadOnlyList<HostPublicKey> List();

    /// <summary>Makes a new key, signs it with the old one, and forgets the private part of that.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be stored; the old one stays.</exception>
    HostPublicKey Rotate();
}
