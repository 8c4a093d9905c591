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
    /// <summary>What is signed: as <see cref="SignedReason.Message"/> says, with the form <c>sshlog-redaction/1</c>.</summary>
    public byte[] Message() => SignedReason.Message("sshlog-redaction/1", Database, PersistenceId, By, Reason, SequenceNr, At, Link.Span);
}
