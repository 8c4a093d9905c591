using System.Text.Json;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Identity;
using SshLog.Core.Protocol;

namespace SshLog.Cli.Tests.Commands;

public sealed class HistoryCommandTests
{
    [Fact]
    public async Task Without_a_session_it_lists_open_and_ended_ones()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session());
        cli.Gateway.Sessions.Add(
            Samples.Session(Samples.Bob, "bob") with { EndedAt = Samples.At(90), ExitCode = 42, Ttys = [], LossEvents = 2 });
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("history"));
        Assert.Equal(
            """
            Session                      User   Client IP          TTY  Session Start        Duration  State    Commands  Bytes   Loss
            20261122T074517-970236-4f2a  alice  203.0.113.7:50522  3    2026-11-22 08:45:17  2h00m     open     12        34,567  -
            20261122T080000-970300-00ff  bob    203.0.113.7:50522  -    2026-11-22 08:45:17  1m30s     exit 42  12        34,567  ! 2 gaps

            """,
            cli.Output);
    }

    [Fact]
    public async Task User_and_limit_go_to_the_daemon()
    {
        var cli = new TestCli();
        await cli.RunAsync("history", "--user", "bob", "--limit", "7");
        var find = Assert.IsType<GatewayProtocol.FindSessions>(Assert.Single(cli.Gateway.Requests));
        Assert.Equal(("bob", 7, false), (find.Query.User, find.Query.Limit, find.Query.OnlyOpen));
    }

    [Fact]
    public async Task A_session_shows_its_commands_with_result_and_duration()
    {
        var cli = WithCommands();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("history", "alice"));
        Assert.Equal(
            """
            20261122T074517-970236-4f2a  alice from 203.0.113.7:50522, 2026-11-22 08:45:17, open
            ! 1 gap in this recording
            #  Start                Duration  PID   UID        Result              Command
            1  2026-11-22 08:45:18  -         4001  1000       running             /bin/bash
            2  2026-11-22 08:45:19  0.250s    4002  1000       exit 0              /usr/bin/ls -la /tmp
            3  2026-11-22 08:45:20  0.250s    4003  1000       killed by KILL (9)  /usr/bin/sleep 60
            4  2026-11-22 08:45:21  0.250s    4004  1000       replaced            /usr/bin/env a\x1b[2J\nb
            5  2026-11-22 08:45:22  0.250s    4005  1000 as 0  exit 1              /usr/bin/sudo [missing: 1,000 bytes of arguments]

            """,
            cli.Output);
    }

    [Fact]
    public async Task Limit_keeps_the_newest_commands()
    {
        var cli = WithCommands();
        await cli.RunAsync("history", "alice", "--limit", "1");
        Assert.Contains("sudo", cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/usr/bin/ls", cli.Output, StringComparison.Ordinal);
        Assert.Empty(cli.Errors);
    }

    [Theory]
    [InlineData("--command ls", "ls -la")]
    [InlineData("--command /usr/bin/sudo", "sudo")]
    [InlineData("--exit-status 1", "sudo")]
    [InlineData("--command sudo --exit-status 0", null)]
    [InlineData("--command s", null)]
    public async Task Commands_of_a_session_are_found_by_program_and_status(string options, string? found)
    {
        var cli = WithCommands();
        await cli.RunAsync(["history", "alice", "--json", .. options.Split(' ')]);
        using var json = JsonDocument.Parse(cli.Output);
        var args = json.RootElement.EnumerateArray().Select(c => c.GetProperty("args").GetString()!).ToList();
        if (found is null)
            Assert.Empty(args);
        else
            Assert.Contains(found, Assert.Single(args), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_not_whole_says_so()
    {
        var cli = WithCommands();
        await cli.RunAsync("history", "alice");
        Assert.Equal("sshlog: showing 5 of 12 commands: the others were redacted, which sshlog verify explains\n", cli.Errors);
    }

    [Fact]
    public async Task Json_has_every_argument_code_and_signal()
    {
        var cli = WithCommands();
        await cli.RunAsync("history", "alice", "--json");
        using var json = JsonDocument.Parse(cli.Output);
        var ls = json.RootElement[1];
        Assert.Equal("/usr/bin/ls -la /tmp", ls.GetProperty("args").GetString());
        Assert.Equal(["ls", "-la", "/tmp"], ls.GetProperty("argv").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(0, ls.GetProperty("exit_code").GetInt32());
        Assert.Equal(JsonValueKind.Null, ls.GetProperty("signal").ValueKind);
        var killed = json.RootElement[2];
        Assert.Equal(9, killed.GetProperty("signal").GetInt32());
        Assert.Equal(JsonValueKind.Null, killed.GetProperty("exit_code").ValueKind);
        Assert.Equal(0, json.RootElement[0].GetProperty("end_time").GetInt64());
        Assert.Equal(1000, json.RootElement[4].GetProperty("argv_omitted_bytes").GetInt64());
    }

    private static TestCli WithCommands()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session() with { LossEvents = 1 });
        cli.Gateway.Commands.AddRange(
        [
            Samples.Command(1, "/bin/bash", "-bash") with { FinishedAt = null, ExitCode = null },
            Samples.Command(2, "/usr/bin/ls", "ls", "-la", "/tmp"),
            Samples.Command(3, "/usr/bin/sleep", "sleep", "60") with { ExitCode = null, Signal = 9 },
            Samples.Command(4, "/usr/bin/env", "env", "a\e[2J\nb") with { ExitCode = null, Replaced = true },
            Samples.Command(5, "/usr/bin/sudo") with
            {
                EffectiveUid = 0, ExitCode = 1, Arguments = new ArgumentVector("sudo\0"u8.ToArray(), 1000),
            },
        ]);
        return cli;
    }
}
