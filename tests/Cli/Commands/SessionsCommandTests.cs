using System.Text.Json;
using SshLog.Cli.Tests.Support;

namespace SshLog.Cli.Tests.Commands;

public sealed class SessionsCommandTests
{
    [Fact]
    public async Task Columns_are_those_of_sshlog_and_times_absolute_in_a_pipe()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session());
        cli.Gateway.Sessions.Add(Samples.Session(Samples.Bob, "bob") with { Client = Samples.Client6, Ttys = [] });
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("sessions"));
        Assert.Equal(
            """
            User   Last Activity        Last Command  Session Start        Client IP            TTY
            alice  2026-11-22 10:44:12  /usr/bin/vim  2026-11-22 08:45:17  203.0.113.7:50522    3
            bob    2026-11-22 10:44:12  /usr/bin/vim  2026-11-22 08:45:17  [2001:db8::7]:50523  -

            """,
            cli.Output);
        Assert.True(cli.Gateway.Disposed);
    }

    [Fact]
    public async Task All_open_sessions_are_listed_however_many_answers_that_takes()
    {
        var cli = new TestCli();
        for (var i = 0; i < 2500; i++)
            cli.Gateway.Sessions.Add(Samples.Session(Samples.Id($"20261122T080000-{i + 1}-00ff")));
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("sessions", "--json"));
        Assert.Equal(2500, cli.Output.Split("\"session\"").Length - 1);
    }

    [Fact]
    public async Task On_a_terminal_activity_is_relative_and_the_header_bold()
    {
        var cli = new TestCli { OutputIsTerminal = true };
        cli.Gateway.Sessions.Add(Samples.Session());
        await cli.RunAsync("sessions");
        Assert.Equal(
            "\e[1mUser   Last Activity  Last Command  Session Start        Client IP          TTY\e[0m\n"
            + "alice  1 minute ago   /usr/bin/vim  2026-11-22 08:45:17  203.0.113.7:50522  3\n",
            cli.Output);
    }

    [Fact]
    public async Task NO_COLOR_is_honoured()
    {
        var cli = new TestCli { OutputIsTerminal = true, Environment = { ["NO_COLOR"] = "1" } };
        cli.Gateway.Sessions.Add(Samples.Session());
        await cli.RunAsync("sessions");
        Assert.DoesNotContain('\e', cli.Output);
        Assert.Contains("1 minute ago", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wide_adds_id_state_commands_bytes_and_loss()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session() with { LossEvents = 1 });
        cli.Gateway.Sessions.Add(Samples.Session(Samples.Bob, "bob"));
        await cli.RunAsync("sessions", "--wide");
        Assert.Equal(
            """
            Session                      User   Last Activity        Last Command  Session Start        Client IP          TTY  State  Commands  Bytes   Viewers  Loss
            20261122T074517-970236-4f2a  alice  2026-11-22 10:44:12  /usr/bin/vim  2026-11-22 08:45:17  203.0.113.7:50522  3    open   12        34,567  0        ! 1 gap
            20261122T080000-970300-00ff  bob    2026-11-22 10:44:12  /usr/bin/vim  2026-11-22 08:45:17  203.0.113.7:50522  3    open   12        34,567  0        -

            """,
            cli.Output);
    }

    [Fact]
    public async Task A_gap_is_visible_without_wide()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session() with { LossEvents = 3 });
        await cli.RunAsync("sessions");
        Assert.Contains("TTY  Loss\n", cli.Output, StringComparison.Ordinal);
        Assert.EndsWith("3    ! 3 gaps\n", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_are_shown_and_not_obeyed()
    {
        var cli = new TestCli { OutputIsTerminal = true, Environment = { ["NO_COLOR"] = "1" } };
        cli.Gateway.Sessions.Add(Samples.Session(user: "a\e]52;c;eA==\ab") with { LastCommand = "/tmp/\u202etxt.sh\n" });
        await cli.RunAsync("sessions");
        Assert.Contains("a\\x1b]52;c;eA==\\x07b", cli.Output, StringComparison.Ordinal);
        Assert.Contains("/tmp/\\u202etxt.sh\\n", cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', cli.Output);
    }

    [Fact]
    public async Task Json_is_an_array_with_sshlog_names_and_harmless_on_a_terminal()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session(user: "ali\u202e\u009bce"));
        cli.Gateway.Sessions.Add(Samples.Session(Samples.Bob, "bob"));
        await cli.RunAsync("sessions", "--json");
        Assert.All(cli.OutputBytes, b => Assert.InRange(b, 10, 126));
        using var json = JsonDocument.Parse(cli.Output);
        var alice = json.RootElement[0];
        Assert.Equal("ali\u202e\u009bce", alice.GetProperty("username").GetString());
        Assert.Equal(970236, alice.GetProperty("ptm_pid").GetInt32());
        Assert.Equal(3, alice.GetProperty("tty_id").GetInt32());
        Assert.Equal(Samples.Start.ToUnixTimeMilliseconds(), alice.GetProperty("start_time").GetInt64());
        Assert.Equal("2026-11-22T07:45:17.000000Z", alice.GetProperty("started_at").GetString());
        Assert.Equal("203.0.113.7", alice.GetProperty("tcp_info").GetProperty("client_ip").GetString());
        Assert.Equal(22, alice.GetProperty("tcp_info").GetProperty("server_port").GetInt32());
        Assert.Equal(2, json.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task No_sessions_are_an_empty_table_and_an_empty_array()
    {
        var text = new TestCli();
        await text.RunAsync("sessions");
        Assert.Equal("User  Last Activity  Last Command  Session Start  Client IP  TTY\n", text.Output);
        var json = new TestCli();
        await json.RunAsync("sessions", "--json");
        Assert.Equal("[]\n", json.Output);
    }
}
