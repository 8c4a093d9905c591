using System.Globalization;
using System.Net;
using SshLog.Core.Identity;
using SshLog.Core.Sessions;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Daemon;

/// <summary>Ends sessions of this machine, types into them and shows lines there.</summary>
internal sealed class SessionControl(IAccounts accounts) : ISessionControl
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _typingPatience = TimeSpan.FromSeconds(3);

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

    public Task<string?> TypeAsync(SessionKey process, int terminal, ReadOnlyMemory<byte> bytes) => Task.Run(() =>
    {
        using var master = PtyMaster.Find(process.Pid, process.StartedAt.Nanoseconds, terminal);
        if (master is null)
            return "The session's terminal is gone.";
        var written = master.Write(bytes.Span, _typingPatience);
        return written == bytes.Length
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The session's terminal takes no more: {written} of {bytes.Length} bytes were typed.");
    });

    public Task<bool> ShowAsync(SessionKey process, int terminal, Func<IAccounts, string> text) => Task.Run(() =>
    {
        using var master = PtyMaster.Find(process.Pid, process.StartedAt.Nanoseconds, terminal);
        return master?.TryShow($"\r\n{SafeText.Escape(text(accounts))}\r\n") ?? false;
    });

    public bool IsInside(int pid, SessionKey process, IPEndPoint client) => ProcessTree.IsInside(pid, process.Pid, client);
}
