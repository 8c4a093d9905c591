using SshLog.Core.Identity;

namespace SshLog.Core.Probe;

/// <summary>sshd serves a channel's subsystem itself (internal-sftp): no program was executed.</summary>
/// <param name="At">When it first answered.</param>
/// <param name="Channel">Which channel.</param>
public sealed record SubsystemServed(BootTime At, ChannelRef Channel) : ProbeEvent(At);

/// <summary>The tail of a stream that a limit left out.</summary>
/// <param name="At">When the channel ended.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Stream">Which of its streams.</param>
/// <param name="Offset">Bytes of that stream before the tail.</param>
/// <param name="Bytes">Size of the tail.</param>
public sealed record OutputSkipped(BootTime At, ChannelRef Channel, ChannelStream Stream, ulong Offset, long Bytes)
    : ProbeEvent(At);

/// <summary>A process of the session has another user.</summary>
/// <param name="At">When.</param>
/// <param name="Pid">Thread group id.</param>
/// <param name="ByExec">True if it executed a set-user-ID program; false for setuid(2) and its relatives.</param>
/// <param name="UidBefore">Real user id before.</param>
/// <param name="EffectiveUidBefore">Effective user id before.</param>
/// <param name="Uid">Real user id.</param>
/// <param name="EffectiveUid">Effective user id.</param>
public sealed record PrivilegeSwitched(
    BootTime At, int Pid, bool ByExec, uint UidBefore, uint EffectiveUidBefore, uint Uid, uint EffectiveUid)
    : ProbeEvent(At);

/// <summary>Somebody typed into a terminal.</summary>
/// <param name="At">When sshd passed it on.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Bytes">What; empty while the terminal did not echo.</param>
/// <param name="HiddenBytes">How much was typed while it did not.</param>
public sealed record InputTyped(BootTime At, ChannelRef Channel, ReadOnlyMemory<byte> Bytes, long HiddenBytes)
    : ProbeEvent(At);

/// <summary>Which way a file went.</summary>
public enum TransferDirection
{
    /// <summary>To this machine.</summary>
    Upload = 1,

    /// <summary>From this machine.</summary>
    Download = 2,

    /// <summary>Neither: it got another name.</summary>
    Rename = 3,
}

/// <summary>What transferred a file.</summary>
public enum TransferProtocol
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>scp's own protocol (scp -O).</summary>
    Scp = 1,

    /// <summary>sftp: sftp-server, internal-sftp, or scp over it.</summary>
    Sftp = 2,

    /// <summary>rsync.</summary>
    Rsync = 3,
}

/// <summary>How a transfer ended.</summary>
public enum TransferResult
{
    /// <summary>The file was closed in order.</summary>
    Completed = 1,

    /// <summary>Its program ended with the file open.</summary>
    Aborted = 2,

    /// <summary>It could not be opened or renamed: permissions.</summary>
    Denied = 3,

    /// <summary>It could not be opened or renamed for another reason.</summary>
    Failed = 4,
}

/// <summary>A file was transferred, or several were.</summary>
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
/// <param name="Files">1; more when a setting sums up.</param>
public sealed record FileMoved(
    BootTime At,
    int Pid,
    TransferProtocol Protocol,
    TransferDirection Direction,
    TransferResult Result,
    string Path,
    string RenamedFrom,
    long Bytes,
    uint Mode,
    int Error,
    long Files) : ProbeEvent(At);
