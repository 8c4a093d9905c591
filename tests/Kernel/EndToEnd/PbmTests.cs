using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>The prompt of <c>sshlog pbm</c> on a real terminal.</summary>
[Collection("probe")]
public sealed class PbmTests : IDisposable
{
    private const string Pane = "pbm";

    private readonly DaemonProcess _daemon = new();
    private readonly Tmux _tmux = new();

    public void Dispose()
    {
        _tmux.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task The_prompt_completes_remembers_and_ends()
    {
        await _daemon.StartAsync();
        // Its status as its shell sees it: tmux now and then never learns how a program has ended.
        _tmux.Open(Pane, 80, 24, ["sh", "-c", "\"$0\" \"$@\"; echo \"ended with $?\"", .. _daemon.CommandLine("pbm")]);
        await _tmux.WaitAsync(Pane, "pbm>");
        _tmux.Type(Pane, "ss", "Tab", "j", "Tab");
        await _tmux.WaitAsync(Pane, "pbm> sshlog journal-stats");
        _tmux.Type(Pane, "Enter");
        await _tmux.WaitAsync(Pane, "position");
        _tmux.Type(Pane, "sshlog log-level --level loud", "Enter");
        await _tmux.WaitAsync(Pane, "debug, info, warning");

        // Given up; then the line before is corrected. With what is typed while a command runs, all at once.
        _tmux.Type(Pane, "nothing", "C-c", "Up", "BSpace", "BSpace", "BSpace", "BSpace", "info", "Enter");
        await _tmux.WaitAsync(Pane, "The daemon logs from info on.");
        await _tmux.WaitAsync(Pane, screen => screen.Last(line => line.Length > 0) == "pbm>");
        _tmux.Type(Pane, "C-d");
        await _tmux.WaitAsync(Pane, "ended with 0");
    }
}
