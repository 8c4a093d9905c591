using System.Text;
using SshLog.Cli.Replay;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Core.Probe;

namespace SshLog.Cli.Tests.Replay;

public sealed class ReplayCommandTests
{
    [Fact]
    public async Task Into_a_pipe_go_exactly_the_recorded_bytes()
    {
        byte[] every = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var query = "\e[6n\e]52;c;aGk=\a\0"u8.ToArray();
        var cli = WithJournal([Samples.Opened(), Samples.Pty(), Samples.Output(2, every)], [Samples.Output(3, query)]);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("replay", "alice", "--no-wait"));
        Assert.Equal([.. every, .. query], cli.OutputBytes);
        Assert.Empty(cli.Errors);
        Assert.Equal(TimeSpan.Zero, cli.Time.Elapsed);
    }

    [Fact]
    public async Task Gaps_are_told_on_standard_error_in_a_pipe()
    {
        var cli = WithJournal([Samples.Pty(), Samples.Output(2, "a"), Samples.Loss(3), Samples.Output(4, "b")]);
        await cli.RunAsync("replay", "alice", "--no-wait");
        Assert.Equal("ab", cli.Output);
        Assert.Equal("sshlog: missing: 1,234 bytes, ring buffer full\n", cli.Errors);
    }

    [Fact]
    public async Task Gaps_of_the_whole_session_count_and_those_of_another_channel_do_not()
    {
        var detached = Samples.Loss(3, bytes: null, channel: null) with { Cause = LossCause.Detached, Events = null };
        var cli = WithJournal([Samples.Pty(), Samples.Output(2, "a"), detached, Samples.Loss(3, channel: 5)]);
        await cli.RunAsync("replay", "alice", "--no-wait");
        Assert.Equal("sshlog: missing: unknown amount, probe not attached\n", cli.Errors);
    }

    [Fact]
    public async Task Where_there_was_no_room_or_a_limit_was_reached_it_says_how_much_is_left_out()
    {
        var cli = WithJournal(
            [Samples.Pty(), Samples.Output(2, "a"), new OutputLeftOut(Samples.At(3), 0, ChannelStream.Output, 1, 5000) { NoRoom = true }]);
        await cli.RunAsync("replay", "alice", "--no-wait");
        Assert.Equal("sshlog: left out: 5,000 bytes, for want of room\n", cli.Errors);
    }

    [Fact]
    public async Task On_a_terminal_a_gap_is_a_line_in_reverse_video_and_questions_are_dropped()
    {
        var cli = WithJournal(
            [Samples.Pty(), Samples.Output(2, "a\e[6n\e[1mb"), Samples.Loss(3), Samples.Output(4, "c\e]52;c;x\a\r\n")],
            terminal: true);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("replay", "alice", "--no-wait"));
        Assert.Contains(
            "a\e[1mb\r\n\e[7m[missing: 1,234 bytes, ring buffer full]\e[27m\r\nc\r\n", cli.Output, StringComparison.Ordinal);
        Assert.EndsWith("\e[0m", cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[6n", cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("]52", cli.Output, StringComparison.Ordinal);
        Assert.True(cli.TerminalRestored);
    }

    [Fact]
    public async Task The_alternate_screen_is_left_when_a_replay_is_quit_in_it()
    {
        var cli = WithJournal(
            [Samples.Pty(), Samples.Output(2, "\e[?1049hvim")], terminal: true, keys: []);
        await cli.RunAsync("replay", "alice", "--no-wait");
        var end = cli.Output[(cli.Output.IndexOf("vim", StringComparison.Ordinal) + 3)..];
        Assert.Contains("\e[?1049l", end, StringComparison.Ordinal);
        Assert.Contains("\e[?25h", end, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_terminal_is_restored_when_the_connection_is_lost()
    {
        var cli = WithJournal([Samples.Pty(), Samples.Output(2, "a")], terminal: true);
        cli.Gateway.Override = request => request is Core.Protocol.GatewayProtocol.ReadJournal
            ? throw new CliException(ExitCodes.InputOutput, "the daemon has closed the connection")
            : null;
        Assert.Equal(ExitCodes.InputOutput, await cli.RunAsync("replay", "alice"));
        Assert.True(cli.TerminalRestored);
        Assert.EndsWith("\e[0m", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quit_ends_before_the_first_output()
    {
        var cli = WithJournal([Samples.Pty(), Samples.Output(2, "secret")], terminal: true, keys: [ReplayKey.Quit]);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("replay", "alice"));
        Assert.DoesNotContain("secret", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_terminal_is_the_default_and_others_are_mentioned()
    {
        var cli = WithJournal(
            [Samples.Pipes(0), Samples.Pty(1), Samples.Pty(2, tty: 4)],
            [Samples.Output(2, "zero", 0), Samples.Output(2, "one", 1), Samples.Output(2, "two", 2)]);
        await cli.RunAsync("replay", "alice", "--no-wait");
        Assert.Equal("one", cli.Output);
        Assert.Equal(
            "sshlog: replayed channel 1 (tty 3); --channel chooses another: channel 0 (no tty), channel 2 (tty 4)\n",
            cli.Errors);
    }

    [Fact]
    public async Task Another_channel_can_be_chosen()
    {
        var cli = WithJournal([Samples.Pty(0), Samples.Pty(1)], [Samples.Output(2, "0", 0), Samples.Output(2, "1", 1)]);
        await cli.RunAsync("replay", "alice", "--no-wait", "--channel", "1");
        Assert.Equal("1", cli.Output);
    }

    [Fact]
    public async Task A_channel_that_does_not_exist_is_66()
    {
        var cli = WithJournal([Samples.Pty(0), Samples.Output(2, "0")]);
        Assert.Equal(66, await cli.RunAsync("replay", "alice", "--no-wait", "--channel", "9"));
        Assert.Equal("sshlog: session 20261122T074517-970236-4f2a has no channel 9; it has: channel 0 (tty 3)\n", cli.Errors);
    }

    [Fact]
    public async Task Without_a_terminal_both_streams_keep_their_descriptor()
    {
        SessionEvent[] journal =
        [
            Samples.Pipes(0),
            Samples.Output(2, "out\n"),
            Samples.Output(2, "err\n") with { Stream = ChannelStream.Error },
        ];
        var pipe = WithJournal(journal);
        pipe.Gateway.Sessions[0] = pipe.Gateway.Sessions[0] with { Ttys = [] };
        await pipe.RunAsync("replay", "alice", "--no-wait");
        Assert.Equal(("out\n", "err\n"), (pipe.Output, pipe.Errors));
        var terminal = WithJournal(journal, terminal: true);
        terminal.Gateway.Sessions[0] = terminal.Gateway.Sessions[0] with { Ttys = [] };
        await terminal.RunAsync("replay", "alice", "--no-wait");
        Assert.Contains("out\r\nerr\r\n", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_passes_as_recorded_scaled_and_shortened()
    {
        SessionEvent[] journal =
            [Samples.Opened(), Samples.Pty(), Samples.Output(10, "a"), Samples.Output(14, "b"), Samples.Output(114, "c")];
        var real = WithJournal(journal);
        await real.RunAsync("replay", "alice");
        Assert.Equal(104, real.Time.Elapsed.TotalSeconds, 0.01);
        var scaled = WithJournal(journal);
        await scaled.RunAsync("replay", "alice", "--speed", "4");
        Assert.Equal(26, scaled.Time.Elapsed.TotalSeconds, 0.01);
        var shortened = WithJournal(journal);
        await shortened.RunAsync("replay", "alice", "--idle-limit", "2.5", "--speed", "0.5");
        Assert.Equal(10, shortened.Time.Elapsed.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task An_open_session_is_replayed_as_far_as_it_is_recorded()
    {
        var cli = WithJournal([Samples.Pty(), Samples.Output(2, "so far")]);
        cli.Gateway.Override = request => request is Core.Protocol.GatewayProtocol.ReadJournal read
            ? new Core.Protocol.GatewayProtocol.EventPage(
                read.AfterSequenceNr == 0 ? Samples.Page(Samples.Alice, 1, Samples.Pty(), Samples.Output(2, "so far")) : [],
                2,
                Ended: false)
            : null;
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("replay", "alice", "--no-wait"));
        Assert.Equal("so far", cli.Output);
    }

    private static TestCli WithJournal(params SessionEvent[][] pages) => WithJournal(pages, false, []);

    private static TestCli WithJournal(SessionEvent[] page, bool terminal, ReplayInput[]? keys = null) =>
        WithJournal([page], terminal, keys ?? []);

    private static TestCli WithJournal(SessionEvent[][] pages, bool terminal, ReplayInput[] keys)
    {
        var cli = new TestCli { OutputIsTerminal = terminal, Keys = keys };
        cli.Gateway.Sessions.Add(Samples.Session());
        var number = 1;
        foreach (var page in pages)
        {
            cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, number, page));
            number += page.Length;
        }

        return cli;
    }
}
