using SshLog.Kernel.Tests.EndToEnd;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Browser;

/// <summary>The pages of one session in a real browser: which of its terminals they show, and what they do when it changes or ends.</summary>
[Collection("probe")]
public sealed class SessionPageTests : IAsyncLifetime
{
    private const string Terminals = "css=label:has-text(\"Terminal\") select";

    private readonly LiveSession _live = new();
    private readonly Browser _browser = new();
    private readonly int _port = 20000 + Random.Shared.Next(10000);

    private string Origin => $"http://127.0.0.1:{_port}";

    private string[] Shared => ["-o", "ControlMaster=auto", "-o", $"ControlPath={_live.Sshd.InDirectory("control")}"];

    public Task InitializeAsync() => _live.StartAsync(WebAccess.Settings(_port), Shared);

    public async Task DisposeAsync()
    {
        try
        {
            Assert.Empty(await _browser.ProblemsAsync());
        }
        finally
        {
            _browser.Dispose();
            _live.Dispose();
        }
    }

    [Fact]
    public async Task Each_terminal_of_a_shared_connection_is_shown_and_replayed_until_all_is_over()
    {
        await SignInAsync("olga", $"#/session/{_live.Id}");
        await ShowsAsync(LiveSession.Prompt);
        Assert.Equal(0, await _browser.CountAsync("label:not([hidden]) select"));
        await _live.SignInAsync("second", Shared);
        _live.Tmux.Type("user", "clear; echo on-the-$((1*1))st", "Enter");
        _live.Tmux.Type("second", "clear; echo on-the-$((2*1))nd at $(tty)", "Enter");
        var tty = (await _live.Tmux.WaitAsync("second", "on-the-2nd"))
            .Single(l => l.StartsWith("on-the-2nd", StringComparison.Ordinal)).Split('/')[^1];

        await _browser.SeeAsync($"{Terminals} >> option:has-text(\"pts/{tty}\")");
        Assert.Empty(await _browser.ViolationsAsync());
        await ShowsAsync("on-the-1st");
        await _browser.CallAsync("selectOption", Terminals, new { label = $"pts/{tty}" });
        await ShowsAsync("on-the-2nd");
        _live.Tmux.Type("second", "exit", "Enter");
        await _browser.SeeAsync($"{Terminals} >> option:has-text(\"pts/{tty}, closed\")");

        // The end is seen by the page that is open.
        Assert.Equal(1, await _browser.CountAsync(".danger"));
        _live.Tmux.Type("user", "exit", "Enter");
        await _live.Daemon.WaitForEndAsync(_live.Sshd.Port);
        await _browser.CallAsync("waitForSelector", ".danger", new { state = "detached" });
        Assert.Equal(0, await _browser.CountAsync("#typing"));
        await _browser.ClickAsync("text=Replay");
        await _browser.CallAsync("press", "[aria-label=\"Place in the recording\"]", "End");
        await ShowsAsync("on-the-2nd");
        await _browser.CallAsync("selectOption", Terminals, new { index = 0 });
        await _browser.CallAsync("press", "[aria-label=\"Place in the recording\"]", "End");
        await ShowsAsync("on-the-1st");

        await _browser.ClickAsync("text=Search");
        await _browser.FillAsync("[name=text]", "on-the-2nd");
        await _browser.ClickAsync("button[type=submit]");
        await _browser.ClickAsync("css=.hits a");
        await ShowsAsync("on-the-2nd");
    }

    [Fact]
    public async Task The_terminal_is_left_by_keyboard_and_a_sign_in_that_is_over_is_asked_for_again()
    {
        await SignInAsync("olga", $"#/session/{_live.Id}");
        await ShowsAsync(LiveSession.Prompt);
        await _browser.CallAsync("focus", ".xterm-helper-textarea");
        await _browser.CallAsync("keyboard.press", "Tab");
        await _browser.SeeAsync("css=body:not(:has(.xterm-helper-textarea:focus))");
        await _browser.CallAsync("check", "#typing");
        await _browser.SeeAsync(".xterm-helper-textarea:focus");
        await _browser.CallAsync("keyboard.type", "echo tab-$((2+2))\n");
        await ShowsAsync("tab-4");
        await _browser.CallAsync("keyboard.press", "Tab");
        await _browser.SeeAsync(".xterm-helper-textarea:focus");
        await _browser.CallAsync("keyboard.press", "Control+q");
        await _browser.SeeAsync("#typing:focus");

        await _browser.CallAsync("evaluate", "fetch('/api/logout', { method: 'POST', headers: { 'X-SshLog-Request': '1' }, body: '{}' }).then(() => 0)");
        await _browser.SeeAsync("[name=password]");
        await _browser.SeeAsync("css=#notice:has-text(\"signed out\")");
    }

    private Task<string[]> ShowsAsync(string text) =>
        _browser.WaitForScreenAsync(rows => rows.Any(row => row.Contains(text, StringComparison.Ordinal)));

    private async Task SignInAsync(string user, string page)
    {
        await _browser.GoAsync($"{Origin}/{page}");
        await _browser.FillAsync("[name=user]", user);
        await _browser.FillAsync("[name=password]", WebAccess.Password);
        await _browser.ClickAsync("button[type=submit]");
    }
}
