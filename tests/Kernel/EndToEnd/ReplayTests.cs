using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>What a replay shows is what the user saw, cell for cell with its colours, at any moment of it.</summary>
[Collection("probe")]
public sealed class ReplayTests : IDisposable
{
    private const int Columns = 90;
    private const int Rows = 28;
    private const int MostLooks = 50;

    private readonly DaemonProcess _daemon = new();
    private readonly SshServer _sshd = new();
    private readonly Tmux _tmux = new();
    private readonly List<(long Last, string[] Shown)> _moments = [];
    private string _session = string.Empty;

    public void Dispose()
    {
        _tmux.Dispose();
        _sshd.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task A_session_of_vi_and_htop_replays_as_it_was_seen()
    {
        await _daemon.StartAsync();
        _tmux.Open("user", Columns, Rows, ["ssh", "-tt", .. _sshd.Arguments("root")]);
        await _tmux.WaitAsync("user", screen => screen.Any(line => line.Length > 0));
        _session = (await _daemon.WaitForSessionsAsync(_sshd.Port, s => s.Length == 1))[0].GetProperty("session").GetString()!;
        _tmux.Type("user", "PS1='ready''> '; clear", "Enter");
        await SeeAsync(screen => screen[0].StartsWith("ready>", StringComparison.Ordinal));

        File.Copy("/etc/services", _sshd.InDirectory("services"));
        _tmux.Type("user", $"cd {_sshd.InDirectory("")}; LC_ALL=C.UTF-8 vi -N -n -u NONE -c 'set number ruler hlsearch incsearch' services", "Enter");
        await SeeAsync(Has("tcpmux"));
        _tmux.Type("user", "/udp", "Enter", "20G", "O", "h\u00e9llo \u6f22 e\u0301 written by hand", "Escape");
        await SeeAsync(Has("written by hand"));
        _tmux.Type("user", ":split", "Enter");
        await SeeAsync(screen => screen.Count(line => line.StartsWith("services", StringComparison.Ordinal)) == 2);
        _tmux.Type("user", "40G", "5dd");
        await SeeAsync(Has("5 fewer lines"));
        _tmux.Type("user", ":qa!", "Enter");
        await SeeAsync(Has("ready>"));

        // Settings of its own: those of the account say what the last htop was left with. It goes on, but what it shows of
        // processes stands still.
        _tmux.Type("user", $"LC_ALL=C.UTF-8 HTOPRC={_sshd.InDirectory("htoprc")} htop -d 100", "Enter");
        await _tmux.WaitAsync("user", _ => Has("F10")(_tmux.Text("user")));
        _tmux.Type("user", "Z");
        await SeeAsync(Has("F10"));
        // Single characters: a sequence that ssh cuts in two is an Escape and text for htop.
        _tmux.Type("user", "t");
        await SeeAsync(Has("F5List"));
        _tmux.Type("user", "C-n", "C-n", "C-n");
        await SeeAsync(Has("F5List"));
        _tmux.Type("user", "q");
        await SeeAsync(Has("ready>"));
        _tmux.Type("user", "exit", "Enter");

        await _daemon.WaitForEndAsync(_sshd.Port);
        Assert.Equal(10, _moments.Count);
        foreach (var (last, shown) in _moments)
            await SameAsync(last, shown);
    }

    private static Predicate<string[]> Has(string text) =>
        screen => screen.Any(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until the user sees it, nothing moves, and all of that is recorded; remembers the moment.</summary>
    private async Task SeeAsync(Predicate<string[]> isThere)
    {
        await _tmux.WaitAsync("user", _ => isThere(_tmux.Text("user")));
        var last = 0L;
        for (var looks = 0; looks < MostLooks; looks++)
        {
            var shown = _tmux.Screen("user");
            var recorded = await LastAsync();
            if (recorded == last && shown.SequenceEqual(_tmux.Screen("user")))
            {
                _moments.Add((last, shown));
                return;
            }

            last = recorded;
        }

        Assert.Fail("It does not stand still:\n" + string.Join('\n', _tmux.Screen("user")));
    }

    /// <summary>Number of the last event that is recorded.</summary>
    private async Task<long> LastAsync()
    {
        var (exitCode, output, errors) = await _daemon.AskAsync("export", _session, "--format", "jsonl");
        Assert.True(exitCode == 0, errors);
        var line = Encoding.UTF8.GetString(output).TrimEnd().Split('\n')[^1];
        return JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt64();
    }

    /// <summary>A replay that begins behind an event shows what was seen there; so slow that it stays.</summary>
    private async Task SameAsync(long last, string[] shown)
    {
        var name = $"replay-{last}";
        _tmux.Open(name, Columns + 10, Rows + 7, _daemon.CommandLine("replay", _session, "--from", $"#{last + 1}", "--speed", "0.02"));
        try
        {
            await _tmux.WaitAsync(name, seen => seen.Take(Rows).SequenceEqual(shown.Take(Rows)));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"At event {last} the user saw:\n{string.Join('\n', shown)}\nThe replay: {e.Message}", e);
        }

        _tmux.Type(name, "q");
    }
}
