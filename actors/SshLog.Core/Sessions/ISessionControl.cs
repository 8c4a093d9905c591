using System.Net;
using SshLog.Core.Identity;

namespace SshLog.Core.Sessions;

/// <summary>Ends sessions, types into them and shows lines there. Implemented with what the operating system has.</summary>
public interface ISessionControl
{
    /// <summary>Ends the session that a process serves, if it is still that process.</summary>
    /// <param name="process">The sshd process, with its start: another process of that number is left alone.</param>
    /// <param name="terminals">Numbers of the session's ptys, where the reason is shown.</param>
    /// <param name="reason">Shown to the user; empty for none.</param>
    /// <returns>How it went, one sentence for a person.</returns>
    Task<string> EndAsync(SessionKey process, IReadOnlyList<int> terminals, string reason);

    /// <summary>Writes to the master side of a session's pty, as if its client had sent it; waits for room there.</summary>
    /// <param name="process">The sshd process, with its start: another process of that number is left alone.</param>
    /// <param name="terminal">Number of the pty.</param>
    /// <param name="bytes">What to write.</param>
    /// <returns>Null when all of it is written, else why not, one sentence for a person.</returns>
    Task<string?> TypeAsync(SessionKey process, int terminal, ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// Shows a line on a session's terminal, as wall(1) does: as output, never as input. A terminal that takes nothing is left
    /// alone.
    /// </summary>
    /// <param name="process">The sshd process, with its start: another process of that number is left alone.</param>
    /// <param name="terminal">Number of the pty.</param>
    /// <param name="text">Makes the line; control characters are escaped.</param>
    /// <returns>True if it was written.</returns>
    Task<bool> ShowAsync(SessionKey process, int terminal, Func<IAccounts, string> text);

    /// <summary>
    /// Says whether a process belongs to a session, through sudo, a terminal multiplexer or a further ssh on this machine
    /// too: watching it there would show itself for ever.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="process">The session's sshd process.</param>
    /// <param name="client">Where the session's client is.</param>
    bool IsInside(int pid, SessionKey process, IPEndPoint client);
}
