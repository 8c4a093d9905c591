using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Watching and typing on real terminals: what the viewer sees is what the user sees.</summary>
[Collection("probe")]
public sealed class AttachTests : IDisposable
{
    private const string Prompt = "ready>";

    private readonly DaemonProcess _daemon = new();
    private readonly SshServer _sshd = new();
    private readonly Tmux _tmux = new();

    public void Dispose()
    {
        _tmux.Dispose();
        _sshd.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task Late_viewer_of_another_size_sees_what_the_user_sees_and_types_into_it()
    {
        await StartAsync("sshlog.typing = on");
        _tmux.Type("user", "printf 'h\\303\\251llo \\346\\274\\242 e\\314\\201 \\033[31mred\\033[0m\\n'", "Enter");
        await _tmux.WaitAsync("user", "h\u00e9llo");
        _tmux.Open("viewer", 100, 35, _daemon.CommandLine("attach", "root"));
        await SameAsync("h\u00e9llo");

        // Lines as long as these tmux would wrap anew in a narrower window, which a terminal need not do.
        _tmux.Type("viewer", "clear", "Enter");
        await _tmux.WaitAsync("user", screen => screen[0] == Prompt);
        _tmux.Type("viewer", "less /etc/services", "Enter");
        await SameAsync("tcpmux");
        _tmux.Type("viewer", "f");
        await _tmux.WaitAsync("user", screen => !screen.Any(line => line.Contains("tcpmux", StringComparison.Ordinal)));
        _tmux.Resize("user", 70, 20);
        await SameAsync("/tcp");
        _tmux.Type("viewer", "q");
        await SameAsync(Prompt);
        _tmux.Type("viewer", "vi -u NONE /etc/passwd", "Enter");
        await SameAsync("root:x:0:0");
        _tmux.Type("viewer", ":q", "Enter");
        await SameAsync(Prompt);
        _tmux.Type("viewer", "stty -echo; cat > /dev/null", "Enter");
        _tmux.Paste("viewer", string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i:d9}\n")));
        _tmux.Type("viewer", "C-d");
        _tmux.Type("viewer", "stty echo; echo came to an end", "Enter");
        await SameAsync("came to an end");

        _tmux.Type("viewer", "C-q");
        await _tmux.WaitAsync("viewer", "You have left the session");
        var events = await EventsAsync();
        Assert.Equal("root", Single(events, "viewer_joined").GetProperty("by_user").GetString());
        Assert.True(Single(events, "viewer_joined").GetProperty("may_type").GetBoolean());
        Assert.Single(events, e => Name(e) == "viewer_left");
        Assert.True(events.Where(e => Name(e) == "input_injected").Sum(e => e.GetProperty("bytes").GetInt64()) > 200_000);
        Assert.Equal((28, 90), Size(Single(events, "channel_opened")));
        Assert.Equal((20, 70), Size(Single(events, "terminal_resized")));
    }

    [Fact]
    public async Task What_a_session_prints_does_nothing_to_the_viewers_terminal_but_show()
    {
        await StartAsync();
        _tmux.Open("viewer", 90, 28, "sh", "-c", string.Join(' ', _daemon.CommandLine("attach", "root", "--readonly")) + "; cat -v");
        await SameAsync(Prompt);
        var title = _tmux.Ask("viewer", "#{pane_title}");
        _tmux.Type(
            "user",
            "printf '\\033]52;c;aGk=\\007\\033[6n\\033[c\\033]2;owned\\007\\033[8;5;5t\\033]0;owned\\007\\033P+q544e\\033\\\\\\033[?1000h'; clear; echo after",
            "Enter");
        await SameAsync("after");
        Assert.Equal((title, "90x28"), (_tmux.Ask("viewer", "#{pane_title}"), _tmux.Ask("viewer", "#{pane_width}x#{pane_height}")));
        _tmux.Type("viewer", "typed by an observer");
        _tmux.Type("viewer", "q");
        await _tmux.WaitAsync("viewer", "You have left the session");
        _tmux.Type("viewer", "left behind", "Enter");
        var left = await _tmux.WaitAsync("viewer", "left behind");
        // What a terminal answers would stand there as if it had been typed.
        Assert.DoesNotContain(left.SkipWhile(line => !line.Contains("left the session", StringComparison.Ordinal)), line => line.Contains("^[", StringComparison.Ordinal));
        Assert.DoesNotContain(_tmux.Screen("user"), line => line.Contains("observer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_observer_watches_and_is_told_why_not_more()
    {
        await StartAsync("sshlog { typing = on, access.observers = nogroup }");
        _tmux.Open("viewer", 90, 28, _daemon.CommandLineOf(_sshd.User, "nogroup", "attach", "root"));
        await SameAsync(Prompt);
        _tmux.Type("viewer", "x", "q");
        var screen = await _tmux.WaitAsync("viewer", "You have left the session");
        // The line is wrapped somewhere.
        Assert.Contains("needstheroleoperator", string.Concat(screen).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var (exitCode, _, errors) = await _daemon.AskAsUserAsync(_sshd.User, "kill", "root", "--yes");
        Assert.Equal(77, exitCode);
        Assert.Contains("operator", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_refused_inside_itself_and_a_daemon_that_dies_says_so()
    {
        await StartAsync();
        _tmux.Type("user", string.Join(' ', _daemon.CommandLine("attach", "root")), "Enter");
        await _tmux.WaitAsync("user", "the session you are in");
        _tmux.Type("user", "clear", "Enter");
        _tmux.Open("viewer", 90, 28, _daemon.CommandLine("attach", "root"));
        await SameAsync(Prompt);
        await _daemon.KillAsync();
        await _tmux.WaitAsync("viewer", "The daemon has closed the connection");
    }

    private static string Name(JsonElement fact) => fact.GetProperty("event_type").GetString()!;

    private static JsonElement Single(JsonElement[] events, string name) => Assert.Single(events, e => Name(e) == name);

    private static (int Rows, int Columns) Size(JsonElement fact) =>
        (fact.GetProperty("rows").GetInt32(), fact.GetProperty("columns").GetInt32());

    private async Task StartAsync(string settings = "")
    {
        _daemon.Settings = settings;
        await _daemon.StartAsync();
        _tmux.Open("user", 90, 28, ["ssh", "-tt", .. _sshd.Arguments("root")]);
        await _tmux.WaitAsync("user", screen => screen.Any(line => line.Length > 0));
        _tmux.Type("user", "PS1='ready''> '; clear", "Enter");
        await _tmux.WaitAsync("user", screen => screen[0].StartsWith(Prompt, StringComparison.Ordinal));
    }

    /// <summary>Waits until both see the text, and the same in every cell of the user's window.</summary>
    private async Task<string[]> SameAsync(string text)
    {
        string[] shown = [];
        try
        {
            return await _tmux.WaitAsync("viewer", seen =>
            {
                shown = _tmux.Screen("user");
                var rows = int.Parse(_tmux.Ask("user", "#{pane_height}"), System.Globalization.CultureInfo.InvariantCulture);
                return shown.Any(line => line.Contains(text, StringComparison.Ordinal)) && shown.Take(rows).SequenceEqual(seen.Take(rows));
            });
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The user sees:\n{string.Join('\n', shown)}\nThe viewer: {e.Message}", e);
        }
    }

    private async Task<JsonElement[]> EventsAsync()
    {
        var (exitCode, output, errors) = await _daemon.AskAsync("export", "root", "--format", "jsonl");
        Assert.True(exitCode == 0, errors);
        return [.. System.Text.Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.Clone())];
    }
}
