using SshLog.Core.Probe;

namespace SshLog.Core.Events;

/// <summary>
/// sshd made a socket that forwards for its client: it connected to somewhere, listens, or was connected to. What went
/// through it is not recorded.
/// </summary>
/// <param name="At">When it was asked for.</param>
/// <param name="Pid">The sshd.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Address">Where to, or where it listens: an IP address, or the path of a unix socket.</param>
/// <param name="Port">0 of a unix socket.</param>
/// <param name="PeerAddress">Of <see cref="ForwardKind.Accept"/>, who connected; empty of a unix socket.</param>
/// <param name="PeerPort">The port of that.</param>
/// <param name="Error">errno; 0: it is open; null: how it ended was not seen.</param>
public sealed record ForwardOpened(
    DateTimeOffset At,
    int Pid,
    ForwardKind Kind,
    string Address,
    int Port,
    string PeerAddress,
    int PeerPort,
    int? Error) : SessionEvent(At);
