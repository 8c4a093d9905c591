using SshLog.Core.Probe;

namespace SshLog.Core.Events;

/// <summary>What a client asks a channel for (RFC 4254, 6.5).</summary>
public enum ChannelRequest
{
    /// <summary>The login shell.</summary>
    Shell = 1,

    /// <summary>A command.</summary>
    Exec = 2,

    /// <summary>A subsystem, such as sftp.</summary>
    Subsystem = 3,
}

/// <summary>What a channel is for, as far as it can be told from what sshd started.</summary>
/// <param name="At">When.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Request">Shell, command or subsystem.</param>
/// <param name="Command">The command or the subsystem's name or program; empty for a shell.</param>
/// <param name="Term">TERM of a pty; empty when not known.</param>
public sealed record ChannelRequested(
    DateTimeOffset At, int Channel, ChannelRequest Request, string Command, string Term) : SessionEvent(At);

/// <summary>The tail of a stream that a limit left out of the recording: policy, no loss.</summary>
/// <param name="At">When the channel ended.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Stream">Which of its streams.</param>
/// <param name="Offset">Bytes of that stream before the tail.</param>
/// <param name="Bytes">Size of the tail.</param>
public sealed record OutputLeftOut(DateTimeOffset At, int Channel, ChannelStream Stream, long Offset, long Bytes)
    : SessionEvent(At)
{
    /// <summary>True if there was no room for it (<c>sshlog.storage</c>), false if it was beyond the limit.</summary>
    public bool NoRoom { get; init; }
}

/// <summary>A process of the session acts as another user: sudo, su, a set-user-ID program.</summary>
/// <param name="At">When.</param>
/// <param name="Pid">Process id.</param>
/// <param name="ByExec">True if it executed a set-user-ID program; false for setuid(2) and its relatives.</param>
/// <param name="UidBefore">Real user id before.</param>
/// <param name="EffectiveUidBefore">Effective user id before.</param>
/// <param name="Uid">Real user id.</param>
/// <param name="EffectiveUid">Effective user id.</param>
/// <param name="EffectiveUser">Name of the effective user.</param>
public sealed record PrivilegeChanged(
    DateTimeOffset At,
    int Pid,
    bool ByExec,
    uint UidBefore,
    uint EffectiveUidBefore,
    uint Uid,
    uint EffectiveUid,
    string EffectiveUser) : SessionEvent(At);

/// <summary>A file was transferred, renamed, or refused; or several were, when a setting sums up.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Pid">The process that read or wrote it.</param>
/// <param name="Protocol">By what.</param>
/// <param name="Direction">Which way.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Path">Absolute path as the process sees it; of several files the directory that holds them all.</param>
/// <param name="RenamedFrom">The name it had before; empty if it did not change.</param>
/// <param name="Bytes">Bytes written to or read from it.</param>
/// <param name="Mode">Type and permissions (stat(2) st_mode); 0 when not known.</param>
/// <param name="Error">errno of what was refused; 0 for none.</param>
/// <param name="Files">How many.</param>
public sealed record FileTransferred(
    DateTimeOffset At,
    int Pid,
    TransferProtocol Protocol,
    TransferDirection Direction,
    TransferResult Result,
    string Path,
    string RenamedFrom,
    long Bytes,
    uint Mode,
    int Error,
    long Files) : SessionEvent(At);

/// <summary>Something was typed into a terminal; recorded only where it is configured.</summary>
/// <param name="At">When sshd passed it on.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Bytes">What; empty while the terminal did not echo.</param>
/// <param name="HiddenBytes">How much was typed while it did not.</param>
public sealed record InputRecorded(DateTimeOffset At, int Channel, ReadOnlyMemory<byte> Bytes, long HiddenBytes)
    : SessionEvent(At);
