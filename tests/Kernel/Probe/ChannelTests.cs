using System.Text;
using SshLog.Bpf;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>Channels: limits, sizes, and what they are for.</summary>
[Collection("probe")]
public sealed class ChannelTests
{
    [Fact]
    public async Task Beyond_the_limit_output_is_counted_and_nothing_is_called_lost()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder(new ProbeOptions { ChannelBytes = 100_000 });
        var client = server.Connect(
            server.User, "head -c 300000 /dev/zero; head -c 100001 /dev/zero >&2", terminal: false);
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Equal(100_000, events.Bytes().Length);
        Assert.Equal(100_000, events.Bytes(ChannelStream.Error).Length);
        var skipped = events.OfType<OutputSkipped>().ToDictionary(s => s.Stream, s => (s.Offset, s.Bytes));
        Assert.Equal((100_000ul, 200_000L), skipped[ChannelStream.Output]);
        Assert.Equal((100_000ul, 1L), skipped[ChannelStream.Error]);
        Assert.Empty(events.OfType<RecordsLost>());
    }

    [Fact]
    public async Task Standard_input_is_counted_to_the_byte()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(server.User, "wc -c", terminal: false);
        client.Type(new string('x', 123_456));
        client.EndInput();
        var (_, output, _) = await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Equal("123456\n", Encoding.UTF8.GetString(output));
        Assert.Equal(123_456, Assert.Single(events.OfType<ChannelEnded>()).InputBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_sshd_starts_names_its_channel_and_a_terminals_kind(bool terminal)
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(
            server.User, "/bin/true; exit 0", terminal, options: ["-o", "SetEnv=TERM=screen-of-mine"]);
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var channel = Assert.Single(events.OfType<ChannelSeen>()).Channel;
        var first = Assert.Single(events.OfType<ProgramExecuted>(), c => c.Channel is not null);
        Assert.Equal(channel, first.Channel);
        if (terminal)
            Assert.Equal("screen-of-mine", first.Term);
        Assert.Equal(["bash", "-c", "/bin/true; exit 0"], first.Argv());
    }

    [Fact]
    public async Task A_connection_that_was_there_with_only_a_command_has_the_user_who_runs_it()
    {
        using var server = new SshServer();
        var client = server.Connect(server.User, "echo ready; cat; true", terminal: false);
        await client.WaitForAsync("ready");
        using var recorder = new ProbeRecorder();
        var events = await recorder.WaitForAsync(server.Port, e => e.OfType<ChannelSeen>().Any());
        Assert.Equal(server.UserId, Assert.Single(events.OfType<ChannelSeen>()).ServedBy);
        client.EndInput();
        await client.WaitForExitAsync();
    }

    [Fact]
    public async Task A_command_typed_at_a_prompt_is_told_from_what_it_starts()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(server.User);
        client.Type("/bin/sh -c '/bin/true spawned; /bin/false'\n");
        client.Type("/bin/echo one | /bin/cat\n/bin/sleep 0 &\nwait\nexit\n");
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var typed = events.OfType<ProgramExecuted>().ToLookup(c => c.Argv()[0], c => c.Typed);
        Assert.All([.. typed["/bin/sh"], .. typed["/bin/echo"], .. typed["/bin/cat"], .. typed["/bin/sleep"]], Assert.True);
        Assert.Equal([false], typed["/bin/true"]);
        Assert.Equal([false], typed["-bash"]);
    }

    [Fact]
    public async Task Input_is_reported_when_asked_for_and_only_counted_while_the_terminal_does_not_echo()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder(new ProbeOptions { RecordInput = true });
        var client = server.Connect(
            server.User, "echo ready-1; read a; stty -echo; echo ready-2; read b; stty echo; echo ready-3; read c");
        foreach (var (prompt, text) in (ReadOnlySpan<(string, string)>)[("ready-1", "open-1\n"), ("ready-2", "hidden\n"), ("ready-3", "open-2\n")])
            WaitAndType(client, prompt, text);
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var input = events.OfType<InputTyped>().ToArray();
        var text2 = string.Concat(input.Select(i => Encoding.UTF8.GetString(i.Bytes.Span)));
        Assert.Equal("open-1\nopen-2\n", text2);
        Assert.Equal("hidden\n".Length, input.Sum(i => i.HiddenBytes));
    }

    [Fact]
    public async Task Input_is_not_reported_when_not_asked_for()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(server.User, "read a");
        client.Type("text\n");
        await client.WaitForExitAsync();
        Assert.Empty((await recorder.WaitForCloseAsync(server.Port)).OfType<InputTyped>());
    }

    private static void WaitAndType(SshClient client, string prompt, string text)
    {
        client.WaitForAsync(prompt).GetAwaiter().GetResult();
        client.Type(text);
    }
}
