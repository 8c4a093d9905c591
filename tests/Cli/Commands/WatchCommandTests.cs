using System.Net;
using System.Text.Json;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Core.Probe;
using SshLog.Core.Protocol;
using SshLog.Formatting;

namespace SshLog.Cli.Tests.Commands;

public sealed class WatchCommandTests
{
    private static readonly SessionEvent[] _session =
    [
        Samples.Opened(),
        new SignedIn(Samples.At(1), "alice", 1000),
        Samples.Pty(),
        Samples.Started(2, 4001, "bash"),
        Samples.Started(3, 4002, "ls", "-la", "/tmp"),
        new CommandFinished(Samples.At(4), 4002, Samples.At(3), 0, null, false, false),
        Samples.Started(5, 4003, "sleep", "60"),
        new CommandFinished(Samples.At(6), 4003, Samples.At(5), null, 9, false, false),
        new TerminalResized(Samples.At(7), 0, 50, 132),
        Samples.Loss(8),
        new ChannelClosed(Samples.At(9), 0),
        new CommandFinished(Samples.At(9), 4001, Samples.At(2), 3, null, false, false),
        new SessionClosed(Samples.At(10), SessionEnd.Exited, 0, null, 100, 3, 1),
    ];

    [Fact]
    public async Task Lines_are_those_of_sshlog()
    {
        var cli = new TestCli();
        cli.Gateway.Feed.Enqueue(Samples.Page(Samples.Alice, 1, _session));
        Assert.Equal(ExitCodes.InputOutput, await cli.RunAsync("watch"));
        Assert.Equal(
            """
            08:45:18 connection_established (970236) alice from ip 203.0.113.7:50522 tty 3
            08:45:18 channel_opened         (970236) alice channel 0 tty 3 80x24
            08:45:19 command_start          (970236) alice executed /usr/bin/bash
            08:45:20 command_start          (970236) alice executed /usr/bin/ls -la /tmp
            08:45:21 command_finish         (970236) alice execute complete (exit code: 0) /usr/bin/ls -la /tmp
            08:45:22 command_start          (970236) alice executed /usr/bin/sleep 60
            08:45:23 command_finish         (970236) alice execute complete (signal: KILL (9)) /usr/bin/sleep 60
            08:45:24 terminal_resized       (970236) alice channel 0 132x50
            08:45:25 loss                   (970236) alice missing: 1,234 bytes, ring buffer full
            08:45:26 channel_closed         (970236) alice channel 0
            08:45:26 command_finish         (970236) alice execute complete (exit code: 3) /usr/bin/bash
            08:45:27 connection_close       (970236) alice from ip 203.0.113.7:50522

            """,
            cli.Output);
    }

    [Theory]
    [InlineData("--type", "loss", "--type", "terminal_resized", 2)]
    [InlineData("--user", "alice", "--type", "command_start", 3)]
    [InlineData("--user", "bob", "--user", "carol", 0)]
    public async Task Only_what_is_asked_for_is_shown(string option, string value, string other, string second, int lines)
    {
        var cli = new TestCli();
        cli.Gateway.Feed.Enqueue(Samples.Page(Samples.Alice, 1, _session));
        await cli.RunAsync("watch", option, value, other, second);
        Assert.Equal(lines, cli.Output.Split('\n').Length - 1);
    }

    [Fact]
    public async Task A_type_that_is_not_known_is_refused_with_those_that_are()
    {
        var cli = new TestCli();
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("watch", "--type", "login"));
        Assert.Contains("connection_established", cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_of_an_event_can_be_asked_for()
    {
        Assert.All(_session.Select(EventNames.Of).OfType<string>(), name => Assert.Contains(name, EventNames.All));
        Assert.All(EventNames.All, name => Assert.True(name.Length <= EventNames.Width));
    }

    [Fact]
    public async Task A_failed_sign_in_has_sshlogs_name_and_fields_and_no_session_is_asked_for()
    {
        var failed = new SignInFailed(
            Samples.At(2), Samples.Alice, "host", 970236, Samples.At(0), IPEndPoint.Parse("203.0.113.7:50522"),
            IPEndPoint.Parse("198.51.100.1:22"), "root\u001b", false, null, "publickey", SignInFailure.UnknownUser,
            new SignInKey("ssh-ed25519", "SHA256:abc"));
        var cli = new TestCli();
        cli.Gateway.Feed.Enqueue(Samples.Page(Samples.Alice, 1, failed));
        await cli.RunAsync("watch");
        Assert.Equal(
            "08:45:19 connection_auth_failed (970236) root\\x1b from ip 203.0.113.7:50522 (publickey: unknown user)\n",
            cli.Output);
        Assert.DoesNotContain(cli.Gateway.Requests, r => r is GatewayProtocol.FindSessions);

        cli = new TestCli();
        cli.Gateway.Feed.Enqueue(Samples.Page(Samples.Alice, 1, failed));
        await cli.RunAsync("watch", "--json");
        var json = JsonDocument.Parse(cli.Output).RootElement;
        Assert.Equal("connection_auth_failed", json.GetProperty("event_type").GetString());
        Assert.Equal("203.0.113.7", json.GetProperty("tcp_info").GetProperty("client_ip").GetString());
        Assert.Equal(-1, json.GetProperty("user_id").GetInt32());
        Assert.Equal("unknown-user", json.GetProperty("reason").GetString());
        Assert.Equal("SHA256:abc", json.GetProperty("key_fingerprint").GetString());
        Assert.False(json.GetProperty("user_known").GetBoolean());
    }

    [Fact]
    public async Task It_begins_now_and_follows_the_cursor()
    {
        var cli = new TestCli();
        cli.Gateway.Feed.Enqueue(Samples.Page(Samples.Alice, 1, _session));
        await cli.RunAsync("watch");
        var cursors = cli.Gateway.Requests.OfType<GatewayProtocol.ReadFeed>().Select(r => r.Cursor);
        Assert.Equal([GatewayProtocol.ReadFeed.FromNow, 100 + _session.Length], cursors);
    }

    [Fact]
    public async Task A_session_older_than_the_watch_is_asked_for_once()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session() with { Client = Samples.Client6 });
        cli.Gateway.Commands.Add(Samples.Command(2, "/usr/bin/vim", "vim", "notes"));
        cli.Gateway.Feed.Enqueue(Samples.Page(
            Samples.Alice,
            40,
            new CommandFinished(Samples.At(20), 4002, Samples.At(2), 0, null, false, false),
            new CommandFinished(Samples.At(20), 4999, Samples.At(1), null, null, false, false)));
        cli.Gateway.Feed.Enqueue(Samples.Page(
            Samples.Alice, 42, new SessionClosed(Samples.At(21), SessionEnd.Exited, 0, null, 0, 0, 0)));
        await cli.RunAsync("watch");
        Assert.Equal(
            """
            08:45:37 command_finish         (970236) alice execute complete (exit code: 0) /usr/bin/vim notes
            08:45:37 command_finish         (970236) alice execute complete (exit code: unknown) pid 4999
            08:45:38 connection_close       (970236) alice from ip [2001:db8::7]:50523

            """,
            cli.Output);
        Assert.Single(cli.Gateway.Requests.OfType<GatewayProtocol.FindSessions>());
        Assert.Single(cli.Gateway.Requests.OfType<GatewayProtocol.ListCommands>(), list => list.AfterSequenceNr == 0);
    }

    [Fact]
    public async Task Hostile_arguments_stay_on_their_line()
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session(user: "eve\e[2J"));
        var hostile = Samples.Started(2, 4001, "sh", "-c", "echo\n08:45:18 connection_close \e[A\u202e\u009b");
        cli.Gateway.Feed.Enqueue(Samples.Page(Samples.Alice, 5, hostile));
        await cli.RunAsync("watch");
        Assert.Equal(
            "08:45:19 command_start          (970236) eve\\x1b[2J executed /usr/bin/sh -c "
            + "echo\\n08:45:18 connection_close \\x1b[A\\u202e\\x9b\n",
            cli.Output);
    }

    [Fact]
    public async Task Json_lines_carry_sshlog_fields_in_their_types()
    {
        var cli = new TestCli();
        cli.Gateway.Feed.Enqueue(Samples.Page(Samples.Alice, 1, _session));
        await cli.RunAsync("watch", "--json");
        var lines = cli.Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(12, lines.Length);
        AssertTypes(
            lines[0],
            ["event_type", "username", "hostname"],
            ["ptm_pid", "user_id", "pts_pid", "shell_pid", "tty_id", "start_time", "end_time"]);
        AssertTypes(
            lines[4],
            ["event_type", "username", "hostname", "filename", "args", "stdout"],
            ["ptm_pid", "pid", "parent_pid", "tty_id", "start_time", "end_time", "exit_code", "stdout_size"]);
        Assert.Equal(3, lines[0].GetProperty("tty_id").GetInt32());
        Assert.Equal(Samples.At(4).ToUnixTimeMilliseconds(), lines[4].GetProperty("end_time").GetInt64());
        Assert.Equal(["ls", "-la", "/tmp"], lines[4].GetProperty("argv").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal((-1, 9), (lines[6].GetProperty("exit_code").GetInt32(), lines[6].GetProperty("signal").GetInt32()));
        Assert.Equal("ring-full", lines[8].GetProperty("cause").GetString());
        Assert.Equal(4001, lines[11].GetProperty("shell_pid").GetInt32());
        Assert.All(lines, line => Assert.Equal(Samples.Alice.Text, line.GetProperty("session").GetString()));
        Assert.Equal("2026-11-22T07:45:18.000000Z", lines[0].GetProperty("time").GetString());
        Assert.Equal(2, lines[0].GetProperty("sequence").GetInt32());
    }

    [Fact]
    public async Task Being_stopped_is_no_error()
    {
        using var stop = new CancellationTokenSource();
        var cli = new TestCli();
        cli.Gateway.Override = _ =>
        {
            stop.Cancel();
            return new GatewayProtocol.EventPage([], 5, false);
        };
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(stop.Token, "watch"));
        Assert.Empty(cli.Errors);
    }

    private static void AssertTypes(JsonElement json, string[] texts, string[] numbers)
    {
        Assert.All(texts, name => Assert.Equal(JsonValueKind.String, json.GetProperty(name).ValueKind));
        Assert.All(numbers, name => Assert.Equal(JsonValueKind.Number, json.GetProperty(name).ValueKind));
        var tcp = json.GetProperty("tcp_info");
        Assert.Equal("203.0.113.7", tcp.GetProperty("client_ip").GetString());
        Assert.Equal("192.0.2.1", tcp.GetProperty("server_ip").GetString());
        Assert.Equal(50522, tcp.GetProperty("client_port").GetInt32());
        Assert.Equal(22, tcp.GetProperty("server_port").GetInt32());
    }
}
