using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Watching and typing on real terminals: what the viewer sees is what the user sees.</summary>
[Collection("probe")]
public sealed class AttachTests : IDisposable
{
    private const string Prompt = LiveSession.Prompt;

    private readonly LiveSession _live = new();

    private DaemonProcess Daemon => _live.Daemon;

    private Tmux Tmux => _live.Tmux;

    public void Dispose() => _live.Dispose();

    [Fact]
    public async Task Late_viewer_of_another_size_sees_what_the_user_sees_and_types_into_it()
    {
        await _live.StartAsync("sshlog.typing = on");
        Tmux.Type("user", "printf 'h\\303\\251llo \\346\\274\\242 e\\314\\201 \\033[31mred\\033[0m\\n'", "Enter");
        await Tmux.WaitAsync("user", "h\u00e9llo");
        Tmux.Open("viewer", 100, 35, Daemon.CommandLine("attach", _live.Id));
        await _live.SameAsync("h\u00e9llo");

        // Lines as long as these tmux would wrap anew in a narrower window, which a terminal need not do.
        Tmux.Type("viewer", "clear", "Enter");
        await Tmux.WaitAsync("user", screen => screen[0] == Prompt);
        Tmux.Type("viewer", "less /etc/services", "Enter");
        await _live.SameAsync("tcpmux");
        Tmux.Type("viewer", "f");
        await Tmux.WaitAsync("user", screen => !screen.Any(line => line.Contains("tcpmux", StringComparison.Ordinal)));
        Tmux.Resize("user", 70, 20);
        await _live.SameAsync("/tcp");
        Tmux.Type("viewer", "q");
        await _live.SameAsync(Prompt);
        Tmux.Type("viewer", "vi -u NONE /etc/passwd", "Enter");
        await _live.SameAsync("root:x:0:0");
        Tmux.Type("viewer", ":q", "Enter");
        await _live.SameAsync(Prompt);
        Tmux.Type("viewer", "stty -echo; cat > /dev/null", "Enter");
        Tmux.Paste("viewer", [.. Enumerable.Range(0, 20_000).SelectMany(i => Encoding.ASCII.GetBytes($"{i:d9}\r"))]);
        Tmux.Type("viewer", "C-d");
        Tmux.Type("viewer", "stty echo; echo came to an end", "Enter");
        await _live.SameAsync("came to an end");

        Tmux.Type("viewer", "C-q");
        await Tmux.WaitAsync("viewer", "You have left the session");
        var events = await _live.EventsAsync();
        Assert.Equal("root", Single(events, "viewer_joined").GetProperty("by_user").GetString());
        Assert.True(Single(events, "viewer_joined").GetProperty("may_type").GetBoolean());
        Assert.Single(events, e => LiveSession.Name(e) == "viewer_left");
        Assert.True(events.Where(e => LiveSession.Name(e) == "input_injected").Sum(e => e.GetProperty("bytes").GetInt64()) > 200_000);
        Assert.Equal((28, 90), Size(Single(events, "channel_opened")));
        Assert.Equal((20, 70), Size(Single(events, "terminal_resized")));
    }

    [Fact]
    public async Task A_program_that_draws_all_the_time_in_colours_and_frames_looks_the_same()
    {
        await _live.StartAsync("sshlog.typing = on");
        // Its own settings, none of somebody's; it draws anew every ten seconds, and whatever is typed at once.
        Tmux.Type("user", $"LC_ALL=C.UTF-8 HTOPRC={_live.Sshd.InDirectory("htoprc")} htop -d 100", "Enter");
        await Tmux.WaitAsync("user", "Load average");
        Tmux.Open("viewer", 100, 35, Daemon.CommandLine("attach", _live.Id));
        await _live.SameAsync("Load average");
        Tmux.Type("viewer", "F5");
        await _live.SameAsync("\u251c\u2500");
        Tmux.Type("viewer", "Down", "Down", "F6");
        await _live.SameAsync("Sort by");
        Tmux.Type("viewer", "Escape", "F10");
        await _live.SameAsync(Prompt);
    }

    [Fact]
    public async Task What_a_session_prints_does_nothing_to_the_viewers_terminal_but_show()
    {
        await _live.StartAsync();
        Tmux.Open("viewer", 90, 28, "sh", "-c", string.Join(' ', Daemon.CommandLine("attach", _live.Id, "--readonly")) + "; cat -v");
        await _live.SameAsync(Prompt);
        var title = Tmux.Ask("viewer", "#{pane_title}");
        Tmux.Type(
            "user",
            "printf '\\033]52;c;aGk=\\007\\033[6n\\033[c\\033]2;owned\\007\\033[8;5;5t\\033]0;owned\\007\\033P+q544e\\033\\\\\\033[?1000h'; clear; echo after",
            "Enter");
        await _live.SameAsync("after");
        Assert.Equal((title, "90x28"), (Tmux.Ask("viewer", "#{pane_title}"), Tmux.Ask("viewer", "#{pane_width}x#{pane_height}")));
        Tmux.Type("viewer", "typed by an observer");
        Tmux.Type("viewer", "q");
        await Tmux.WaitAsync("viewer", "You have left the session");
        Tmux.Type("viewer", "left behind", "Enter");
        var left = await Tmux.WaitAsync("viewer", "left behind");
        // What a terminal answers would stand there as if it had been typed.
        Assert.DoesNotContain(left.SkipWhile(line => !line.Contains("left the session", StringComparison.Ordinal)), line => line.Contains("^[", StringComparison.Ordinal));
        Assert.DoesNotContain(Tmux.Screen("user"), line => line.Contains("observer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hundred_megabytes_without_a_line_break_end_with_the_same_screen()
    {
        await _live.StartAsync();
        Tmux.Open("viewer", 90, 28, Daemon.CommandLine("attach", _live.Id));
        await _live.SameAsync(Prompt);
        Tmux.Type("user", "clear; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo all of''-it", "Enter");
        await Tmux.WaitAsync("user", screen => screen.Contains("all of-it"), TimeSpan.FromMinutes(2));
        await _live.SameAsync("all of-it");
        Tmux.Type("user", "exit", "Enter");
        var session = await Daemon.WaitForEndAsync(_live.Sshd.Port);
        Assert.Equal(0, session.GetProperty("loss_events").GetInt32());
        Assert.InRange(session.GetProperty("output_bytes").GetInt64(), 100_000_000, 101_000_000);
    }

    [Fact]
    public async Task An_observer_watches_and_is_told_why_not_more()
    {
        await _live.StartAsync("sshlog { typing = on, access.observers = nogroup }");
        Tmux.Open("viewer", 90, 28, Daemon.CommandLineOf(_live.Sshd.User, ["nogroup"], "attach", _live.Id));
        await _live.SameAsync(Prompt);
        Tmux.Type("viewer", "x", "q");
        var screen = await Tmux.WaitAsync("viewer", "You have left the session");
        // The line is wrapped somewhere.
        Assert.Contains("needstheroleoperator", string.Concat(screen).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var (exitCode, _, errors) = await Daemon.AskAsUserAsync(_live.Sshd.User, ["nogroup"], "kill", _live.Id, "--yes");
        Assert.Equal(77, exitCode);
        Assert.Contains("operator", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_refused_inside_itself_and_a_daemon_that_dies_says_so()
    {
        await _live.StartAsync();
        Tmux.Type("user", string.Join(' ', Daemon.CommandLine("attach", _live.Id)), "Enter");
        await Tmux.WaitAsync("user", "the session you are in");
        Tmux.Type("user", "clear", "Enter");
        Tmux.Open("viewer", 90, 28, Daemon.CommandLine("attach", _live.Id));
        await _live.SameAsync(Prompt);
        await Daemon.KillAsync();
        await Tmux.WaitAsync("viewer", "The daemon has closed the connection");
    }

    private static JsonElement Single(JsonElement[] events, string name) => Assert.Single(events, e => LiveSession.Name(e) == name);

    private static (int Rows, int Columns) Size(JsonElement fact) =>
        (fact.GetProperty("rows").GetInt32(), fact.GetProperty("columns").GetInt32());
}
