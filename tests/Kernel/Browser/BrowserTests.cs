using SshLog.Kernel.Tests.EndToEnd;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Browser;

/// <summary>The web page as a person uses it: a real browser, a real sshd, and a real terminal to compare with.</summary>
[Collection("probe")]
public sealed class BrowserTests : IAsyncLifetime
{
    private const string Prompt = "ready>";
    private const string Slider = "[aria-label=\"Place in the recording\"]";

    private readonly SshServer _sshd = new();
    private readonly DaemonProcess _daemon = new();
    private readonly Tmux _tmux = new();
    private readonly Browser _browser = new();
    private readonly int _port = 20000 + Random.Shared.Next(10000);

    private string Origin => $"http://127.0.0.1:{_port}";

    public async Task InitializeAsync()
    {
        _daemon.Settings = WebAccess.Settings(_port);
        await _daemon.StartAsync();
        await _daemon.WaitForLogAsync("Web page at");
    }

    public async Task DisposeAsync()
    {
        try
        {
            Assert.Empty(await _browser.ProblemsAsync());
        }
        finally
        {
            _browser.Dispose();
            _tmux.Dispose();
            _daemon.Dispose();
            _sshd.Dispose();
        }
    }

    [Fact]
    public async Task An_operator_sees_a_session_appear_watches_it_types_and_ends_it()
    {
        await SignInAsync("olga");
        var firstPaint = await _browser.CallAsync("evaluate", "performance.getEntriesByName('first-contentful-paint')[0].startTime");
        Assert.InRange(firstPaint.GetDouble(), 1, 3000);
        await _browser.SeeAsync("text=Nobody is signed in over SSH");
        Assert.Empty(await _browser.ViolationsAsync());
        await OpenAsync();
        await _browser.SeeAsync($"css=tr:has-text(\"{_sshd.User}\") a");
        Assert.Empty(await _browser.ViolationsAsync());
        await _browser.ClickAsync($"css=tr:has-text(\"{_sshd.User}\") a");
        await SameAsync(Prompt);
        Assert.Empty(await _browser.ViolationsAsync());

        _tmux.Type("user", "seq 1 50000", "Enter");
        await SameAsync("50000");
        _tmux.Type("user", "clear; vi -u NONE /etc/passwd", "Enter");
        await SameAsync("root:x:0:0");
        _tmux.Type("user", "G");
        await SameAsync(_sshd.User);
        _tmux.Resize("user", 70, 20);
        await SameAsync(_sshd.User, rows: 20);
        _tmux.Type("user", ":q", "Enter");
        await SameAsync(Prompt, rows: 20);

        // However late the connection before ends: it must not end the typing on this one, or write to its screen.
        await _browser.CallAsync("evaluate", "(() => { const close = WebSocket.prototype.close; WebSocket.prototype.close = function () { setTimeout(() => close.call(this), 1000); }; })()");
        await _browser.CallAsync("check", "#typing");
        await _browser.SeeAsync(".xterm-helper-textarea:focus");
        await Task.Delay(1500);
        await _browser.CallAsync("keyboard.type", "echo typed-$((2+2))\n");
        await _tmux.WaitAsync("user", "typed-4");
        await SameAsync("typed-4", rows: 20);

        await _browser.CallAsync("expectDialog");
        await _browser.FillAsync("[aria-label=Reason]", "the test is over");
        await _browser.ClickAsync("text=Kill");
        await _daemon.WaitForEndAsync(_sshd.Port);
        await _browser.ClickAsync("text=Live");
        await _browser.SeeAsync("text=Nobody is signed in over SSH");
    }

    [Fact]
    public async Task An_observer_is_offered_neither_typing_nor_kill()
    {
        await SignInAsync("otto");
        await OpenAsync();
        await _browser.ClickAsync($"css=tr:has-text(\"{_sshd.User}\") a");
        await SameAsync(Prompt);
        Assert.Equal((0, 0), (await _browser.CountAsync("#typing"), await _browser.CountAsync(".danger")));
        await _browser.ClickAsync(".screen");
        await _browser.CallAsync("keyboard.type", "echo never\n");
        _tmux.Type("user", "echo seen", "Enter");
        var screen = await SameAsync("seen");
        Assert.DoesNotContain(screen, row => row.Contains("never", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_is_over_is_found_and_replayed_with_a_seek()
    {
        await OpenAsync();
        _tmux.Type("user", "echo first-$((1+1)); /bin/true one; sleep 1", "Enter");
        await _tmux.WaitAsync("user", "first-2");
        _tmux.Type("user", "clear; vi -u NONE /etc/passwd", "Enter");
        await _tmux.WaitAsync("user", "root:x:0:0");
        _tmux.Type("user", ":q", "Enter");
        await _tmux.WaitAsync("user", screen => screen[0].StartsWith(Prompt, StringComparison.Ordinal));
        _tmux.Type("user", "clear; echo last-$((2+2)); exit", "Enter");
        await _daemon.WaitForEndAsync(_sshd.Port);

        await SignInAsync("otto");
        await _browser.ClickAsync("text=History");
        await _browser.FillAsync("[name=user]", "nobody-like-that");
        await _browser.ClickAsync("text=Find");
        await _browser.SeeAsync("text=No recorded session is like that");
        await _browser.FillAsync("[name=user]", _sshd.User);
        await _browser.ClickAsync("text=Find");
        await _browser.SeeAsync($"css=td a:has-text(\"{_sshd.User}\")");
        Assert.Empty(await _browser.ViolationsAsync());
        await _browser.ClickAsync($"css=td a:has-text(\"{_sshd.User}\")");
        await _browser.SeeAsync("css=button.command:has-text(\"/bin/true one\")");
        Assert.Empty(await _browser.ViolationsAsync());
        await _browser.CallAsync("press", Slider, "End");
        await _browser.WaitForScreenAsync(rows => rows.Any(row => row == "last-4") && !rows.Contains("first-2"));
        await _browser.ClickAsync("css=button.command:has-text(\"/bin/true one\")");
        // What was printed right before a command, its own line too, may reach sshd a moment after its start.
        await _browser.WaitForScreenAsync(rows => rows[0].StartsWith(Prompt, StringComparison.Ordinal) && !rows.Contains("last-4"));
        await _browser.ClickAsync("text=Play");
        await _browser.WaitForScreenAsync(rows => rows.Contains("first-2"));
        await _browser.WaitForScreenAsync(rows => rows.Contains("last-4"));

        await _browser.ClickAsync("text=Search");
        await _browser.FillAsync("[name=text]", "first-2");
        await _browser.ClickAsync("button[type=submit]");
        await _browser.SeeAsync("css=#notice:has-text(\"One place\")");
        Assert.Empty(await _browser.ViolationsAsync());
        await _browser.ClickAsync("css=.hits a");
        await _browser.WaitForScreenAsync(rows => rows.Contains("first-2"));
        await _browser.ClickAsync("text=Status");
        await _browser.SeeAsync("text=Losses by cause");
        Assert.Empty(await _browser.ViolationsAsync());
    }

    [Fact]
    public async Task A_recording_that_no_page_could_hold_is_replayed_in_parts()
    {
        // Colours and wide characters all over, so that parts begin in the middle of them.
        using var client = _sshd.Connect(
            _sshd.User,
            "yes $'\\e[38;5;208mmany\\e[0m 漢字 coloured words' | head -c 40000000; clear; echo middle-2; sleep 0.5; /bin/true between; sleep 2; clear; echo last-4",
            options: ["-o", "SetEnv=TERM=xterm"]);
        await client.WaitForExitAsync();
        await _daemon.WaitForEndAsync(_sshd.Port);

        await SignInAsync("otto");
        await _browser.ClickAsync("text=History");
        await _browser.ClickAsync($"css=td a:has-text(\"{_sshd.User}\")");
        await _browser.SeeAsync("css=button.command:has-text(\"/usr/bin/true between\")");
        await WaitForKeyFramesAsync();
        await _browser.WaitForScreenAsync(rows => rows.Contains("last-4"));
        await _browser.ClickAsync("css=button.command:has-text(\"/usr/bin/true between\")");
        await _browser.WaitForScreenAsync(rows => rows.Contains("middle-2") && !rows.Contains("last-4"));
        await _browser.CallAsync("press", Slider, "Home");
        await _browser.WaitForScreenAsync(rows => !rows.Contains("middle-2"));
        // From the beginning through all parts to the end.
        await _browser.ClickAsync("text=Play");
        await _browser.WaitForScreenAsync(rows => rows.Contains("last-4"), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Markup_of_a_session_is_text_on_every_page()
    {
        const string Markup = "<img src=x onerror=document.title=1><script>alert(1)</script>";
        await SignInAsync("olga");
        await OpenAsync();
        _tmux.Type("user", $"printf '\\033]0;{Markup}\\007'; /bin/echo '{Markup}'", "Enter");
        await _browser.SeeAsync("css=td .command:has-text(\"/bin/echo\")");
        await _browser.ClickAsync($"css=tr:has-text(\"{_sshd.User}\") a");
        await _browser.WaitForScreenAsync(rows => rows.Any(row => row.StartsWith("<img src=x", StringComparison.Ordinal)));
        await _browser.SeeAsync("css=li .command:has-text(\"<img src=x\")");
        await _browser.ClickAsync("text=Replay");
        await _browser.SeeAsync("css=button.command:has-text(\"<img src=x\")");
        Assert.Equal((0, 1), (await _browser.CountAsync("img"), await _browser.CountAsync("script")));
        Assert.Equal("Replay - sshlog", (await _browser.CallAsync("title")).GetString());
    }

    // They are made when there is time to spare; until then the page says that there is no screen to begin with.
    private async Task WaitForKeyFramesAsync()
    {
        for (var tries = 0; tries < 60; tries++)
        {
            await _browser.CallAsync("press", Slider, "Home");
            await _browser.CallAsync("press", Slider, "End");
            await Task.Delay(1000);
            var notice = (await _browser.CallAsync("innerText", "#notice")).GetString()!;
            while (notice.StartsWith("Reading", StringComparison.Ordinal))
            {
                await Task.Delay(200);
                notice = (await _browser.CallAsync("innerText", "#notice")).GetString()!;
            }

            if (!notice.StartsWith("There is no screen", StringComparison.Ordinal))
                return;
        }
    }

    private async Task SignInAsync(string user)
    {
        await _browser.GoAsync(Origin);
        await _browser.FillAsync("[name=user]", user);
        Assert.Empty(await _browser.ViolationsAsync());
        await _browser.FillAsync("[name=password]", "wrong");
        await _browser.ClickAsync("button[type=submit]");
        await _browser.SeeAsync("css=#notice:has-text(\"password\")");
        await _browser.FillAsync("[name=password]", WebAccess.Password);
        await _browser.ClickAsync("button[type=submit]");
        await _browser.SeeAsync("text=Live sessions");
    }

    private async Task OpenAsync()
    {
        _tmux.Open("user", 90, 28, ["ssh", "-tt", .. _sshd.Arguments(_sshd.User), $"exec env PS1='{Prompt}' bash --norc"]);
        await _tmux.WaitAsync("user", Prompt);
        await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1 && s[0].GetProperty("tty_id").GetInt32() >= 0);
    }

    // The same text in every row, the text among it.
    private async Task<string[]> SameAsync(string text, int rows = 28)
    {
        string[] user = [];
        return await _browser.WaitForScreenAsync(page =>
        {
            user = _tmux.Text("user");
            return page.Length == rows && user.Any(row => row.Contains(text, StringComparison.Ordinal)) && page.SequenceEqual(user);
        });
    }
}
