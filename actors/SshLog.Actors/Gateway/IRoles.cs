using SshLog.Core.Protocol;

namespace SshLog.Actors.Gateway;

/// <summary>Which role a local user has; decided by groups (settings <c>access.*</c>).</summary>
public interface IRoles
{
    /// <summary>The role; <see cref="Role.None"/> for a stranger.</summary>
    Role Of(PeerIdentity peer);

    /// <summary>The group whose members have the role, for a refusal that helps.</summary>
    string GroupOf(Role role);
}
