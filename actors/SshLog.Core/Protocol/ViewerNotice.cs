namespace SshLog.Core.Protocol;

/// <summary>What the user of a watched terminal is told there (setting <c>sshlog.notice</c>).</summary>
public enum ViewerNotice
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>That somebody begins to type into it.</summary>
    Typing,

    /// <summary>That, and when somebody begins to watch it and leaves.</summary>
    Watching,
}
