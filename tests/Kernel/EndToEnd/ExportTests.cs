using System.Text;
using System.Text.Json;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Exports at the edges: of a session that printed nothing, and one that is broken off.</summary>
[Collection("probe")]
public sealed class ExportTests : DaemonTest
{
    private readonly Tmux _tmux = new();

    public override void Dispose()
    {
        _tmux.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_printed_nothing_is_exported_as_nothing(bool terminal)
    {
        await _daemon.StartAsync();
        using (var client = _sshd.Connect(_sshd.User, "exit 3", terminal))
            Assert.Equal(3, (await client.WaitForExitAsync()).ExitCode);
        var id = (await _daemon.WaitForEndAsync(_sshd.Port)).GetProperty("session").GetString()!;

        foreach (var format in (string[])["asciicast-v2", "asciicast-v3", "text", "raw"])
        {
            var (exitCode, output, errors) = await _daemon.AskAsync("export", id, "--format", format);
            Assert.True(exitCode == 0, errors);
            var text = Encoding.UTF8.GetString(output);
            // An asciicast has its header and a marker of the command.
            Assert.Equal(format.StartsWith("asciicast", StringComparison.Ordinal) ? "{" : string.Empty, text.Length > 0 ? text[..1] : text);
            Assert.DoesNotContain("\"o\",", text, StringComparison.Ordinal);
        }

        var (replayed, shown, _) = await _daemon.AskAsync("replay", id, "--no-wait");
        Assert.Equal((0, 0), (replayed, shown.Length));
    }

    [Fact]
    public async Task An_export_that_is_broken_off_at_the_keyboard_leaves_whole_lines()
    {
        await _daemon.StartAsync();
        using (var client = _sshd.Connect("root", "seq 3000000"))
            await client.WaitForExitAsync();
        var id = (await _daemon.WaitForEndAsync(_sshd.Port)).GetProperty("session").GetString()!;
        var file = _sshd.InDirectory("exported");
        var command = string.Join(' ', _daemon.CommandLine("export", id, "--format", "jsonl"));
        _tmux.Open("viewer", 80, 24, ["bash", "-c", $"trap : INT; {command} > {file}; echo ended with $?; sleep 60"]);
        while (!File.Exists(file) || new FileInfo(file).Length < 1 << 20)
            await Task.Delay(5);
        _tmux.Type("viewer", "C-c");

        await _tmux.WaitAsync("viewer", "ended with 130");
        var text = await File.ReadAllTextAsync(file, Encoding.UTF8);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var names = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => LiveSession.Name(JsonDocument.Parse(line).RootElement)).ToList();
        Assert.DoesNotContain("connection_close", names);
    }
}
