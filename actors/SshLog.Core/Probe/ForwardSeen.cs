using SshLog.Core.Identity;

namespace SshLog.Core.Probe;

/// <summary>What sshd did for a client that forwards.</summary>
public enum ForwardKind
{
    /// <summary>It connected to somewhere (ssh -L, -D, -W).</summary>
    Connect = 1,

    /// <summary>It listens (ssh -R, X11, the agent's socket).</summary>
    Listen = 2,

    /// <summary>Somebody connected to where it listens.</summary>
    Accept = 3,
}

/// <summary>sshd made a socket that forwards for its client.</summary>
/// <param name="At">When it was asked for.</param>
/// <param name="Pid">The sshd.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Address">Where to, or where it listens: an IP address, or the path of a unix socket.</param>
/// <param name="Port">0 of a unix socket.</param>
/// <param name="PeerAddress">Of <see cref="ForwardKind.Accept"/>, who connected; empty of a unix socket.</param>
/// <param name="PeerPort">The port of that.</param>
/// <param name="Error">errno; 0: it is open; null: how it ended was not seen.</param>
public sealed record ForwardSeen(
    BootTime At, int Pid, ForwardKind Kind, string Address, int Port, string PeerAddress, int PeerPort, int? Error)
    : ProbeEvent(At);
