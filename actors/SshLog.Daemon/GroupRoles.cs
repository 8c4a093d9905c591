using SshLog.Actors.Gateway;
using SshLog.Configuration;
using SshLog.Core.Protocol;
using SshLog.Native;

namespace SshLog.Daemon;

/// <summary>Roles by group membership; root is administrator.</summary>
internal sealed class GroupRoles(AccessSettings access) : IRoles
{
    private volatile AccessSettings _access = access;

    /// <summary>The groups that count now.</summary>
    public AccessSettings Access
    {
        set => _access = value;
    }

    public Role Of(PeerIdentity peer)
    {
        var access = _access;
        if (peer.Uid == 0)
            return Role.Administrator;
        if (!IsMember(peer, access.Observers))
            return Role.None;
        if (IsMember(peer, access.Administrators))
            return Role.Administrator;
        return IsMember(peer, access.Operators) ? Role.Operator : Role.Observer;
    }

    public string GroupOf(Role role) => role switch
    {
        Role.Administrator => _access.Administrators,
        Role.Operator => _access.Operators,
        _ => _access.Observers,
    };

    private static bool IsMember(PeerIdentity peer, string group) =>
        group.Length > 0 && UnixOwner.FindGroup(group) is { } gid && (peer.Gid == gid || peer.Groups.Contains(gid));
}
