using System.Globalization;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>A session of root in the terminal "user", recorded by a daemon of its own; tests attach to it in further terminals.</summary>
internal sealed class LiveSession : IDisposable
{
    public const string Prompt = "ready>";

    public DaemonProcess Daemon { get; } = new();

    public SshServer Sshd { get; } = new();

    public Tmux Tmux { get; } = new();

    /// <summary>Which one it is: there may be others of root on this machine.</summary>
    public string Id { get; private set; } = string.Empty;

    /// <summary>The name of an exported event.</summary>
    public static string Name(JsonElement fact) => fact.GetProperty("event_type").GetString()!;

    public void Dispose()
    {
        Tmux.Dispose();
        Sshd.Dispose();
        Daemon.Dispose();
    }

    /// <summary>Starts the daemon with these settings, and the session.</summary>
    public async Task StartAsync(string settings = "", params string[] sshOptions)
    {
        Daemon.Settings = settings;
        await Daemon.StartAsync();
        await SignInAsync("user", sshOptions);
        Id = (await Daemon.WaitForSessionsAsync(Sshd.Port, sessions => sessions.Length == 1))[0].GetProperty("session").GetString()!;
    }

    /// <summary>Signs in from a terminal and waits for the prompt.</summary>
    public async Task SignInAsync(string terminal, params string[] sshOptions)
    {
        Tmux.Open(terminal, 90, 28, ["ssh", "-tt", .. sshOptions, .. Sshd.Arguments("root")]);
        await Tmux.WaitAsync(terminal, screen => screen.Any(line => line.Length > 0));
        Tmux.Type(terminal, "PS1='ready''> '; clear", "Enter");
        await Tmux.WaitAsync(terminal, screen => screen[0].StartsWith(Prompt, StringComparison.Ordinal));
    }

    /// <summary>Waits until both see the text, and the same in every cell of the user's window.</summary>
    public async Task<string[]> SameAsync(string text, string viewer = "viewer")
    {
        string[] shown = [];
        try
        {
            return await Tmux.WaitAsync(viewer, seen =>
            {
                shown = Tmux.Screen("user");
                var rows = int.Parse(Tmux.Ask("user", "#{pane_height}"), CultureInfo.InvariantCulture);
                return shown.Any(line => line.Contains(text, StringComparison.Ordinal)) && shown.Take(rows).SequenceEqual(seen.Take(rows));
            });
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The user sees:\n{string.Join('\n', shown)}\nThe viewer: {e.Message}", e);
        }
    }

    /// <summary>What is recorded of it.</summary>
    public async Task<JsonElement[]> EventsAsync()
    {
        var (exitCode, output, errors) = await Daemon.AskAsync("export", Id, "--format", "jsonl");
        Assert.True(exitCode == 0, errors);
        return [.. System.Text.Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.Clone())];
    }
}
