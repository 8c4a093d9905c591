namespace SshLog.Configuration;

/// <summary>How much of what a session does is recorded.</summary>
/// <param name="ChannelBytes">Most bytes of each stream of a channel without a pty.</param>
/// <param name="Input">True to record what is typed, while the terminal echoes.</param>
/// <param name="TransfersInFull">Files of a session that are recorded one by one; further ones are summed up.</param>
/// <param name="RedactArguments">True to take secrets out of command lines.</param>
public sealed record CaptureSettings(long ChannelBytes, bool Input, int TransfersInFull, bool RedactArguments = true);
