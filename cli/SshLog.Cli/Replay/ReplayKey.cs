namespace SshLog.Cli.Replay;

/// <summary>What a person may ask for during a replay.</summary>
internal enum ReplayKey
{
    None,
    Quit,
    Pause,
    NextOutput,
    NextCommand,
    Faster,
    Slower,
}

/// <summary>Keys as a terminal sends them.</summary>
internal static class ReplayKeys
{
    /// <summary>The meaning of a byte typed; None for the many without one.</summary>
    public static ReplayKey Read(byte typed) => typed switch
    {
        (byte)'q' or (byte)'Q' or 0x03 or 0x04 => ReplayKey.Quit,
        (byte)' ' => ReplayKey.Pause,
        (byte)'.' => ReplayKey.NextOutput,
        (byte)']' => ReplayKey.NextCommand,
        (byte)'+' or (byte)'=' => ReplayKey.Faster,
        (byte)'-' => ReplayKey.Slower,
        _ => ReplayKey.None,
    };
}
