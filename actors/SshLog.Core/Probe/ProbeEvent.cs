using System.Net;
using SshLog.Core.Identity;

namespace SshLog.Core.Probe;

/// <summary>What the kernel saw happen in one session, as the probe decoded it. Immutable.</summary>
/// <param name="At">When the kernel saw it.</param>
public abstract record ProbeEvent(BootTime At);

/// <summary>What carries a channel's bytes on the server.</summary>
public enum ChannelKind
{
    /// <summary>A pseudo-terminal (pty(7)).</summary>
    Pty = 1,

    /// <summary>Three pipes: a command or subsystem without a terminal.</summary>
    Pipes = 2,
}

/// <summary>Which of a channel's streams bytes belong to. A pty has only <see cref="Output"/>.</summary>
public enum ChannelStream
{
    /// <summary>Standard output, or all a terminal printed.</summary>
    Output = 1,

    /// <summary>Standard error of a channel without a pty.</summary>
    Error = 2,
}

/// <summary>A channel as the kernel tells it apart from the other channels of its session, for one attachment.</summary>
/// <param name="Kind">Pty or pipes.</param>
/// <param name="Index">The pty's number (tty_struct.index, the N of /dev/pts/N); for pipes the inode number of the
/// standard output pipe.</param>
/// <param name="SeenAt">When the probe first saw it; tells a reused pty number from its predecessor.</param>
public readonly record struct ChannelRef(ChannelKind Kind, ulong Index, BootTime SeenAt);

/// <summary>An sshd process began to serve a connection.</summary>
/// <param name="At">When the kernel saw it.</param>
/// <param name="Client">The peer's address and port; an IPv4-mapped address arrives as IPv4.</param>
/// <param name="Server">The local address and port.</param>
/// <param name="Existing">True if the connection is older than the probe's attachment.</param>
public sealed record ConnectionOpened(BootTime At, IPEndPoint Client, IPEndPoint Server, bool Existing)
    : ProbeEvent(At);

/// <summary>A channel came into being, or was first noticed.</summary>
/// <param name="At">When the kernel saw it.</param>
/// <param name="Channel">Which.</param>
/// <param name="Rows">Terminal rows (winsize.ws_row); 0 without a pty or when not yet set.</param>
/// <param name="Columns">Terminal columns (winsize.ws_col); 0 without a pty or when not yet set.</param>
/// <param name="Existing">True if it is older than the probe's attachment: its stream offsets start there.</param>
public sealed record ChannelSeen(BootTime At, ChannelRef Channel, int Rows, int Columns, bool Existing)
    : ProbeEvent(At)
{
    /// <summary>Real user id of the sshd that serves the channel; known of an existing one only.</summary>
    public uint? ServedBy { get; init; }
}

/// <summary>sshd read bytes that a terminal or a command had written.</summary>
/// <param name="At">When the first of these bytes was read.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Stream">Which of its streams.</param>
/// <param name="Offset">Bytes of that stream before these, counted from the probe's attachment.</param>
/// <param name="Bytes">The bytes, at most 60 KiB.</param>
public sealed record OutputRead(
    BootTime At, ChannelRef Channel, ChannelStream Stream, ulong Offset, ReadOnlyMemory<byte> Bytes)
    : ProbeEvent(At)
{
    /// <summary>How many secrets begin in these bytes, each covered by a mark of its length (<see cref="Recording.OutputScrubber"/>).</summary>
    public int Redacted { get; init; }
}

/// <summary>The client's terminal window changed (TIOCSWINSZ, tty_ioctl(4)).</summary>
/// <param name="At">When.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
public sealed record WindowChanged(BootTime At, ChannelRef Channel, int Rows, int Columns) : ProbeEvent(At);

/// <summary>A process of the session executed a program (a successful execve(2)).</summary>
/// <param name="At">When.</param>
/// <param name="Pid">Thread group id.</param>
/// <param name="ParentPid">Thread group id of the parent.</param>
/// <param name="Arguments">argv, in full up to 64 KiB.</param>
/// <param name="Executable">Absolute path of the program file, as the process's root directory shows it.</param>
/// <param name="WorkingDirectory">Absolute path of the working directory; empty when it could not be read.</param>
/// <param name="Uid">Real user id.</param>
/// <param name="EffectiveUid">Effective user id.</param>
/// <param name="LoginUid">Audit login uid (proc_pid_loginuid); null when unset or not built into the kernel.</param>
/// <param name="AuditSession">Audit session id; null when unset.</param>
/// <param name="Tty">Number of the controlling pty; null without one.</param>
public sealed record ProgramExecuted(
    BootTime At,
    int Pid,
    int ParentPid,
    ArgumentVector Arguments,
    string Executable,
    string WorkingDirectory,
    uint Uid,
    uint EffectiveUid,
    uint? LoginUid,
    uint? AuditSession,
    int? Tty) : ProbeEvent(At)
{
    /// <summary>True if an interactive shell gave it a process group of its own: somebody typed it.</summary>
    public bool Typed { get; init; }

    /// <summary>The channel that sshd started it for; null if something else started it.</summary>
    public ChannelRef? Channel { get; init; }

    /// <summary>TERM of its environment; empty without one, and where <see cref="Channel"/> is null.</summary>
    public string Term { get; init; } = string.Empty;
}

/// <summary>A process of the session ended, after having executed at least one program.</summary>
/// <param name="At">When.</param>
/// <param name="Pid">Thread group id.</param>
/// <param name="ExitCode">Exit status 0 to 255 (wait(2) WEXITSTATUS); 0 when a signal ended it.</param>
/// <param name="Signal">Number of the signal that ended it; 0 for none (signal(7)).</param>
/// <param name="CoreDumped">True if a core was dumped.</param>
public sealed record ProcessExited(BootTime At, int Pid, int ExitCode, int Signal, bool CoreDumped) : ProbeEvent(At)
{
    /// <summary>
    /// The first bytes, at most 4,096, of what its last program wrote to fd 1 and 2 while they were the session's
    /// terminal or a channel's standard output.
    /// </summary>
    public ReadOnlyMemory<byte> FirstOutput { get; init; }

    /// <summary>All bytes that it wrote there.</summary>
    public long PrintedBytes { get; init; }
}

/// <summary>A channel ended (end of file, or EIO at a pty).</summary>
/// <param name="At">When.</param>
/// <param name="Channel">Which channel.</param>
public sealed record ChannelEnded(BootTime At, ChannelRef Channel) : ProbeEvent(At)
{
    /// <summary>Bytes that the client sent to its standard input; null for a pty.</summary>
    public long? InputBytes { get; init; }

    /// <summary>
    /// The kernel's offset at which what was to be recorded of standard output ended; null where it is not known. A recording that ends
    /// before it lacks something.
    /// </summary>
    public long? OutputEnd { get; init; }

    /// <summary>The same of standard error.</summary>
    public long? ErrorEnd { get; init; }
}

/// <summary>Somebody tried to sign in and was refused.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="Client">The peer's address and port.</param>
/// <param name="Server">The local address and port.</param>
/// <param name="User">The name as the client gave it.</param>
/// <param name="UserIsKnown">False if sshd does not know or does not allow this user.</param>
/// <param name="Method">publickey, password, keyboard-interactive, hostbased or gssapi-with-mic; none if the connection
/// ended without having tried one.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">The key; null for methods without one.</param>
public sealed record SignInRefused(
    BootTime At,
    IPEndPoint Client,
    IPEndPoint Server,
    string User,
    bool UserIsKnown,
    string Method,
    SignInFailure Reason,
    SignInKey? Key) : ProbeEvent(At);

/// <summary>sshd's authentication is complete: the connection belongs to the user from here on.</summary>
/// <param name="At">When.</param>
/// <param name="User">The name as the client gave it; empty if what told it is lost.</param>
/// <param name="Method">As in <see cref="SignInRefused"/>; several that were required are joined by commas.</param>
/// <param name="Key">The key that was accepted; null for methods without one.</param>
public sealed record SignInCompleted(BootTime At, string User, string Method, SignInKey? Key) : ProbeEvent(At);

/// <summary>
/// Whom the programs of a session ran as whose sign-in was not seen: it is older than the attachment, or its records are lost.
/// </summary>
/// <param name="At">When that was noticed: at its end.</param>
/// <param name="Uid">User id.</param>
public sealed record UserFound(BootTime At, uint Uid) : ProbeEvent(At);

/// <summary>The sshd process that served the connection ended.</summary>
/// <param name="At">When.</param>
/// <param name="ExitCode">Its exit status 0 to 255.</param>
/// <param name="Signal">The signal that ended it; 0 for none.</param>
public sealed record ConnectionClosed(BootTime At, int ExitCode, int Signal) : ProbeEvent(At);

/// <summary>Records or bytes of the session that could not be delivered, at the place they are missing from.</summary>
/// <param name="At">When it was noticed.</param>
/// <param name="Cause">Why.</param>
/// <param name="Channel">The channel that output is missing from; null for other records.</param>
/// <param name="Stream">The stream that output is missing from; null for other records.</param>
/// <param name="Offset">Stream offset of the first missing byte; null for other records.</param>
/// <param name="Events">Records missing; null when not known.</param>
/// <param name="Bytes">Output bytes missing; 0 for other records; null when not known.</param>
public sealed record RecordsLost(
    BootTime At,
    LossCause Cause,
    ChannelRef? Channel,
    ChannelStream? Stream,
    ulong? Offset,
    long? Events,
    long? Bytes) : ProbeEvent(At);

/// <summary>Why something is missing from a recording.</summary>
public enum LossCause
{
    /// <summary>The kernel's ring buffer was full.</summary>
    RingFull = 1,

    /// <summary>A record was longer than its limit.</summary>
    Truncated = 2,

    /// <summary>The kernel could not read the user page.</summary>
    Unreadable = 3,

    /// <summary>No probe was attached: the daemon was down or restarting.</summary>
    Detached = 4,

    /// <summary>The daemon's own window for this session was full while its recorder was down.</summary>
    RouterFull = 5,

    /// <summary>
    /// The journal failed for longer than the window holds, or the daemon was killed with more in its hands than the ring buffer keeps.
    /// </summary>
    Journal = 6,
}
