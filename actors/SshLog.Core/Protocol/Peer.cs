namespace SshLog.Core.Protocol;

/// <summary>What a connected client may do; each role may do all that the ones before it may.</summary>
public enum Role
{
    /// <summary>Nothing: the connection is refused.</summary>
    None = 0,

    /// <summary>List, watch, history, replay.</summary>
    Observer = 1,

    /// <summary>Also type into and end sessions.</summary>
    Operator = 2,

    /// <summary>Also reload, prune, redact and read secrets.</summary>
    Administrator = 3,
}

/// <summary>Who is at the other end of a local connection, as the kernel says (SO_PEERCRED, SO_PEERGROUPS: unix(7)).</summary>
/// <param name="Pid">Process id at the time of connect(2).</param>
/// <param name="Uid">Effective user id at the time of connect(2).</param>
/// <param name="Gid">Effective group id at the time of connect(2).</param>
/// <param name="Groups">Supplementary group ids at the time of connect(2).</param>
public sealed record PeerIdentity(int Pid, uint Uid, uint Gid, IReadOnlyList<uint> Groups);

/// <summary>The transport's knowledge of who is connected, by the random ticket of each connection.</summary>
public interface IPeerDirectory
{
    /// <summary>The peer behind <paramref name="ticket"/>; null when no such connection is open.</summary>
    /// <param name="ticket">32 lower-case hexadecimal digits.</param>
    PeerIdentity? Find(string ticket);

    /// <summary>
    /// Calls <paramref name="left"/> once, on any thread, when the connection closes, or at once when it is closed
    /// already. Dispose to withdraw.
    /// </summary>
    IDisposable WhenLeft(string ticket, Action left);
}
