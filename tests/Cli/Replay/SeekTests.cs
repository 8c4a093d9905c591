using System.Text;
using SshLog.Cli.Replay;
using SshLog.Cli.Tests.Support;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Core.Protocol;
using SshLog.Formatting;
using SshLog.Native;
using SshLog.Terminal;

namespace SshLog.Cli.Tests.Replay;

/// <summary>Seeking, as a person in front of a terminal would; what is seen is read from a terminal model.</summary>
public sealed class SeekTests
{
    private static readonly SessionEvent[] _journal =
    [
        Samples.Opened(), Samples.Pty(), Samples.Output(10, "first\r\n"), Samples.Started(20, 100, "ls"),
        Samples.Output(21, "second\r\n"), Samples.Started(30, 101, "vim"), Samples.Output(31, "\e[?1049hVIM"),
        Samples.Output(40, "\e[?1049lthird\r\n"), Samples.Output(100, "last"),
    ];

    [Theory]
    [InlineData("0:25", "first|second")]
    [InlineData("22", "first|second")]
    [InlineData("35", "VIM")]
    [InlineData("40%", "first|second|third")]
    [InlineData("#4", "first")]
    [InlineData("#7", "first|second")]
    [InlineData("100%", "first|second|third|last")]
    [InlineData("9:00:00", "first|second|third|last")]
    public async Task A_replay_begins_where_it_is_told_to(string from, string seen)
    {
        // Paused at once, and quit: what is seen is the place itself.
        var cli = Cli(keys: [ReplayKey.Pause, ReplayKey.Quit]);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("replay", "alice", "--from", from));
        Assert.Equal(seen, Seen(cli));
    }

    [Fact]
    public async Task Into_a_pipe_go_the_bytes_behind_the_place()
    {
        var cli = Cli(terminal: false);
        await cli.RunAsync("replay", "alice", "--from", "#8", "--no-wait");
        Assert.Equal("\e[?1049lthird\r\nlast", cli.Output);
    }

    [Theory]
    [InlineData("]", "first")]
    [InlineData("]]", "first|second")]
    [InlineData("]][", "first")]
    [InlineData("9", "first|second|third")]
    [InlineData("5]", "first|second|third")]
    [InlineData("90", "")]
    [InlineData("\e[C", "")]
    [InlineData("\e[C\e[C\e[C\e[C\e[C", "first|second")]
    [InlineData("\e[A", "first|second|third")]
    [InlineData("9\e[B", "first")]
    [InlineData("g0:35\r", "VIM")]
    [InlineData("g50%\r", "first|second|third")]
    [InlineData("g9\u007f\u007f35\r", "VIM")]
    public async Task Keys_go_there(string typed, string seen)
    {
        var keys = new List<ReplayInput> { ReplayKey.Pause };
        var reader = new ReplayKeys();
        foreach (var part in Parts(typed))
            reader.Take(Encoding.ASCII.GetBytes(part), keys.Add);
        keys.Add(ReplayKey.Quit);
        var cli = Cli(keys: [.. keys]);
        // 50 % of 80 s is after the third output.
        cli.Gateway.Sessions[0] = cli.Gateway.Sessions[0] with { EndedAt = Samples.At(80) };
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("replay", "alice"));
        Assert.Equal(seen, Seen(cli));
    }

    [Theory]
    [InlineData("]", "0:00:20 of")]
    [InlineData("]]", "0:00:30 of")]
    [InlineData("]]]", "0:00:40 of")]
    [InlineData("]][", "0:00:20 of")]
    [InlineData("]]][[", "0:00:20 of")]
    public async Task Commands_that_print_nothing_are_places_too(string typed, string where)
    {
        var keys = new List<ReplayInput> { ReplayKey.Pause };
        new ReplayKeys().Take(Encoding.ASCII.GetBytes(typed), keys.Add);
        keys.Add(ReplayKey.Quit);
        var cli = new TestCli { OutputIsTerminal = true, Keys = [.. keys] };
        cli.Gateway.Sessions.Add(Samples.Session() with { EndedAt = Samples.At(100) });
        cli.Gateway.Journal.Add(Samples.Page(
            Samples.Alice, 1, Samples.Opened(), Samples.Pty(), Samples.Started(20, 100, "cd"), Samples.Started(30, 101, "cd"),
            Samples.Started(40, 102, "ls"), Samples.Output(41, "file")));
        for (var command = 3; command <= 5; command++)
            cli.Gateway.Commands.Add(Samples.Command(command, "/usr/bin/cd", "cd"));
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("replay", "alice"));
        var last = cli.Output.LastIndexOf(" of 0:01:40", StringComparison.Ordinal);
        Assert.Equal(where, cli.Output[(last - 7)..(last + 3)]);
    }

    [Theory]
    [InlineData("\u00e9t\u00e9")]
    [InlineData("\u6f22\u5b57")]
    [InlineData("x\U0001F600\u007f\u00fc")]
    public async Task A_text_may_be_of_any_script_and_a_key_gives_a_search_up(string typed)
    {
        var keys = new List<ReplayInput> { ReplayKey.Pause };
        var reader = new ReplayKeys();
        // A terminal may be read in the middle of a character.
        foreach (var b in Encoding.UTF8.GetBytes($"/{typed}\r "))
            reader.Take([b], keys.Add);
        keys.Add(ReplayKey.Quit);
        var cli = Cli(keys: [.. keys]);
        await cli.RunAsync("replay", "alice");
        var sought = typed.Replace("\U0001F600\u007f", string.Empty, StringComparison.Ordinal);
        Assert.Contains($"given up, not searched to the end: {sought}", cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not found", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_of_days_says_its_hours()
    {
        var cli = Cli(keys: [ReplayKey.Pause, ReplayKey.Quit]);
        cli.Gateway.Sessions[0] = cli.Gateway.Sessions[0] with { EndedAt = Samples.At(100_000) };
        await cli.RunAsync("replay", "alice", "--from", "100%");
        Assert.Contains(" of 27:46:40, ", cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SECOND", 0, 5L)]
    [InlineData("first", 0, 3L)]
    [InlineData("first", 3, null)]
    [InlineData("vim", 0, 7L)]
    [InlineData("LAST", 0, 9L)]
    [InlineData("no such text", 0, null)]
    public async Task Text_is_found_where_it_is_shown_next(string needle, long from, long? found)
    {
        var cli = Cli();
        var recording = new Recording(cli.Gateway, cli.Gateway.Sessions[0], null, cli.Time);
        var place = await recording.FindAsync(new ReplayTarget.Text(needle), from, Samples.Start, () => false, default);
        Assert.Equal(found, place?.SequenceNr);
        Assert.Null(await recording.FindAsync(new ReplayTarget.Text(needle), 0, Samples.Start, () => true, default));
    }

    [Fact]
    public async Task A_key_frame_spares_reading_what_is_before_it()
    {
        var terminal = new HeadlessTerminal(80, 24);
        terminal.Feed("from the frame\r\n"u8);
        var cli = Cli(keys: [ReplayKey.Pause, ReplayKey.Quit]);
        var last = new JournalledEvent(8, Samples.Alice, 8, Samples.Output(40, string.Empty));
        cli.Gateway.Frames.Add(new ChannelScreen(0, terminal).Save(last));
        await cli.RunAsync("replay", "alice", "--channel", "0", "--from", "50%");
        Assert.Equal("from the frame", Seen(cli));
        var read = cli.Gateway.Requests.OfType<GatewayProtocol.ReadJournal>().Select(r => r.AfterSequenceNr).ToList();
        // The beginning says which channels there are.
        Assert.Equal([0, 8], read.Take(2));
    }

    [Fact]
    public async Task A_frame_of_another_version_is_none()
    {
        var cli = Cli(keys: [ReplayKey.Pause, ReplayKey.Quit]);
        cli.Gateway.Frames.Add(new ScreenFrame(Samples.Alice, 0, 7, Samples.At(31), 100, new byte[] { 99 }));
        await cli.RunAsync("replay", "alice", "--from", "50%");
        Assert.Equal("first|second|third", Seen(cli));
    }

    [Fact]
    public async Task A_smaller_terminal_sees_the_part_around_the_cursor()
    {
        SessionEvent[] journal = [Samples.Pty(), Samples.Output(2, "top\e[20;70Hfar away")];
        var cli = new TestCli { OutputIsTerminal = true, Size = new WindowSize(20, 5), Keys = [] };
        cli.Gateway.Sessions.Add(Samples.Session() with { EndedAt = Samples.At(3) });
        cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, 1, journal));
        await cli.RunAsync("replay", "alice");
        var viewer = new HeadlessTerminal(20, 5);
        viewer.Feed(Encoding.UTF8.GetBytes(cli.Output[..cli.Output.LastIndexOf("\e[?1049l", StringComparison.Ordinal)]));
        Assert.Contains(Enumerable.Range(0, 5), row => viewer.TextAt(row).EndsWith("far away", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_open_session_is_followed_until_it_closes()
    {
        var cli = Cli();
        var (asked, more) = (0, Samples.Page(Samples.Alice, _journal.Length + 1, Samples.Output(101, " and new"), Closed()));
        cli.Gateway.Override = request =>
        {
            // Nothing new three times, then the rest.
            if (request is GatewayProtocol.ReadJournal read && read.AfterSequenceNr == _journal.Length && ++asked == 4)
                cli.Gateway.Journal.Add(more);
            return null;
        };
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("replay", "alice"));
        Assert.Equal("first|second|third|last and new", Seen(cli));
        Assert.Equal(4, asked);
    }

    [Fact]
    public async Task What_a_hostile_recording_prints_does_not_reach_the_terminal()
    {
        SessionEvent[] journal =
            [Samples.Pty(), Samples.Output(2, "\e]52;c;aGk=\a\e[6n\e]0;title\a\e[?1000h\e[8;5;5t\e[5iok\u202e")];
        var cli = new TestCli { OutputIsTerminal = true };
        cli.Gateway.Sessions.Add(Samples.Session() with { EndedAt = Samples.At(3) });
        cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, 1, journal));
        await cli.RunAsync("replay", "alice");
        foreach (var hostile in new[] { "]52", "[6n", "]0;", "1000h", "8;5;5t", "[5i" })
            Assert.DoesNotContain(hostile, cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12:3x")]
    [InlineData("101%")]
    [InlineData("#0")]
    [InlineData("1:2:3:4")]
    [InlineData("")]
    public async Task A_place_that_is_none_is_64(string from)
    {
        var cli = Cli();
        Assert.Equal(64, await cli.RunAsync("replay", "alice", "--from", from));
        Assert.Contains("a time (1:23:45", cli.Errors, StringComparison.Ordinal);
    }

    private static SessionClosed Closed() => new(Samples.At(102), SessionEnd.Exited, 0, null, 0, 0, 0);

    // An escape sequence arrives at once.
    private static IEnumerable<string> Parts(string typed)
    {
        for (var i = 0; i < typed.Length;)
        {
            var length = typed[i] == '\e' ? 3 : 1;
            yield return typed.Substring(i, length);
            i += length;
        }
    }

    private static TestCli Cli(bool terminal = true, ReplayInput[]? keys = null)
    {
        var cli = new TestCli { OutputIsTerminal = terminal, Keys = keys ?? [] };
        cli.Gateway.Sessions.Add(Samples.Session() with { EndedAt = keys is null ? null : Samples.At(100) });
        cli.Gateway.Journal.Add(Samples.Page(Samples.Alice, 1, _journal));
        cli.Gateway.Commands.Add(Samples.Command(4, "/usr/bin/ls", "ls"));
        cli.Gateway.Commands.Add(Samples.Command(6, "/usr/bin/vim", "vim"));
        return cli;
    }

    // What is left on the terminal is the text of the last picture.
    private static string Seen(TestCli cli)
    {
        const string end = "\e[?1049l";
        var left = cli.Output[(cli.Output.LastIndexOf(end, StringComparison.Ordinal) + end.Length)..];
        return left.Replace("\e[0m", "", StringComparison.Ordinal).Trim().Replace("\r\n", "|", StringComparison.Ordinal);
    }
}
