using System.Diagnostics;
using System.Text.RegularExpressions;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>
/// docs/plugins.md followed to the letter: its files are written, its commands run, and what they print is compared. Only the
/// places are others: /etc/sshlog and /tmp are below a directory of the test's.
/// </summary>
[Collection("probe")]
public sealed partial class PluginTutorialTests : IDisposable
{
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sshlog-tutorial-");
    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon;

    public PluginTutorialTests()
    {
        _root.UnixFileMode = ForAll;
        foreach (var directory in (string[])["etc", "etc/sshlog", "etc/sshlog/plugins", "etc/sshlog/conf.d", "tmp", "bin"])
            _root.CreateSubdirectory(directory).UnixFileMode = ForAll;
        // Any user may write in /tmp.
        new DirectoryInfo(In("tmp")).UnixFileMode = (UnixFileMode)0b1_111_111_111;
        _daemon = new DaemonProcess { ConfigurationDirectory = In("etc/sshlog") };
        var program = _daemon.CommandLine()[0];
        var user = IsOpen(program) ? "sshlog-plugin" : string.Empty;
        _daemon.Settings = $"sshlog.plugins {{ directory = \"{In("etc/sshlog/plugins")}\", user = \"{user}\", start-timeout = 1 m, filter-timeout = 30 s }}";
        WriteProgram("sshlog", $$"""
            case "$1 $2" in
              "plugins new") exec {{program}} "$@" ;;
              plugins*) exec {{program}} "$@" --config {{In("etc/sshlog")}} ;;
              *) exec {{program}} --socket {{_daemon.Socket}} "$@" ;;
            esac
            """);
        WriteProgram("ssh", $"shift\nexec /usr/bin/ssh {string.Join(' ', _sshd.Arguments(_sshd.User).Select(a => $"'{a}'"))} \"$@\"");
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task The_tutorial_works_as_it_is_written()
    {
        await _daemon.StartAsync();
        var tutorial = File.ReadAllText(Path.Combine(Clone(), "docs", "plugins.md"));
        tutorial = tutorial[tutorial.IndexOf("## Tutorial in Python", StringComparison.Ordinal)..tutorial.IndexOf("## Programs in any language", StringComparison.Ordinal)];
        var (files, commands) = (0, 0);
        foreach (var block in Block().Matches(tutorial).Cast<Match>())
        {
            var text = InPlace(block.Groups["text"].Value);
            if (block.Groups["file"].Success)
            {
                var file = InPlace(block.Groups["file"].Value);
                await File.WriteAllTextAsync(file, text);
                files++;
            }
            else
            {
                Assert.Equal("console", block.Groups["language"].Value);
                commands += await RunAllAsync(text);
            }
        }

        Assert.Equal((6, 10), (files, commands));
        await UntilAsync(() => File.Exists(In("tmp/test.csv")) && File.ReadAllLines(In("tmp/test.csv")).Contains($"127.0.0.1,{_sshd.User}"));
        await UntilAsync(() => File.Exists(In("tmp/csharp.csv")) && File.ReadAllLines(In("tmp/csharp.csv")).Contains($"127.0.0.1,\"{_sshd.User}\""));
    }

    private async Task<int> RunAllAsync(string console)
    {
        var parts = console.Split("# ", StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts)
        {
            var (command, expected) = part.IndexOf('\n') is var end ? (part[..end], part[(end + 1)..]) : default;
            var start = new ProcessStartInfo("sh", ["-c", command + " 2>&1"]) { RedirectStandardOutput = true };
            start.Environment["PATH"] = $"{In("bin")}:{start.Environment["PATH"]}";
            // Of the test runner's own build.
            foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
                start.Environment.Remove(name);
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(5));
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{command} ended with {process.ExitCode}: {output}{BuildLog()}");
            Assert.Equal(expected, output);
        }

        return parts.Length;
    }

    private string BuildLog() => File.Exists(In("tmp/build.log")) ? File.ReadAllText(In("tmp/build.log")) : string.Empty;

    private string In(string path) => Path.Combine(_root.FullName, path);

    private string InPlace(string text) => Place().Replace(text, m => _root.FullName + m.Value);

    private void WriteProgram(string name, string text)
    {
        File.WriteAllText(In("bin/" + name), "#!/bin/sh\n" + text + "\n");
        File.SetUnixFileMode(In("bin/" + name), ForAll);
    }

    private static bool IsOpen(string path)
    {
        for (var place = new FileInfo(path).Directory; place is not null; place = place.Parent)
        {
            if (!place.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }

    private static string Clone()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "SshLog.Actors.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("The tests run inside the clone.");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(50, limit.Token);
    }

    [GeneratedRegex(@"(?:`(?<file>/(?:etc|tmp)/[^`\s]+)`:\n\n)?^```(?<language>\w*)\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(?<![\w/])/(?:etc/sshlog|tmp)\b")]
    private static partial Regex Place();
}
