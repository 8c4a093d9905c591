using System.Text.Json;
using SshLog.Cli.Gateway;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Commands;

/// <summary>The findings that do not depend on the machine; as root, which the configuration is looked at for.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sshlog-doctor").FullName;
    private readonly TestCli _cli = new();
    private GatewayProtocol.StatusDetails _details = new();

    public DoctorCommandTests() => _cli.Gateway.Override = request => request is GatewayProtocol.GetStatus
        ? new GatewayProtocol.DaemonStatus("0.1.0", 812, Samples.Start, "tp_btf", 0, 0, 0, _directory) { Details = _details }
        : null;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Mistakes_in_the_configuration_are_counted_and_the_first_has_its_place()
    {
        var file = Write("sshlog.log.fiels = 3\nsshlog.log.files = many\n");
        var finding = Assert.Single(await DiagnoseAsync(file, "config"));
        Assert.Equal("bad", finding.Severity);
        Assert.StartsWith($"the configuration has 2 mistakes: {file}:1: there is no setting sshlog.log.fiels", finding.Text, StringComparison.Ordinal);
        Assert.Contains("sshlog config check", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_a_mistake_is_what_keeps_it_from_starting()
    {
        var cli = new TestCli { ConnectError = new CliException(ExitCodes.Unavailable, "the daemon is not running") };
        Assert.Equal(2, await cli.RunAsync("doctor", "--json", "--config", Write("sshlog.log.fiels = 3\n")));
        Assert.Equal("bad", Assert.Single(Findings(cli), f => f.Check == "config").Severity);
        Assert.Contains("the daemon is not running", Assert.Single(Findings(cli), f => f.Check == "daemon").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plug_in_that_cannot_be_used_is_named_with_the_reason()
    {
        var plugins = Directory.CreateDirectory(Path.Combine(_directory, "plugins")).FullName;
        Directory.CreateDirectory(Path.Combine(plugins, "broken"));
        File.WriteAllText(Path.Combine(plugins, "broken", "plugin.json"), "{ not json");
        var finding = Assert.Single(await DiagnoseAsync(Write($"sshlog.plugins.directory = \"{plugins}\"\n"), "plug-ins"));
        Assert.Equal("warning", finding.Severity);
        Assert.Contains("plugin.json", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_action_that_waits_or_has_given_up_is_named_with_the_way_out()
    {
        _details = new GatewayProtocol.StatusDetails { Actions = [Some("to_slack", "ok", 0), Some("to_siem", "waiting", 3)] };
        var findings = await DiagnoseAsync(Write(""), "actions");
        var finding = Assert.Single(findings);
        Assert.Equal("warning", finding.Severity);
        Assert.Equal("action to_siem is waiting, 5 events behind, 3 events given up: refused", finding.Text);
        Assert.Contains("sshlog actions retry to_siem", finding.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3000, "good")]
    [InlineData(1500, "warning")]
    [InlineData(500, "bad")]
    public async Task Room_on_the_disk_is_judged_as_the_settings_say(long freeMebibytes, string severity)
    {
        _details = new GatewayProtocol.StatusDetails { Storage = new(0, freeMebibytes << 20, 100L << 30) };
        Assert.Equal(severity, Assert.Single(await DiagnoseAsync(Write(""), "disk")).Severity);
    }

    [Theory]
    [InlineData(1, "good")]
    [InlineData(-86400, "warning")]
    public async Task A_clock_that_was_set_is_told(int aheadSeconds, string severity)
    {
        _details = new GatewayProtocol.StatusDetails { ClockAhead = TimeSpan.FromSeconds(aheadSeconds) };
        Assert.Equal(severity, Assert.Single(await DiagnoseAsync(Write(""), "clock")).Severity);
    }

    private static GatewayProtocol.ActionStatus Some(string name, string state, long deadLetters) =>
        new(name, "slack_action", state, 5, 7, null, state == "ok" ? null : "refused", null, deadLetters);

    private async Task<Finding[]> DiagnoseAsync(string config, string check)
    {
        await _cli.RunAsync("doctor", "--json", "--config", config);
        Assert.Equal("", _cli.Errors);
        return [.. Findings(_cli).Where(f => f.Check == check)];
    }

    private static Finding[] Findings(TestCli cli)
    {
        using var document = JsonDocument.Parse(cli.Output);
        return [.. document.RootElement.EnumerateArray().Select(f => new Finding(
            f.GetProperty("check").GetString()!, f.GetProperty("severity").GetString()!,
            f.GetProperty("text").GetString()!, f.GetProperty("remedy").GetString()))];
    }

    private string Write(string text)
    {
        var file = Path.Combine(_directory, "sshlog.conf");
        File.WriteAllText(file, text);
        return file;
    }

    private sealed record Finding(string Check, string Severity, string Text, string? Remedy);
}
