using SshLog.Core.Identity;
using SshLog.Core.Sessions;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Daemon;

/// <summary>Ends sessions of this machine.</summary>
internal sealed class SessionControl : ISessionControl
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);

    public async Task<string> EndAsync(SessionKey process, IReadOnlyList<int> terminals, string reason)
    {
        if (reason.Length > 0)
        {
            foreach (var terminal in terminals)
                TerminalMessage.TryWrite(terminal, null, $"\r\nThis session is being ended by the administrator: {SafeText.Escape(reason)}\r\n");
        }

        var ending = await SessionKiller.EndAsync(
            process.Pid, process.StartedAt.Nanoseconds, _grace, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        return ending switch
        {
            SessionEnding.HungUp => "The session has hung up.",
            SessionEnding.Killed => "The session had to be killed.",
            SessionEnding.Survived => "The session is still there: its process does not die.",
            _ => "The session was over already.",
        };
    }
}
