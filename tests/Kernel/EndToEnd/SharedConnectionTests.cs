using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Two terminals over one connection (ControlMaster of ssh_config(5)): which of them a viewer sees.</summary>
[Collection("probe")]
public sealed class SharedConnectionTests : IDisposable
{
    private readonly LiveSession _live = new();

    private Tmux Tmux => _live.Tmux;

    public void Dispose() => _live.Dispose();

    [Fact]
    public async Task Each_terminal_is_watched_by_its_number_or_its_tty_and_without_one_they_are_named()
    {
        string[] shared = ["-o", "ControlMaster=auto", "-o", $"ControlPath={_live.Sshd.InDirectory("control")}"];
        await _live.StartAsync("sshlog.typing = on", shared);
        await _live.SignInAsync("second", shared);
        var ttys = new Dictionary<string, string>();
        foreach (var terminal in (string[])["user", "second"])
        {
            Tmux.Type(terminal, $"clear; echo {terminal} at $(tty)", "Enter");
            var screen = await Tmux.WaitAsync(terminal, $"{terminal} at /dev/pts/");
            ttys.Add(terminal, screen.Single(l => l.StartsWith($"{terminal} at", StringComparison.Ordinal)).Split('/')[^1]);
        }

        var channels = (await _live.EventsAsync()).Where(e => LiveSession.Name(e) == "channel_opened")
            .ToDictionary(e => $"{e.GetProperty("tty_id").GetInt32()}", e => $"{e.GetProperty("channel").GetInt32()}");
        Assert.Equal(2, channels.Count);
        foreach (var terminal in (string[])["user", "second"])
        {
            await SeesAsync($"number-{terminal}", terminal, "attach", _live.Id, "--channel", channels[ttys[terminal]]);
            await SeesAsync($"tty-{terminal}", terminal, "attach", ttys[terminal]);
        }

        Tmux.Type("number-second", "echo typed in the second", "Enter");
        await Tmux.WaitAsync("second", "typed in the second");
        Assert.DoesNotContain(Tmux.Screen("user"), line => line.Contains("typed", StringComparison.Ordinal));
        string[] both = [.. channels.Select(c => $"{c.Value} (tty {c.Key})")];
        await RefusedAsync("unnamed", 64, both, "attach", _live.Id);
        await RefusedAsync("absent", 66, both, "attach", _live.Id, "--channel", "7");
    }

    private async Task SeesAsync(string viewer, string terminal, params string[] attach)
    {
        Tmux.Open(viewer, 90, 28, _live.Daemon.CommandLine(attach));
        await Tmux.WaitAsync(viewer, screen => screen.SequenceEqual(Tmux.Screen(terminal)));
    }

    private async Task RefusedAsync(string viewer, int exitCode, string[] named, params string[] attach)
    {
        Tmux.Open(viewer, 200, 28, "sh", "-c", string.Join(' ', _live.Daemon.CommandLine(attach)) + "; echo status $?");
        var screen = await Tmux.WaitAsync(viewer, $"status {exitCode}");
        Assert.All(named, channel => Assert.Contains(channel, string.Join('\n', screen), StringComparison.Ordinal));
    }
}
