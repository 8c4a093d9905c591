using System.Text.Json;
using SshLog.Cli.Tests.Support;

namespace SshLog.Cli.Tests.Commands;

public sealed class PluginsCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-plugins-");
    private readonly TestCli _cli = new();

    public PluginsCommandTests() => _directory.UnixFileMode = (UnixFileMode)0b111_101_101;

    public void Dispose() => _directory.Delete(recursive: true);

    private string Events => Write(".events.jsonl", """
        {"event_type":"connection_established","ptm_pid":7,"username":"root","tcp_info":{"client_ip":"10.1.2.3","client_port":4711},"time":"2026-11-27T10:00:00Z"}
        {"event_type":"connection_established","ptm_pid":8,"username":"alice","tcp_info":{"client_ip":"10.1.2.3","client_port":4711},"time":"2026-11-27T10:00:01Z"}
        {"event_type":"file_upload","ptm_pid":8,"username":"alice","target_path":"/x","time":"2026-11-27T10:00:02Z"}
        """);

    [Theory]
    [InlineData("python", "alice", "no", "pass")]
    [InlineData("shell", "true", "pass", "no")]
    public async Task What_new_has_written_works_as_it_is(string language, string argument, string root, string alice)
    {
        Assert.Equal(0, await _cli.RunAsync("plugins", "new", "mine", "--language", language, "--directory", _directory.FullName));
        Assert.Null(_cli.ConnectedTo);
        Assert.Contains("wrote ", _cli.Output, StringComparison.Ordinal);

        var list = new TestCli();
        Assert.Equal(0, await list.RunAsync("plugins", "list", "--json", "--config", Config, "--directory", _directory.FullName));
        var found = JsonDocument.Parse(list.Output).RootElement;
        Assert.Equal(JsonValueKind.Null, found.GetProperty("problem").ValueKind);
        Assert.Equal("mine", found.GetProperty("filters")[0].GetProperty("name").GetString());
        Assert.Equal("mine_action", found.GetProperty("actions")[0].GetProperty("name").GetString());

        var filter = new TestCli();
        Assert.Equal(0, await filter.RunAsync(
            "plugins", "test", Events, "--filter", "mine", "--argument", argument, "--config", Config, "--directory", _directory.FullName));
        Assert.Equal(
            $"{root,-10} 10:00:00 connection_established (7) root\n{alice,-10} 10:00:01 connection_established (8) alice\n"
            + "not asked  10:00:02 file_upload (8) alice\n",
            filter.Output);

        var action = new TestCli();
        Assert.Equal(0, await action.RunAsync(
            "plugins", "test", Events, "--action", "mine_action", "-p", "greeting=hello", "--config", Config, "--directory", _directory.FullName));
        Assert.StartsWith("done       10:00:00", action.Output, StringComparison.Ordinal);
        Assert.Contains(language == "python" ? "hello: file_upload of alice" : "seen an event", action.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_tells_what_cannot_be_used_and_why()
    {
        Write("bad.py", "import nonexistent_thing\n");
        Assert.Equal(78, await _cli.RunAsync("plugins", "check", "--config", Config, "--directory", _directory.FullName));
        Assert.Contains("bad.py is not used: ModuleNotFoundError", _cli.Errors, StringComparison.Ordinal);
        File.Delete(Path.Combine(_directory.FullName, "bad.py"));
        var again = new TestCli();
        Assert.Equal(0, await again.RunAsync("plugins", "check", "--config", Config, "--directory", _directory.FullName));
        Assert.Equal("All plug-ins can be used.\n", again.Output);
    }

    [Fact]
    public async Task A_filter_that_fails_is_shown_and_told_by_the_status()
    {
        Write("bad.py", "from plugins.common.plugin import FilterPlugin\nclass bad_filter(FilterPlugin):\n    def filter(self, event_data):\n        return 1 / 0\n");
        Assert.Equal(70, await _cli.RunAsync(
            "plugins", "test", Events, "--filter", "bad", "--argument", "x", "--config", Config, "--directory", _directory.FullName));
        Assert.Contains("ZeroDivisionError: division by zero (line 4)", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, "either --filter NAME or --action NAME", "plugins", "test", "-")]
    [InlineData(66, "there is no filter nothing", "plugins", "test", "-", "--filter", "nothing")]
    [InlineData(64, "timeout = soon is not possible", "plugins", "test", "-", "--action", "slack_action", "-p", "slack_webhook_url=x", "-p", "timeout=soon")]
    [InlineData(64, "needs slack_webhook_url", "plugins", "test", "-", "--action", "slack_action")]
    [InlineData(64, "is no name", "plugins", "new", "9x", "-l", "shell")]
    [InlineData(64, "", "plugins", "new", "x", "-l", "cobol")]
    [InlineData(66, "there is no directory", "plugins", "list", "--directory", "/nonexistent")]
    public async Task What_makes_no_sense_says_what_would(int status, string expected, params string[] arguments)
    {
        Assert.Equal(status, await _cli.RunAsync([.. arguments, .. arguments.Contains("new") ? Array.Empty<string>() : ["--config", Config]]));
        Assert.Contains(expected, _cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_is_none_is_told_with_its_line()
    {
        var events = Write("events.jsonl", "{\"event_type\":\"x\"}\nnot json\n");
        Assert.Equal(65, await _cli.RunAsync("plugins", "test", events, "--filter", "username", "--argument", "x", "--config", Config));
        Assert.Contains("events.jsonl:2: is no JSON", _cli.Errors, StringComparison.Ordinal);
    }

    // The settings of the machine that this runs on are none of the test's business.
    private string Config => Write(".sshlog.conf", "sshlog.plugins { user = nobody, start-timeout = 30 s, filter-timeout = 20 s }");

    private string Write(string name, string text)
    {
        var file = Path.Combine(_directory.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
