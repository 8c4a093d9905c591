using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Typing into real sessions through <c>sshlog attach</c>, and what the user is told of it.</summary>
[Collection("probe")]
public sealed class TypingTests : IDisposable
{
    private const byte LeavingKey = 0x11; // Ctrl+Q

    private readonly LiveSession _live = new();

    private Tmux Tmux => _live.Tmux;

    public void Dispose() => _live.Dispose();

    [Fact]
    public async Task A_paste_of_a_mebibyte_arrives_byte_for_byte()
    {
        await _live.StartAsync("sshlog.typing = on");
        Tmux.Open("viewer", 90, 28, _live.Daemon.CommandLine("attach", _live.Id));
        await _live.SameAsync(LiveSession.Prompt);
        var pasted = MebibyteOfText();
        var arrived = _live.Sshd.InDirectory("arrived");
        Tmux.Type("user", $"stty raw -echo; echo listen''ing; head -c {pasted.Length} > {arrived}; stty sane; echo all of''it", "Enter");
        await Tmux.WaitAsync("user", "listening");
        Tmux.Paste("viewer", pasted);
        await Tmux.WaitAsync("user", "all ofit");
        var read = await File.ReadAllBytesAsync(arrived);
        Assert.True(read.AsSpan().SequenceEqual(pasted));
        Tmux.Type("viewer", "C-q");
        await Tmux.WaitAsync("viewer", "You have left the session");
        Assert.Equal(pasted.Length, (await EventsAsync("input_injected")).Sum(e => e.GetProperty("bytes").GetInt64()));
    }

    [Fact]
    public async Task Two_viewers_see_the_same_and_one_of_them_types()
    {
        await _live.StartAsync("sshlog.typing = on");
        Tmux.Open("typist", 100, 35, _live.Daemon.CommandLine("attach", _live.Id));
        await _live.SameAsync(LiveSession.Prompt, "typist");
        Tmux.Open("watcher", 90, 28, ["env", "SSHLOG_ESCAPE=~.", .. _live.Daemon.CommandLine("attach", _live.Id, "--readonly")]);
        await AllSeeAsync(LiveSession.Prompt);
        Assert.Equal(2, Assert.Single(await _live.Daemon.QueryAsync("sessions"), s => s.GetProperty("session").GetString() == _live.Id)
            .GetProperty("viewers").GetInt32());
        Tmux.Type("typist", "printf 'na\\303\\257ve \\346\\274\\242\\n'", "Enter");
        await AllSeeAsync("na\u00efve \u6f22");
        Tmux.Type("watcher", "never typed");
        Tmux.Type("typist", "vi -u NONE /etc/passwd", "Enter");
        await AllSeeAsync("root:x:0:0");
        Tmux.Type("typist", "G", "o", "one of two", "Escape");
        await AllSeeAsync("one of two");
        Tmux.Type("typist", ":q!", "Enter");
        await AllSeeAsync(LiveSession.Prompt);
        Assert.DoesNotContain(Tmux.Screen("user"), line => line.Contains("never", StringComparison.Ordinal));
        Tmux.Type("typist", "C-q");
        await Tmux.WaitAsync("typist", "You have left the session");
        Tmux.Type("user", "echo alone now", "Enter");
        await _live.SameAsync("alone now", "watcher");
        Tmux.Type("watcher", "Enter", "~", ".");
        await Tmux.WaitAsync("watcher", "You have left the session");
        var joined = await EventsAsync("viewer_joined");
        Assert.Equal([true, false], joined.Select(e => e.GetProperty("may_type").GetBoolean()));
    }

    [Theory]
    [InlineData("off", false, false)]
    [InlineData("typing", false, true)]
    [InlineData("watching", true, true)]
    public async Task The_user_is_told_what_the_setting_says(string notice, bool watching, bool typing)
    {
        await _live.StartAsync($"sshlog {{ typing = on, notice = {notice} }}");
        // Whatever is typed into the terminal ends up there.
        var typed = _live.Sshd.InDirectory("typed");
        Tmux.Type("user", $"clear; cat > {typed}", "Enter");
        Tmux.Open("viewer", 90, 28, _live.Daemon.CommandLine("attach", _live.Id));
        await Tmux.WaitAsync("viewer", screen => screen.Length > 0 && screen.SequenceEqual(Tmux.Screen("user")));
        Tmux.Type("viewer", "by a viewer", "Enter");
        await _live.SameAsync("by a viewer");
        Tmux.Type("viewer", "and again", "Enter");
        await _live.SameAsync("and again");
        Tmux.Type("viewer", "C-q");
        await Tmux.WaitAsync("viewer", "You have left the session");
        if (watching)
            await Tmux.WaitAsync("user", "has left this session");
        Tmux.Type("user", "C-d");
        await Tmux.WaitAsync("user", LiveSession.Prompt);
        string[] told =
        [
            .. watching ? (string[])["watches this session and may type into it."] : [],
            .. typing ? (string[])["types into this session."] : [],
            .. watching ? (string[])["has left this session."] : [],
        ];
        Assert.Equal(told, Tmux.Screen("user").Where(line => line.StartsWith("root (pid ", StringComparison.Ordinal)).Select(line => line[(line.IndexOf(')', StringComparison.Ordinal) + 2)..]));
        Assert.Equal("by a viewer\nand again\n", await File.ReadAllTextAsync(typed));
    }

    /// <summary>Bytes of every value but the one that leaves, and characters of three bytes, which no power of two cuts evenly.</summary>
    private static byte[] MebibyteOfText()
    {
        var every = Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => value != LeavingKey);
        var unit = every.Concat(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("\u6f22\u5b57 \ud83d\ude00", 40)))).ToArray();
        var text = new byte[1 << 20];
        for (var at = 0; at < text.Length; at++)
            text[at] = unit[at % unit.Length];
        // Units that look the same would hide a change of order.
        for (var line = 0; line + 16 < text.Length; line += unit.Length)
            Encoding.ASCII.GetBytes($"{line:d12}").CopyTo(text, line);
        return text;
    }

    private async Task AllSeeAsync(string text)
    {
        await _live.SameAsync(text, "typist");
        await _live.SameAsync(text, "watcher");
    }

    private async Task<JsonElement[]> EventsAsync(string name) =>
        [.. (await _live.EventsAsync()).Where(e => LiveSession.Name(e) == name)];
}
