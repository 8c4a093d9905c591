namespace SshLog.Configuration;

/// <summary>Section <c>sshlog.key-frames</c>.</summary>
/// <param name="Enabled">False makes none: a late viewer of a long recording waits for all of it to be read.</param>
/// <param name="EveryBytes">Output bytes of a channel between two frames.</param>
public sealed record KeyFrameSettings(bool Enabled, int EveryBytes);
