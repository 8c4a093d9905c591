using SshLog.Cli.Tests.Support;
using SshLog.Core.Protocol;
using SshLog.Native;

namespace SshLog.Cli.Tests.Commands;

public sealed class FailureTests
{
    [Theory]
    [InlineData("bogus")]
    [InlineData("history", "one", "two")]
    [InlineData("history", "--limit", "0")]
    [InlineData("history", "--limit", "many")]
    [InlineData("history", "one", "--user", "alice")]
    [InlineData("search", "x", "--session", "one", "--user", "alice")]
    [InlineData("search", "x", "--session", "one", "--since", "1d")]
    [InlineData("replay")]
    [InlineData("replay", "one", "--speed", "0")]
    [InlineData("replay", "one", "--speed", "NaN")]
    [InlineData("replay", "one", "--speed", "fast")]
    [InlineData("replay", "one", "--idle-limit", "-1")]
    [InlineData("replay", "one", "--channel", "-1")]
    [InlineData("sessions", "--wider")]
    [InlineData("verify", "--bundle", "")]
    [InlineData("verify", "--journal", "")]
    [InlineData("verify", "--bundle", "x", "--key", "")]
    [InlineData("journal", "salvage", "")]
    [InlineData("journal", "salvage", "x", "--into", "")]
    [InlineData("journal", "rebuild-catalogue", "--state-dir", "")]
    [InlineData("plugins", "new", "", "--language", "shell")]
    [InlineData("plugins", "new", "x", "--language", "shell", "--directory", "")]
    [InlineData("config", "check", "")]
    [InlineData("doctor", "--config", "")]
    [InlineData("replay", "one", "--speed", "1e-12")]
    [InlineData]
    public async Task A_wrong_command_line_is_64_and_asks_nobody(params string[] arguments)
    {
        var cli = new TestCli();
        Assert.Equal(64, await cli.RunAsync(arguments));
        Assert.Matches("^sshlog: [^\n]+\n$", cli.Errors);
        Assert.Empty(cli.Output);
        Assert.Null(cli.ConnectedTo);
    }

    [Theory]
    [InlineData("--limit must be a number up to 2147483647, not '99999999999'", "history", "--limit", "99999999999")]
    [InlineData("--exit-status must be a number up to 2147483647, not 'x'", "history", "--exit-status", "x")]
    [InlineData("--speed must be a number, not 'fast'", "replay", "one", "--speed", "fast")]
    public async Task A_number_that_is_none_is_told_of_as_people_speak(string told, params string[] arguments)
    {
        var cli = new TestCli();
        Assert.Equal(64, await cli.RunAsync(arguments));
        Assert.StartsWith("sshlog: " + told + " (see ", cli.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GatewayProtocol.FailureCode.Internal, 70)]
    [InlineData(GatewayProtocol.FailureCode.VersionMismatch, 76)]
    [InlineData(GatewayProtocol.FailureCode.Denied, 77)]
    [InlineData(GatewayProtocol.FailureCode.NotFound, 66)]
    [InlineData(GatewayProtocol.FailureCode.Unavailable, 75)]
    [InlineData(GatewayProtocol.FailureCode.BadRequest, 64)]
    public async Task What_the_daemon_refuses_has_its_status(GatewayProtocol.FailureCode code, int status)
    {
        var cli = new TestCli();
        cli.Gateway.Override = _ => new GatewayProtocol.Failure(code, "It will not.");
        Assert.Equal(status, await cli.RunAsync("status"));
        Assert.Equal("sshlog: It will not\n", cli.Errors);
    }

    [Fact]
    public async Task An_unknown_session_is_66()
    {
        var cli = new TestCli();
        Assert.Equal(66, await cli.RunAsync("replay", "no\e[2Jbody"));
        Assert.Equal("sshlog: no session is called 'no\\x1b[2Jbody'\n", cli.Errors);
    }

    [Fact]
    public async Task An_ambiguous_name_is_64_and_lists_the_candidates()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session());
        cli.Gateway.Sessions.Add(Samples.Session(Samples.Bob) with { EndedAt = Samples.At(60) });
        Assert.Equal(64, await cli.RunAsync("history", "20261122"));
        Assert.Equal(
            """
            sshlog: several sessions are called '20261122'; name one by its id:
              20261122T074517-970236-4f2a  alice  203.0.113.7:50522  open, tty 3
              20261122T080000-970300-00ff  alice  203.0.113.7:50522  ended

            """,
            cli.Errors);
    }

    [Fact]
    public async Task A_daemon_that_is_not_running_is_69()
    {
        var cli = new TestCli
        {
            ConnectError = new CliException(ExitCodes.Unavailable, "the daemon is not running"),
        };
        Assert.Equal(69, await cli.RunAsync("sessions"));
        Assert.Equal("sshlog: the daemon is not running\n", cli.Errors);
    }

    [Fact]
    public async Task A_defect_is_70_and_shows_its_trace_only_with_debug()
    {
        var quiet = new TestCli { ConnectError = new InvalidOperationException("oops") };
        Assert.Equal(70, await quiet.RunAsync("sessions"));
        Assert.Equal("sshlog: defect: oops (--debug shows where)\n", quiet.Errors);
        var loud = new TestCli { ConnectError = new InvalidOperationException("oops") };
        Assert.Equal(70, await loud.RunAsync("sessions", "--debug"));
        Assert.Contains(nameof(InvalidOperationException), loud.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("sessions", "--json")]
    [InlineData("history")]
    [InlineData("--help")]
    public async Task A_closed_pipe_ends_quietly(params string[] arguments)
    {
        var cli = new TestCli { Target = new FailingStream(new BrokenPipeException()) };
        cli.Gateway.Sessions.Add(Samples.Session());
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(arguments));
        Assert.Empty(cli.Errors);
    }

    [Theory]
    [InlineData("config", "check", "--json", "/dev/null/nowhere")]
    [InlineData("config", "check", "/dev/null/nowhere")]
    public async Task A_closed_pipe_does_not_hide_mistakes(params string[] arguments)
    {
        var cli = new TestCli { Target = new FailingStream(new BrokenPipeException()) };
        Assert.Equal(ExitCodes.Configuration, await cli.RunAsync(arguments));
    }

    [Fact]
    public async Task A_full_disk_is_74()
    {
        var cli = new TestCli { Target = new FailingStream(new IOException("No space left on device")) };
        Assert.Equal(74, await cli.RunAsync("sessions"));
        Assert.Equal("sshlog: No space left on device\n", cli.Errors);
    }
}
