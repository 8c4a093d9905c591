using System.Text.Json;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_socket_is_the_option_then_the_variable_then_the_default()
    {
        var option = new TestCli { Environment = { ["SSHLOG_SOCKET"] = "/variable" } };
        await option.RunAsync("--socket", "/option", "sessions");
        Assert.Equal("/option", option.ConnectedTo);
        var behind = new TestCli();
        await behind.RunAsync("sessions", "--socket", "/option");
        Assert.Equal("/option", behind.ConnectedTo);
        var variable = new TestCli { Environment = { ["SSHLOG_SOCKET"] = "/variable" } };
        await variable.RunAsync("sessions");
        Assert.Equal("/variable", variable.ConnectedTo);
        var neither = new TestCli { Environment = { ["SSHLOG_SOCKET"] = "" } };
        await neither.RunAsync("sessions");
        Assert.Equal("/run/sshlog/sshlog.sock", neither.ConnectedTo);
    }

    [Theory]
    [InlineData("sshlog sessions", "--help")]
    [InlineData("sshlog sessions --wide", "sessions", "--help")]
    [InlineData("sshlog watch", "watch", "-h")]
    [InlineData("sshlog history --user alice --since 7d", "history", "--help")]
    [InlineData("sshlog replay alice --idle-limit 2", "replay", "--help")]
    [InlineData("sshlog status --json", "status", "--help")]
    public async Task Help_has_examples(string example, params string[] arguments)
    {
        var cli = new TestCli();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(arguments));
        Assert.Contains("Examples:\n  sshlog ", cli.Output, StringComparison.Ordinal);
        Assert.Contains("  " + example, cli.Output, StringComparison.Ordinal);
        Assert.Null(cli.ConnectedTo);
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        var cli = new TestCli();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("--version"));
        Assert.Matches(@"^sshlog \d+\.\d+\.\d+\n$", cli.Output);
    }

    [Fact]
    public async Task Status_says_how_the_daemon_is()
    {
        var cli = new TestCli();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("status"));
        Assert.Equal(
            """
            Daemon         sshlogd 0.1.0, pid 812
            Running since  2026-11-22 08:45:17 (2h00m)
            Probe          attached to 14 tracepoints
            Open sessions  2
            Lost           none
            State          /var/lib/sshlog

            """,
            cli.Output);
        var json = new TestCli();
        await json.RunAsync("status", "--json");
        using var status = JsonDocument.Parse(json.Output);
        Assert.Equal(812, status.RootElement.GetProperty("pid").GetInt32());
        Assert.Equal(0, status.RootElement.GetProperty("lost_bytes").GetInt64());
    }

    [Theory]
    [InlineData(true, 0, ExitCodes.Ok)]
    [InlineData(false, 0, ExitCodes.Unavailable)]
    [InlineData(true, 1, ExitCodes.Unavailable)]
    public async Task Status_for_a_health_check_is_quiet_unless_something_is_not_recorded(bool attached, int unknown, int exitCode)
    {
        var cli = new TestCli();
        cli.Gateway.Override = _ => new GatewayProtocol.DaemonStatus("0.1.0", 812, Samples.Start, "tp_btf", 2, 0, 0, "/var/lib/sshlog")
        {
            Details = new GatewayProtocol.StatusDetails { Attached = attached, UnknownSessions = unknown },
        };
        Assert.Equal(exitCode, await cli.RunAsync("status", "--check"));
        Assert.Equal("", cli.Output);
        Assert.Equal(exitCode == ExitCodes.Ok ? "" : "sshlog: the daemon does not record every session (probe: tp_btf): see sshlog doctor\n", cli.Errors);
    }
}
