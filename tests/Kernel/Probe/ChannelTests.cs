using System.Net;
using System.Net.Sockets;
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

    /// <summary>What sshd reads the older ones from is a pipe too, and is open when it forks for the next one.</summary>
    [Fact]
    public async Task Every_one_of_many_channels_on_a_connection_is_recorded()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var connection = await SharedConnection.OpenAsync(server);
        var clients = Enumerable.Range(1, 8).Select(i => connection.Start($"echo marker-{i}; read line; echo end-{i}")).ToArray();
        foreach (var (client, i) in clients.Select((c, i) => (c, i + 1)))
            await client.WaitForAsync($"marker-{i}\n");
        foreach (var client in clients)
        {
            client.Type("\n");
            await client.WaitForExitAsync();
        }

        await connection.CloseAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);
        Assert.Equal([.. Enumerable.Range(1, 8).Select(i => $"marker-{i}\nend-{i}\n"), "shared\n"], Printed(events).Order(StringComparer.Ordinal));
        Assert.Empty(events.OfType<RecordsLost>());
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

    /// <summary>As many as one session may have; what it has beyond is missing in its recording, and only there.</summary>
    [Theory]
    [InlineData(2, null)]
    [InlineData(1024, 2)]
    public async Task A_channel_without_room_is_told_as_missing_until_others_are_over(int perSession, int? entries)
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder(new ProbeOptions { ChannelsPerSession = perSession, ChannelEntries = entries });
        var connection = await SharedConnection.OpenAsync(server);
        var first = connection.Start("echo one; read line");
        await first.WaitForAsync("one");
        await connection.Start("echo two").WaitForExitAsync();
        first.Type("\n");
        await first.WaitForExitAsync();
        await recorder.WaitForAsync(server.Port, e => e.OfType<ChannelEnded>().Any());
        await connection.Start("echo three").WaitForExitAsync();
        await connection.CloseAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Equal(["shared\n", "one\n", "three\n"], Printed(events));
        Assert.Equal(1, Assert.Single(events.OfType<RecordsLost>()).Events);
        Assert.Equal(1, recorder.Source.Health.LostRecords);
    }

    [Fact]
    public async Task Processes_without_room_are_told_as_missing()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder(new ProbeOptions { ProcessEntries = 8 });
        await server.Connect(server.User, "for i in $(seq 20); do sleep 2 & done; wait", terminal: false).WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);
        Assert.InRange(events.OfType<RecordsLost>().Sum(lost => lost.Events!.Value), 12, 30);
    }

    /// <summary>sshd closes the pipe of standard output before the command does; nothing of it is left in the kernel's tables.</summary>
    [Fact]
    public async Task A_channel_that_its_client_leaves_is_over_and_makes_room()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder(new ProbeOptions { ChannelEntries = 3 });
        var connection = await SharedConnection.OpenAsync(server);
        for (var i = 1; i <= 12; i++)
        {
            using (var client = connection.Start($"echo {i}; exec 2> /dev/null; sleep 20"))
                await client.WaitForAsync($"{i}\n");
            await recorder.WaitForAsync(server.Port, events => events.OfType<ChannelEnded>().Count() >= i);
        }

        var last = connection.Start("echo last");
        await last.WaitForExitAsync();
        var seen = await recorder.WaitForAsync(server.Port, events => events.OfType<ChannelEnded>().Count() == 13);
        Assert.Equal(["shared\n", .. Enumerable.Range(1, 12).Select(i => $"{i}\n"), "last\n"], Printed(seen));
        Assert.Equal(0, recorder.Source.Health.LostRecords);
    }

    /// <summary>A forwarded connection is a descriptor of sshd's; with so many, the pipes of a further channel are above 1,024.</summary>
    [Fact]
    public async Task A_channel_whose_pipes_have_too_high_descriptors_is_told_as_missing()
    {
        using var server = new SshServer();
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var forwarded = SshServer.FindFreePort();
        using var recorder = new ProbeRecorder();
        var connection = await SharedConnection.OpenAsync(
            server, "-L", $"127.0.0.1:{forwarded}:127.0.0.1:{((IPEndPoint)target.LocalEndpoint).Port}");
        var ends = new List<IDisposable>();
        for (var i = 0; i < 1040; i++)
        {
            ends.Add(new TcpClient("127.0.0.1", forwarded));
            ends.Add(await target.AcceptSocketAsync());
        }

        await connection.Start("echo beyond").WaitForExitAsync();
        ends.ForEach(end => end.Dispose());
        await connection.CloseAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);
        Assert.Equal(["shared\n"], Printed(events));
        Assert.Equal(1, Assert.Single(events.OfType<RecordsLost>()).Events);
    }

    private static IEnumerable<string> Printed(IReadOnlyList<ProbeEvent> events) =>
        events.OfType<ChannelSeen>().Select(seen => Encoding.UTF8.GetString(events.Bytes(seen.Channel)));

    private static void WaitAndType(SshClient client, string prompt, string text)
    {
        client.WaitForAsync(prompt).GetAwaiter().GetResult();
        client.Type(text);
    }
}
