using SshLog.Core.Identity;

namespace SshLog.Core.Sessions;

/// <summary>Ends sessions. Implemented with what the operating system has.</summary>
public interface ISessionControl
{
    /// <summary>Ends the session that a process serves, if it is still that process.</summary>
    /// <param name="process">The sshd process, with its start: another process of that number is left alone.</param>
    /// <param name="terminals">Numbers of the session's ptys, where the reason is shown.</param>
    /// <param name="reason">Shown to the user; empty for none.</param>
    /// <returns>How it went, one sentence for a person.</returns>
    Task<string> EndAsync(SessionKey process, IReadOnlyList<int> terminals, string reason);
}
