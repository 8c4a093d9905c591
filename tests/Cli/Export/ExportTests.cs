using System.Text;
using System.Text.Json;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Cli.Tests.Export;

public sealed class ExportTests
{
    private static readonly SessionEvent[] _journal =
    [
        Samples.Opened(), new SignedIn(Samples.At(0.5), "alice", 1000, "publickey"), Samples.Pty(),
        Samples.Output(2, "\e[31mred\e[0m\r\n"), Samples.Started(3, 100, "ls", "-l\e[2J"),
        new TerminalResized(Samples.At(4), 0, 50, 132),
        Samples.Output(5, Encoding.UTF8.GetBytes("caf\u00e9")[..4]), Samples.Output(6, Encoding.UTF8.GetBytes("\u00e9!")[1..]),
        Samples.Loss(7), Samples.Output(6.5, "back\r\n"), new CommandFinished(Samples.At(8), 100, Samples.At(3), 2, null, false, false),
        new SessionClosed(Samples.At(9), SessionEnd.Exited, 3, null, 0, 0, 0),
    ];

    [Fact]
    public async Task Asciicast_v2_keeps_times_sizes_and_marks()
    {
        var lines = await LinesAsync("asciicast-v2");
        Assert.Equal(
            """{"version":2,"width":80,"height":24,"timestamp":1795333518,"title":"alice@host1 20261122T074517-970236-4f2a"}""",
            lines[0]);
        Assert.Equal(
            [
                """[1.000000,"o","\u001B[31mred\u001B[0m\r\n"]""",
                """[2.000000,"m","/usr/bin/ls -l\\x1b[2J"]""",
                """[3.000000,"r","132x50"]""",
                """[4.000000,"o","caf"]""",
                """[5.000000,"o","\u00E9!"]""",
                """[6.000000,"m","missing: 1,234 bytes, ring buffer full"]""",
                """[6.000000,"o","back\r\n"]""",
            ],
            lines[1..]);
    }

    [Fact]
    public async Task Asciicast_v3_counts_from_event_to_event_and_ends_with_the_status()
    {
        var lines = await LinesAsync("asciicast-v3");
        Assert.Equal(
            """{"version":3,"term":{"cols":80,"rows":24},"timestamp":1795333518,"title":"alice@host1 20261122T074517-970236-4f2a"}""",
            lines[0]);
        Assert.Equal([1, 1, 1, 1, 1, 1, 0, 0], lines[1..].Select(l => (int)JsonDocument.Parse(l).RootElement[0].GetDouble()));
        // Of the program, not of sshd (3).
        Assert.Equal("""[0.000000,"x","2"]""", lines[^1]);
    }

    [Fact]
    public async Task Text_is_what_a_person_would_have_read() => Assert.Equal(
        ["red", "caf\u00e9!", "[missing: 1,234 bytes, ring buffer full]", "back"], await LinesAsync("text"));

    [Fact]
    public async Task Output_that_was_left_out_on_purpose_has_its_mark_too()
    {
        SessionEvent[] journal =
        [
            Samples.Opened(), Samples.Pty(), Samples.Output(2, "before\r\n"),
            new OutputLeftOut(Samples.At(3), 0, ChannelStream.Output, 8, 5000) { NoRoom = true },
            new OutputLeftOut(Samples.At(3), 7, ChannelStream.Output, 0, 1), Samples.Output(4, "after\r\n"),
            new OutputLeftOut(Samples.At(5), 0, ChannelStream.Output, 5015, 70),
        ];
        Assert.Equal(
            ["before", "[left out: 5,000 bytes, for want of room]", "after", "[left out: 70 bytes, beyond the limit]"],
            await LinesAsync("text", journal));
        Assert.Contains("""[2.000000,"m","left out: 5,000 bytes, for want of room"]""", await LinesAsync("asciicast-v2", journal));
    }

    [Fact]
    public async Task Without_a_terminal_a_line_feed_is_a_new_line_and_a_carriage_return_is_none()
    {
        var cli = Cli(Samples.Opened(), Samples.Pipes(0), Samples.Output(2, "10 %\r20 %\r"), Samples.Output(3, "\nover\f\n"));
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("export", "alice", "--format", "asciicast-v2", "--channel", "0"));
        var lines = cli.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(["10 %\r20 %\r", "\r\nover\f\r\n"], lines[1..].Select(l => JsonDocument.Parse(l).RootElement[2].GetString()));
    }

    [Fact]
    public async Task Raw_is_every_byte()
    {
        var cli = Cli();
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("export", "alice", "--format", "raw"));
        Assert.Equal("\e[31mred\e[0m\r\ncaf\u00e9!back\r\n", cli.Output);
    }

    [Fact]
    public async Task Json_lines_have_the_names_that_scripts_know()
    {
        var objects = (await LinesAsync("jsonl")).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(
            [
                "connection_established", "channel_opened", "terminal_update", "command_start", "terminal_resized",
                "terminal_update", "terminal_update", "loss", "terminal_update", "command_finish", "connection_close",
            ],
            objects.Select(o => o.GetProperty("event_type").GetString()));
        Assert.Equal("\e[31mred\e[0m\r\n", objects[2].GetProperty("terminal_data").GetString());
        Assert.Equal(14, objects[2].GetProperty("data_len").GetInt32());
        Assert.False(objects[2].TryGetProperty("terminal_base64", out _));
        Assert.Equal("caf\u00c3"u8.ToArray().Length - 1, objects[5].GetProperty("terminal_base64").GetBytesFromBase64().Length);
        Assert.Equal("/usr/bin/ls", objects[9].GetProperty("filename").GetString());
        Assert.Equal(2, objects[9].GetProperty("exit_code").GetInt32());
        Assert.All(objects, o => Assert.Equal("203.0.113.7", o.GetProperty("tcp_info").GetProperty("client_ip").GetString()));
    }

    [Fact]
    public async Task Ecs_has_the_names_of_the_schema()
    {
        var objects = (await LinesAsync("ecs")).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(11, objects.Count);
        var start = objects[3];
        Assert.Equal("command_start", start.GetProperty("event").GetProperty("action").GetString());
        Assert.Equal("process", start.GetProperty("event").GetProperty("category")[0].GetString());
        Assert.Equal(100, start.GetProperty("process").GetProperty("pid").GetInt32());
        Assert.Equal(2, start.GetProperty("process").GetProperty("args_count").GetInt32());
        Assert.Equal("failure", objects[9].GetProperty("event").GetProperty("outcome").GetString());
        Assert.Equal(2, objects[9].GetProperty("process").GetProperty("exit_code").GetInt32());
        Assert.Equal("alice", start.GetProperty("user").GetProperty("name").GetString());
        Assert.Equal("203.0.113.7", start.GetProperty("source").GetProperty("ip").GetString());
        Assert.Equal("2026-11-22T07:45:20", start.GetProperty("@timestamp").GetString()![..19]);
    }

    [Fact]
    public async Task Other_channels_are_mentioned_and_one_that_does_not_exist_is_66()
    {
        var cli = Cli(Samples.Pipes(0), Samples.Pty(1), Samples.Output(2, "zero\n", 0), Samples.Output(2, "one\n", 1));
        await cli.RunAsync("export", "alice", "-f", "raw");
        Assert.Equal("one\n", cli.Output);
        Assert.Contains("exported channel 1 (tty 3); --channel chooses another", cli.Errors, StringComparison.Ordinal);
        Assert.Equal(66, await Cli(Samples.Pty()).RunAsync("export", "alice", "-f", "raw", "--channel", "9"));
    }

    [Fact]
    public async Task A_format_that_does_not_exist_is_64()
    {
        var cli = Cli();
        Assert.Equal(64, await cli.RunAsync("export", "alice", "--format", "gif"));
        Assert.Contains("asciicast-v2, asciicast-v3, text, raw, jsonl, ecs", cli.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("asciicast-v2")]
    [InlineData("asciicast-v3")]
    public async Task The_player_of_asciinema_plays_it(string format)
    {
        var cli = Cli();
        await cli.RunAsync("export", "alice", "--format", format);
        var played = AsciinemaPlayer.Play(cli.Output, 0.5, 1.5, 2.9, 3.5, 4.5, 5.5, 6);
        Assert.Null(played.Error);
        Assert.Equal(6, played.Duration, 0.001);
        Assert.Equal([(2, "/usr/bin/ls -l\\x1b[2J"), (6, "missing: 1,234 bytes, ring buffer full")], played.Markers.Select(m => (m.Time, m.Label)));
        Assert.Equal(
            ["", "\e[31mred\e[0m\r\n", "\e[31mred\e[0m\r\n", "\e[31mred\e[0m\r\n", "\e[31mred\e[0m\r\ncaf", "\e[31mred\e[0m\r\ncaf\u00e9!", "\e[31mred\e[0m\r\ncaf\u00e9!back\r\n"],
            played.At.Select(a => a.Text));
        Assert.Equal([80, 80, 80, 132, 132, 132, 132], played.At.Select(a => a.Cols));
        Assert.Equal([24, 24, 24, 50, 50, 50, 50], played.At.Select(a => a.Rows));
    }

    private static async Task<string[]> LinesAsync(string format, params SessionEvent[] journal)
    {
        var cli = Cli(journal);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("export", "alice", "--format", format));
        Assert.Empty(cli.Errors);
        return cli.Output.TrimEnd('\n').Split('\n');
    }

    private static TestCli Cli(params SessionEvent[] journal)
    {
        var cli = new TestCli();
        cli.Gateway.Sessions.Add(Samples.Session());
        cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, 1, journal.Length == 0 ? _journal : journal));
        return cli;
    }
}
