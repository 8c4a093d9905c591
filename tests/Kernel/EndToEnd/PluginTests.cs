using System.Text;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Plug-ins in the real daemon: what they do, and that none of them does it any harm.</summary>
[Collection("probe")]
public sealed class PluginTests : IDisposable
{
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;

    private const string Protocol = """
        #!/usr/bin/python3
        import json, os, sys, time
        sys.stdin.readline()
        print('{"type":"ready","version":1}', flush=True)
        for line in sys.stdin:
            question = json.loads(line)
            if question["type"] == "shutdown":
                break

        """;

    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-plugins-e2e-");

    public PluginTests() => _directory.UnixFileMode = ForAll;

    private string Plugins => Path.Combine(_directory.FullName, "plugins");

    public void Dispose()
    {
        _daemon.Dispose();
        _sshd.Dispose();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("throws", "    print(json.dumps({'type': 'error', 'id': question['id'], 'message': 'no'}), flush=True)")]
    [InlineData("blocks", "    time.sleep(100000)")]
    [InlineData("allocates", "    have = []\n    while True: have.append(bytearray(1 << 20))")]
    [InlineData("writes_garbage", "    while True: os.write(1, os.urandom(65536))")]
    [InlineData("forks", "    while True:\n        try: os.fork()\n        except OSError: time.sleep(1)")]
    [InlineData("exits", "    os._exit(9)")]
    public async Task A_plugin_that_misbehaves_harms_neither_the_daemon_nor_other_rules(string name, string body)
    {
        Write($"{name}/run", Protocol + body);
        Write($"{name}/plugin.json", $$"""{ "version": 1, "command": ["./run"], "filters": [{ "name": "{{name}}" }], "actions": [{ "name": "{{name}}_action" }] }""");
        var good = Path.Combine(_directory.FullName, "good.log");
        var bad = Path.Combine(_directory.FullName, "bad.log");
        Configure($$"""
            sshlog.plugins.processes = 200
            sshlog.rules {
              good { triggers = [connection_established, command_start, command_finish, connection_close], actions = [good] }
              bad { triggers = [connection_established, command_start, command_finish, connection_close], filters { {{name}} = x }, actions = [bad] }
              does { triggers = [connection_established], actions = [does] }
            }
            sshlog.actions {
              good { plugin = eventlogfile_action, log_file_path = "{{good}}" }
              bad { plugin = eventlogfile_action, log_file_path = "{{bad}}" }
              does { plugin = {{name}}_action, timeout = 1 }
            }
            """);
        await _daemon.StartAsync();

        await RunAsync("for i in 1 2 3 4 5; do /bin/true; done");

        await UntilAsync(() => File.Exists(good) && File.ReadAllText(good).Contains("connection_close", StringComparison.Ordinal));
        await _daemon.WaitForLogAsync($"Plug-in {name}");
        Assert.False(File.Exists(bad) && new FileInfo(bad).Length > 0, "the filter let something pass");
        var (exitCode, status, _) = await _daemon.AskAsync("actions", "--json");
        Assert.Equal(0, exitCode);
        Assert.Contains("\"does\"", Encoding.UTF8.GetString(status), StringComparison.Ordinal);
        // And it records on.
        await RunAsync("echo still here");
        await UntilAsync(() => File.ReadAllText(good).Split("connection_close").Length == 3);
        var (ended, _) = await _daemon.StopAsync();
        Assert.Equal(0, ended);
        await UntilAsync(() => Running(name).Count == 0);
    }

    [Fact]
    public async Task Plugins_are_loaded_again_with_the_configuration()
    {
        var log = Path.Combine(_directory.FullName, "out.log");
        File.WriteAllText(log, string.Empty);
        File.SetUnixFileMode(log, (UnixFileMode)0b110_110_110);
        Directory.CreateDirectory(Plugins).UnixFileMode = ForAll;
        Configure(string.Empty);
        await _daemon.StartAsync();

        string Action(string word) => $$"""
            from plugins.common.plugin import ActionPlugin
            class write_action(ActionPlugin):
                def init_action(self, file):
                    self.file = file
                def execute(self, event_data):
                    with open(self.file, 'a') as out:
                        out.write('{{word}} ' + event_data['username'] + '\n')
            """;
        Write("write.py", Action("first"));
        Configure($$"""
            sshlog.rules.one { triggers = [connection_established], actions = [write] }
            sshlog.actions.write { plugin = write_action, file = "{{log}}" }
            """);
        await ReloadAsync();
        await RunAsync("true");
        await UntilAsync(() => File.ReadAllText(log) == $"first {_sshd.User}\n");

        Write("write.py", Action("second"));
        await ReloadAsync();
        await RunAsync("true");
        await UntilAsync(() => File.ReadAllText(log) == $"first {_sshd.User}\nsecond {_sshd.User}\n");

        // A rule that names what is not there any more is refused, and the old one goes on.
        Write("write.py", "class oops(:\n");
        var (exitCode, _, errors) = await _daemon.AskAsync("config", "reload");
        Assert.Equal(78, exitCode);
        Assert.Contains("there is no plugin 'write_action'", errors, StringComparison.Ordinal);
        Assert.Contains("SyntaxError", errors, StringComparison.Ordinal);
        await RunAsync("true");
        await UntilAsync(() => File.ReadAllText(log).EndsWith($"second {_sshd.User}\nsecond {_sshd.User}\n", StringComparison.Ordinal));
    }

    private List<string> Running(string name) =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Where(d =>
        {
            try
            {
                return File.ReadAllText(d + "/cmdline").Contains($"./run", StringComparison.Ordinal)
                    && Directory.ResolveLinkTarget(d + "/cwd", false)?.FullName == Path.Combine(Plugins, name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }),
    ];

    private async Task ReloadAsync()
    {
        var (exitCode, _, errors) = await _daemon.AskAsync("config", "reload");
        Assert.True(exitCode == 0, errors);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Plugins).UnixFileMode = ForAll;
        var file = Path.Combine(Plugins, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!).UnixFileMode = ForAll;
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, ForAll);
    }

    private void Configure(string text)
    {
        _daemon.Settings = $"sshlog.plugins {{ directory = \"{Plugins}\", user = nobody, start-timeout = 30 s }}\n" + text;
        _daemon.WriteSettings();
    }

    private async Task RunAsync(string command)
    {
        using var client = _sshd.Connect(_sshd.User, command);
        await client.WaitForExitAsync();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(50, limit.Token);
    }
}
