using System.Globalization;
using SshLog.Core.Sessions;

namespace SshLog.Core.Protocol;

/// <summary>Who asks something of the daemon: what recordings say of viewers and of those who type or end sessions.</summary>
/// <param name="Uid">User id on this machine; null for a user of the web page.</param>
/// <param name="Name">Name of a user of the web page; null for one of this machine, whose name is looked up.</param>
/// <param name="From">Where they are: <c>pid 4711</c>, or the address of a browser.</param>
/// <param name="Pid">Their process on this machine; null when it is not on it.</param>
public sealed record ClientIdentity(uint? Uid, string? Name, string From, int? Pid)
{
    /// <summary>For the daemon's log: <c>uid 1000 (pid 4711)</c>, <c>olga (web 192.0.2.7)</c>.</summary>
    public string Label => string.Create(CultureInfo.InvariantCulture, $"{Name ?? $"uid {Uid}"} ({From})");

    /// <summary>The process at the other end of a unix socket.</summary>
    public static ClientIdentity Of(PeerIdentity? peer) => peer is null
        ? new ClientIdentity(null, string.Empty, string.Empty, null)
        : new ClientIdentity(peer.Uid, null, string.Create(CultureInfo.InvariantCulture, $"pid {peer.Pid}"), peer.Pid);

    /// <summary>The name: of a user of this machine, as its accounts have it.</summary>
    public string NameBy(IAccounts accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        return Name ?? (Uid is { } uid ? accounts.UserName(uid) : string.Empty);
    }
}
