using SshLog.Core.Identity;
using SshLog.Core.Recording;

namespace SshLog.Core.Sessions;

/// <summary>What a decision needs to know of the machine.</summary>
/// <param name="Clock">Boot time to wall time.</param>
/// <param name="Host">The machine's host name.</param>
/// <param name="Accounts">Names of users, owners of ptys.</param>
public sealed record SessionContext(BootClock Clock, string Host, IAccounts Accounts)
{
    /// <summary>How much of whom is recorded.</summary>
    public CurrentRecording Recording { get; init; } = new(RecordingPolicy.Everything);
}

/// <summary>The machine's accounts.</summary>
public interface IAccounts
{
    /// <summary>Name of the user; the number as text when there is none (passwd(5), through NSS).</summary>
    string UserName(uint uid);

    /// <summary>Number of the user of this name; null when there is none or it cannot be told.</summary>
    uint? UserId(string name);

    /// <summary>Owner of /dev/pts/N, which sshd sets to the user who signed in; null when it cannot be told.</summary>
    uint? OwnerOfPty(int tty);

    /// <summary>Names of the groups that the user is in; none when it cannot be told.</summary>
    IReadOnlyCollection<string> GroupsOf(string user) => [];
}
