using System.Net;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Core.Events;

/// <summary>
/// A fact about one session (or about an attempt to begin one), as the journal keeps it for ever. Each kind has a frozen manifest
/// (docs/event-catalogue.md); adding a field is allowed, renaming or reusing one is not.
/// </summary>
/// <param name="At">UTC wall time, computed from kernel time with the stored boot clock.</param>
public abstract record SessionEvent(DateTimeOffset At);

/// <summary>A connection became a session: the first fact of every journal.</summary>
/// <param name="At">When the connection's sshd process started.</param>
/// <param name="Host">The machine's host name.</param>
/// <param name="BootId">The kernel's id of this boot.</param>
/// <param name="MonitorPid">The sshd process that serves the connection.</param>
/// <param name="MonitorStartedAt">Its start, on the boot clock.</param>
/// <param name="Client">The peer's address and port.</param>
/// <param name="Server">The local address and port.</param>
/// <param name="Existing">True if it began before the probe was attached: its beginning is not recorded.</param>
public sealed record SessionOpened(
    DateTimeOffset At,
    string Host,
    Guid BootId,
    int MonitorPid,
    BootTime MonitorStartedAt,
    IPEndPoint Client,
    IPEndPoint Server,
    bool Existing) : SessionEvent(At);

/// <summary>The user is known.</summary>
/// <param name="At">When.</param>
/// <param name="User">User name; the number as text when the account has no name.</param>
/// <param name="Uid">User id.</param>
/// <param name="Method">How, as sshd names it (publickey, password, ...; several that were required are joined by
/// commas); empty when the sign-in was not seen.</param>
/// <param name="Key">The key; null for methods without one or when not seen.</param>
public sealed record SignedIn(
    DateTimeOffset At, string User, uint Uid, string Method = "", SignInKey? Key = null) : SessionEvent(At);

/// <summary>
/// An attempt to sign in that failed. Not a fact of a session: the attempts of a day stand in a journal of their own.
/// </summary>
/// <param name="At">When it was decided.</param>
/// <param name="Connection">Which connection; a session of this id exists only if a later attempt succeeded.</param>
/// <param name="Host">The machine's host name.</param>
/// <param name="MonitorPid">The sshd process that served the connection.</param>
/// <param name="ConnectedAt">When the connection's sshd process started.</param>
/// <param name="Client">The peer's address and port.</param>
/// <param name="Server">The local address and port.</param>
/// <param name="User">The name as the client gave it.</param>
/// <param name="UserIsKnown">False if sshd does not know or does not allow this user.</param>
/// <param name="Uid">User id; null when not known.</param>
/// <param name="Method">publickey, password, keyboard-interactive, hostbased, gssapi-with-mic, or none.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">The key; null for methods without one.</param>
public sealed record SignInFailed(
    DateTimeOffset At,
    SessionId Connection,
    string Host,
    int MonitorPid,
    DateTimeOffset ConnectedAt,
    IPEndPoint Client,
    IPEndPoint Server,
    string User,
    bool UserIsKnown,
    uint? Uid,
    string Method,
    SignInFailure Reason,
    SignInKey? Key) : SessionEvent(At);

/// <summary>
/// A channel of the session opened. A number that is already there means that the channel was found again after a gap
/// (the daemon was down); its stream offsets go on.
/// </summary>
/// <param name="At">When.</param>
/// <param name="Channel">The channel's number within the session, from 0.</param>
/// <param name="Kind">Pty or pipes.</param>
/// <param name="Index">The pty's number; for pipes the inode number of the standard output pipe.</param>
/// <param name="SeenAt">When the probe first saw it; see <see cref="ChannelRef"/>.</param>
/// <param name="Rows">Terminal rows; 0 without a pty or when not known.</param>
/// <param name="Columns">Terminal columns; 0 without a pty or when not known.</param>
/// <param name="Existing">True if it is older than the probe's attachment.</param>
public sealed record ChannelOpened(
    DateTimeOffset At,
    int Channel,
    ChannelKind Kind,
    ulong Index,
    BootTime SeenAt,
    int Rows,
    int Columns,
    bool Existing)
    : SessionEvent(At)
{
    /// <summary>The pty's number (the N of /dev/pts/N); null without one.</summary>
    public int? Tty => Kind == ChannelKind.Pty ? (int)Index : null;
}

/// <summary>The terminal window has another size.</summary>
/// <param name="At">When.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
public sealed record TerminalResized(DateTimeOffset At, int Channel, int Rows, int Columns) : SessionEvent(At);

/// <summary>Bytes that a terminal or a command printed.</summary>
/// <param name="At">When sshd read the first of them.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Stream">Which of its streams.</param>
/// <param name="Offset">Bytes of that stream recorded or known lost before these.</param>
/// <param name="Bytes">The bytes, at most 60 KiB.</param>
public sealed record OutputRecorded(
    DateTimeOffset At, int Channel, ChannelStream Stream, long Offset, ReadOnlyMemory<byte> Bytes)
    : SessionEvent(At)
{
    /// <summary>How many secrets begin in these bytes, each covered by a mark of its length (<c>record.redact-output</c>).</summary>
    public int Redacted { get; init; }
}

/// <summary>A program was executed.</summary>
/// <param name="At">When.</param>
/// <param name="Pid">Process id.</param>
/// <param name="ParentPid">Parent's process id.</param>
/// <param name="Arguments">argv in full, up to 64 KiB.</param>
/// <param name="Executable">Absolute path of the program file.</param>
/// <param name="WorkingDirectory">Absolute path of the working directory; empty when not known.</param>
/// <param name="Uid">Real user id.</param>
/// <param name="EffectiveUid">Effective user id.</param>
/// <param name="LoginUid">Audit login uid; null when unset.</param>
/// <param name="AuditSession">Audit session id; null when unset.</param>
/// <param name="Tty">Number of the controlling pty; null without one.</param>
public sealed record CommandStarted(
    DateTimeOffset At,
    int Pid,
    int ParentPid,
    ArgumentVector Arguments,
    string Executable,
    string WorkingDirectory,
    uint Uid,
    uint EffectiveUid,
    uint? LoginUid,
    uint? AuditSession,
    int? Tty) : SessionEvent(At)
{
    /// <summary>True if an interactive shell started it in a process group of its own: somebody typed it.</summary>
    public bool Typed { get; init; }

    /// <summary>Name of the effective user; empty when it is the user who signed in, or not recorded.</summary>
    public string EffectiveUser { get; init; } = string.Empty;

    /// <summary>How many secrets were taken out of the arguments; each is <see cref="Recording.ArgumentRedaction.Mark"/> there.</summary>
    public int Redacted { get; init; }
}

/// <summary>A started program ended, or its process executed another one in its place.</summary>
/// <param name="At">When.</param>
/// <param name="Pid">Process id.</param>
/// <param name="StartedAt">When it started; with the pid it names the <see cref="CommandStarted"/>.</param>
/// <param name="ExitCode">Exit status 0 to 255; null when a signal ended it or it was replaced.</param>
/// <param name="Signal">Number of the signal that ended it; null for none.</param>
/// <param name="CoreDumped">True if a core was dumped.</param>
/// <param name="Replaced">True if execve(2) put another program in its place; that one has its own start.</param>
public sealed record CommandFinished(
    DateTimeOffset At,
    int Pid,
    DateTimeOffset StartedAt,
    int? ExitCode,
    int? Signal,
    bool CoreDumped,
    bool Replaced) : SessionEvent(At)
{
    /// <summary>
    /// The first bytes, at most 4,096, of what it wrote to fd 1 and 2 while they were the session's terminal or a
    /// channel's standard output. Empty for a program that was replaced.
    /// </summary>
    public ReadOnlyMemory<byte> Output { get; init; }

    /// <summary>All bytes that it wrote there.</summary>
    public long OutputBytes { get; init; }
}

/// <summary>A channel ended.</summary>
/// <param name="At">When.</param>
/// <param name="Channel">Which channel.</param>
public sealed record ChannelClosed(DateTimeOffset At, int Channel) : SessionEvent(At)
{
    /// <summary>Bytes that the client sent to its standard input; null when not known, and for a pty.</summary>
    public long? InputBytes { get; init; }
}

/// <summary>Something is missing from the recording here.</summary>
/// <param name="At">When it was noticed.</param>
/// <param name="Cause">Why.</param>
/// <param name="Since">Start of the time it may be missing from; null when it is a moment.</param>
/// <param name="Channel">The channel that output is missing from; null for other facts or all.</param>
/// <param name="Stream">The stream that output is missing from.</param>
/// <param name="Offset">Stream offset of the first missing byte.</param>
/// <param name="Events">Facts missing; null when not known.</param>
/// <param name="Bytes">Output bytes missing; null when not known.</param>
public sealed record LossRecorded(
    DateTimeOffset At,
    LossCause Cause,
    DateTimeOffset? Since,
    int? Channel,
    ChannelStream? Stream,
    long? Offset,
    long? Events,
    long? Bytes) : SessionEvent(At);

/// <summary>How a session came to its end.</summary>
public enum SessionEnd
{
    /// <summary>Its sshd process exited.</summary>
    Exited = 1,

    /// <summary>A signal ended its sshd process.</summary>
    Killed = 2,

    /// <summary>It ended while no probe was attached; when and how is not known.</summary>
    Unobserved = 3,
}

/// <summary>
/// The connection is over. Programs that outlive it (nohup, tmux) may still add commands to its journal.
/// </summary>
/// <param name="At">When.</param>
/// <param name="How">How it ended.</param>
/// <param name="ExitCode">Exit status of the sshd process; null when not known.</param>
/// <param name="Signal">Signal that ended it; null for none.</param>
/// <param name="OutputBytes">Output bytes recorded over the whole session.</param>
/// <param name="Commands">Commands recorded over the whole session.</param>
/// <param name="LossEvents">How many <see cref="LossRecorded"/> its journal holds.</param>
public sealed record SessionClosed(
    DateTimeOffset At,
    SessionEnd How,
    int? ExitCode,
    int? Signal,
    long OutputBytes,
    long Commands,
    long LossEvents) : SessionEvent(At)
{
    /// <summary>Commands that had not ended then: their ends stand behind this event, if they were seen.</summary>
    public int StillRunning { get; init; }
}
