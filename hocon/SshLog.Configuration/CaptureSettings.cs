namespace SshLog.Configuration;

/// <summary>How much of what a session does is recorded.</summary>
/// <param name="ChannelBytes">Most bytes of each stream of a channel without a pty.</param>
/// <param name="Input">True to record what is typed, while the terminal echoes.</param>
/// <param name="TransfersInFull">Files of a session that are recorded one by one; further ones are summed up.</param>
/// <param name="RedactArguments">True to take secrets out of command lines.</param>
public sealed record CaptureSettings(long ChannelBytes, bool Input, int TransfersInFull, bool RedactArguments = true)
{
    /// <summary>What is taken out of output.</summary>
    public RedactOutputSettings RedactOutput { get; init; } = new(false, []);
}

/// <summary>Section <c>sshlog.record.redact-output</c>.</summary>
/// <param name="PrivateKeys">True for private keys in PEM.</param>
/// <param name="Patterns">Regular expressions without back-references and look-around, checked.</param>
public sealed record RedactOutputSettings(bool PrivateKeys, IReadOnlyList<string> Patterns)
{
    /// <summary>True if something is taken out.</summary>
    public bool Any => PrivateKeys || Patterns.Count > 0;

    /// <inheritdoc />
    public bool Equals(RedactOutputSettings? other) =>
        other is not null && PrivateKeys == other.PrivateKeys && Patterns.SequenceEqual(other.Patterns);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(PrivateKeys, Patterns.Count);
}
