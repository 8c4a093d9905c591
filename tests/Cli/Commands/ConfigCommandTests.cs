using SshLog.Cli.Tests.Support;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sshlog-config-");
    private readonly TestCli _cli = new();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Check_needs_no_daemon_and_tells_every_mistake_with_its_place()
    {
        var file = Write("sshlog.conf", "sshlog.log.fiels = 3\nsshlog.web.port = 0\n");
        Assert.Equal(78, await _cli.RunAsync("config", "check", _directory.FullName));
        Assert.Null(_cli.ConnectedTo);
        Assert.Contains($"{file}:1: there is no setting sshlog.log.fiels; did you mean sshlog.log.files?", _cli.Errors, StringComparison.Ordinal);
        Assert.Contains($"{file}:2: ", _cli.Errors, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Check_says_so_when_all_is_well()
    {
        Write("sshlog.conf", "sshlog.log.files = 3");
        Assert.Equal(0, await _cli.RunAsync("config", "check", _directory.FullName));
        Assert.Equal("The configuration is well: 1 file, 0 rules, 0 actions.\n", _cli.Output);
    }

    [Fact]
    public async Task Check_warns_of_a_secret_that_every_user_may_read_and_goes_on()
    {
        var secret = Write("secret", "correct horse");
        File.SetUnixFileMode(secret, (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(_directory.FullName, (UnixFileMode)0b111_101_101);
        var file = Write("sshlog.conf", $"sshlog.web {{ user = olga, password = \"file:{secret}\" }}");

        Assert.Equal(0, await _cli.RunAsync("config", "check", file));
        Assert.Equal($"every user may read the secret in {secret}; chmod 600 it\n", _cli.Errors);

        var json = new TestCli();
        Assert.Equal(0, await json.RunAsync("config", "check", "--json", file));
        Assert.Equal($"{{\"valid\":true,\"problems\":[],\"warnings\":[\"every user may read the secret in {secret}; chmod 600 it\"]}}\n", json.Output);
    }

    [Fact]
    public async Task Check_as_json_holds_the_problems()
    {
        Write("sshlog.conf", "sshlog.log.files = 0");
        Assert.Equal(78, await _cli.RunAsync("config", "check", "--json", _directory.FullName));
        Assert.StartsWith("{\"valid\":false,\"problems\":[\"", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_tells_where_a_value_comes_from()
    {
        var file = Write("sshlog.conf", "\nsshlog.log.files = 3");
        Assert.Equal(0, await _cli.RunAsync("config", "show", _directory.FullName));
        Assert.Contains($"sshlog.log.files = 3  # {file}:2\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("sshlog.log.level = info  # default\n", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_prints_hocon_that_is_accepted()
    {
        var yaml = Write(
            "old.yaml",
            """
            events:
              - event: greet
                triggers: [connection_established]
                actions:
                  - {action: say, plugin: run_command_action, command: bash, args: ['-c', "echo '{{username}}'"]}
            """);
        Assert.Equal(0, await _cli.RunAsync("config", "convert", yaml));
        var converted = _cli.Output;
        Assert.Contains("\"{{username}}\"", converted, StringComparison.Ordinal);
        var again = new TestCli();
        Assert.Equal(0, await again.RunAsync("config", "convert", Write("new.conf", converted)));
        Assert.Equal(converted, again.Output);
    }

    [Fact]
    public async Task Convert_of_a_wrong_file_prints_nothing_and_exits_with_78()
    {
        Assert.Equal(78, await _cli.RunAsync("config", "convert", Write("x.yaml", "events: 5")));
        Assert.Empty(_cli.Output);
        Assert.Contains("x.yaml:1:", _cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_shows_what_changed_or_what_is_wrong()
    {
        _cli.Gateway.Override = request => request is not GatewayProtocol.ReloadConfiguration ? null : (
            new GatewayProtocol.ConfigurationReloaded(true, ["sshlog.socket is now /x (f:1): this needs a restart"]));
        Assert.Equal(0, await _cli.RunAsync("config", "reload"));
        Assert.StartsWith("sshlog.socket is now /x (f:1): this needs a restart\n", _cli.Output, StringComparison.Ordinal);

        var refused = new TestCli();
        refused.Gateway.Override = request => request is not GatewayProtocol.ReloadConfiguration ? null : (
            new GatewayProtocol.ConfigurationReloaded(false, ["f:1: wrong \u001b[2J"]));
        Assert.Equal(78, await refused.RunAsync("config", "reload"));
        Assert.Contains("goes on with the old one", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("f:1: wrong \\x1b[2J", refused.Errors, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_directory.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
