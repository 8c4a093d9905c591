using System.Net;
using System.Text;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

[Collection("probe")]
public sealed class TerminalCaptureTests
{
    [Theory]
    [InlineData(false, "127.0.0.1")]
    [InlineData(false, "::1")]
    [InlineData(true, "127.0.0.1")]
    [InlineData(true, "::1")]
    public async Task Interactive_login_is_captured_byte_for_byte(bool root, string host)
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(root ? "root" : server.User, host: host);
        client.Type("PS1='ready''> '\n");
        await client.WaitForAsync("ready> ");
        client.Type("id -un; tty\n");
        await client.WaitForAsync("/dev/pts/");
        client.Type("exit\n");
        var (exitCode, printed, _) = await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Equal(0, exitCode);
        Assert.Equal(printed, events.Bytes());
        Assert.EndsWith("logout\r\n", Encoding.UTF8.GetString(printed), StringComparison.Ordinal);
        Assert.DoesNotContain(events, happened => happened is RecordsLost);

        var opened = Assert.IsType<ConnectionOpened>(events[0]);
        Assert.False(opened.Existing);
        Assert.Equal(IPAddress.Parse(host), opened.Client.Address);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(host), server.Port), opened.Server);
        Assert.NotEqual(0, opened.Client.Port);

        var channel = Assert.Single(events.OfType<ChannelSeen>());
        Assert.Equal(ChannelKind.Pty, channel.Channel.Kind);
        Assert.Contains(
            $"/dev/pts/{channel.Channel.Index}\r\n", Encoding.UTF8.GetString(printed), StringComparison.Ordinal);
        Assert.Equal(channel.Channel, Assert.Single(events.OfType<ChannelEnded>()).Channel);

        var id = Assert.Single(events.OfType<ProgramExecuted>(), command => command.Argv() is ["id", "-un"]);
        Assert.EndsWith("/bin/id", id.Executable, StringComparison.Ordinal);
        Assert.Equal(root ? 0 : server.UserId, id.Uid);
        Assert.Equal(id.Uid, id.EffectiveUid);
        Assert.Equal((int)channel.Channel.Index, id.Tty);
        Assert.Equal(root ? "/root" : server.InDirectory("home"), id.WorkingDirectory);
        var exit = Assert.Single(events.OfType<ProcessExited>(), process => process.Pid == id.Pid);
        Assert.Equal((0, 0), (exit.ExitCode, exit.Signal));

        var closed = Assert.IsType<ConnectionClosed>(events[^1]);
        Assert.Equal(0, closed.Signal);
    }

    [Theory]
    [InlineData("seq 1 200000")]
    [InlineData("head -c 15000000 /dev/urandom | base64")]
    [InlineData("stty raw; for i in $(seq 0 255); do printf \"\\\\$(printf %o $i)\"; done; "
        + "head -c 100000 /dev/zero; head -c 300000 /dev/urandom")]
    public async Task Much_output_is_captured_byte_for_byte(string command)
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var (exitCode, printed, errors) = await server.Connect("root", command).WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.True(exitCode == 0, errors);
        Assert.True(printed.Length > 400_000, $"{printed.Length} bytes");
        Assert.True(printed.AsSpan().SequenceEqual(events.Bytes()), $"{printed.Length}, {events.Bytes().Length}");
        Assert.DoesNotContain(events, happened => happened is RecordsLost);
        Assert.All(events.OfType<OutputRead>(), output => Assert.InRange(output.Bytes.Length, 1, 60 * 1024));
    }

    [Fact]
    public async Task Command_without_a_pty_has_two_streams_and_an_exit_code()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect(server.User, "echo out; echo err >&2; exit 42", terminal: false);
        client.EndInput();
        var (exitCode, printed, errors) = await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Equal(42, exitCode);
        Assert.Equal(printed, events.Bytes());
        Assert.Equal("out\n", Encoding.UTF8.GetString(events.Bytes()));
        Assert.Equal(errors, Encoding.UTF8.GetString(events.Bytes(ChannelStream.Error)));
        Assert.Equal(ChannelKind.Pipes, Assert.Single(events.OfType<ChannelSeen>()).Channel.Kind);
        Assert.Single(events.OfType<ChannelEnded>());
        var shell = Assert.Single(events.OfType<ProgramExecuted>());
        Assert.Equal(["bash", "-c", "echo out; echo err >&2; exit 42"], shell.Argv());
        Assert.Null(shell.Tty);
        Assert.Equal(42, Assert.Single(events.OfType<ProcessExited>()).ExitCode);
    }

    [Fact]
    public async Task Typed_password_is_nowhere_in_the_events()
    {
        const string secret = "correct-horse-8231";
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        var client = server.Connect("root", "stty -echo; echo ask; read answer; echo length ${#answer}");
        await client.WaitForAsync("ask");
        client.Type(secret + "\n");
        await client.WaitForAsync($"length {secret.Length}");
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.DoesNotContain(secret, Encoding.UTF8.GetString(events.Bytes()), StringComparison.Ordinal);
        Assert.DoesNotContain(
            events.OfType<ProgramExecuted>(), command => command.Argv().Any(text => text.Contains(secret)));
    }

    [Fact]
    public async Task Defect_7_channels_of_one_connection_are_told_apart()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        string[] share = ["-o", $"ControlPath={server.InDirectory("control")}"];
        var master = server.Connect("root", options: [.. share, "-M"]);
        master.Type("PS1='ready''> '\n");
        await master.WaitForAsync("ready> ");
        var second = server.Connect("root", "echo second; tty", options: share);
        var (_, secondPrinted, _) = await second.WaitForExitAsync();
        var third = server.Connect("root", "echo third", terminal: false, options: share);
        third.EndInput();
        await third.WaitForExitAsync();
        master.Type("exit\n");
        var (_, masterPrinted, _) = await master.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var channels = events.OfType<ChannelSeen>().Select(seen => seen.Channel).ToArray();
        Assert.Equal([ChannelKind.Pty, ChannelKind.Pty, ChannelKind.Pipes], channels.Select(channel => channel.Kind));
        Assert.Equal(masterPrinted, events.Bytes(channels[0]));
        Assert.Equal(secondPrinted, events.Bytes(channels[1]));
        Assert.Equal("third\n", Encoding.UTF8.GetString(events.Bytes(channels[2])));
        Assert.Equal(3, events.OfType<ChannelEnded>().Count());
    }
}
