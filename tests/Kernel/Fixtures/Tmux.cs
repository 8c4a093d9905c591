using System.Diagnostics;
using System.Text;

namespace SshLog.Kernel.Tests.Fixtures;

/// <summary>Real terminals: a tmux server of the test's own, ended with everything in it by Dispose.</summary>
internal sealed class Tmux : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-tmux-");

    /// <summary>Runs a command in a window of that size. When it ends, its last screen stays.</summary>
    public void Open(string name, int columns, int rows, params string[] command)
    {
        // An option of a server is set before its first session only in its configuration. What tmux itself would say in a pane
        // that has ended would move its first line out of sight.
        var configuration = Path.Combine(_directory.FullName, "tmux.conf");
        File.WriteAllText(
            configuration,
            "set -g remain-on-exit on\nset -g remain-on-exit-format ''\nset -g status off\nset -g default-terminal xterm-256color\n");
        Run(["-f", configuration, "new-session", "-d", "-s", name, "-x", $"{columns}", "-y", $"{rows}", .. command]);
    }

    /// <summary>Types; tmux's names of keys work (Enter, C-q, Up).</summary>
    public void Type(string name, params string[] keys) => Run(["send-keys", "-t", name, .. keys]);

    /// <summary>Pastes these bytes, as they are.</summary>
    public void Paste(string name, byte[] bytes)
    {
        var file = Path.Combine(_directory.FullName, "paste");
        File.WriteAllBytes(file, bytes);
        Run(["load-buffer", "-b", "paste", file]);
        Run(["paste-buffer", "-d", "-r", "-b", "paste", "-t", name]);
    }

    /// <summary>The window gets another size.</summary>
    public void Resize(string name, int columns, int rows) =>
        Run(["resize-window", "-t", name, "-x", $"{columns}", "-y", $"{rows}"]);

    /// <summary>What it shows, line by line, with colours as sequences, without blanks at the ends.</summary>
    public string[] Screen(string name) => ColouredText.Lines(Run(["capture-pane", "-p", "-e", "-t", name]));

    /// <summary>What it shows as text alone.</summary>
    public string[] Text(string name) =>
        [.. Run(["capture-pane", "-p", "-t", name]).Split('\n').SkipLast(1).Select(line => line.TrimEnd())];

    /// <summary>A format of tmux, such as #{pane_title}.</summary>
    public string Ask(string name, string format) => Run(["display-message", "-p", "-t", name, format]).TrimEnd('\n');

    /// <summary>Waits until the screen is as wanted; gives it.</summary>
    public async Task<string[]> WaitAsync(string name, Predicate<string[]> isWanted, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var screen = Screen(name);
            if (isWanted(screen))
                return screen;
            if (Stopwatch.GetElapsedTime(started) > (patience ?? Limit))
                throw new TimeoutException("The screen is:\n" + string.Join('\n', screen));
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until a text stands there.</summary>
    public Task<string[]> WaitAsync(string name, string text) =>
        WaitAsync(name, screen => screen.Any(line => line.Contains(text, StringComparison.Ordinal)));

    public void Dispose()
    {
        using var end = Start(["kill-server"]);
        end.WaitForExit();
        _directory.Delete(recursive: true);
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-u", "-S", Path.Combine(_directory.FullName, "socket"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        return Process.Start(start)!;
    }

    private string Run(string[] arguments)
    {
        using var run = Start(arguments);
        var output = run.StandardOutput.ReadToEnd();
        var errors = run.StandardError.ReadToEnd();
        run.WaitForExit();
        return run.ExitCode == 0 ? output : throw new InvalidOperationException($"tmux {arguments[0]}: {errors}");
    }
}
