using System.Text;
using SshLog.Bpf;
using SshLog.Bpf.Interop;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>What was going on in a session already when the probe was attached.</summary>
[Collection("probe")]
public sealed class ExistingTests
{
    [Theory]
    [InlineData("internal-sftp")]
    [InlineData("/usr/lib/openssh/sftp-server")]
    public async Task Files_of_an_sftp_that_was_open_already_are_followed(string subsystem)
    {
        using var server = new SshServer(settings: [$"Subsystem sftp {subsystem}"]);
        using var client = Sftp.Connect(server);
        client.Type(Sftp.Begin());
        await client.WaitForAsync(Sftp.Version);
        using var recorder = new ProbeRecorder();
        var path = server.InDirectory("home") + "/late";
        client.Type(Sftp.Open(1, path));
        await client.WaitForAsync(Sftp.Opened(1));
        client.Type(Sftp.Write(2, handle: 0, "four") + Sftp.Close(3, handle: 0));
        await client.WaitForAsync(Sftp.Done(3));
        client.EndInput();
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var moved = Assert.Single(events.OfType<FileMoved>());
        Assert.Equal(
            (TransferProtocol.Sftp, TransferDirection.Upload, TransferResult.Completed, path, 4L),
            (moved.Protocol, moved.Direction, moved.Result, moved.Path, moved.Bytes));
        Assert.Equal(subsystem == "internal-sftp" ? 1 : 0, events.OfType<SubsystemServed>().Count());
    }

    [Fact]
    public async Task Sessions_that_were_there_are_known_to_who_goes_on_where_a_daemon_died_as_soon_as_it_had_pinned()
    {
        using var server = new SshServer();
        using var client = server.Connect(server.User, "echo ready; read line; echo after", terminal: false);
        await client.WaitForAsync("ready");
        var options = new ProbeOptions { PinDirectory = PinDirectory.MountPoint + "/sshlog-tests", Instance = server.InDirectory("state") };
        // It is attached and pinned, and reads nothing before it dies.
        var pins = new PinDirectory(options.PinDirectory, options.Instance, LibbpfProbeSource.PinnedImage(options), options.RingBufferBytes);
        pins.Prepare();
        using var dead = KernelProbe.Load(options, pins);
        dead.Attach();
        using var recorder = new ProbeRecorder(options);
        client.Type("\n");
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);
        // Who goes on tells a channel until it has printed something.
        var channel = Assert.Single(events.OfType<ChannelSeen>().Select(c => c.Channel).Distinct());
        Assert.Equal("after\n", Encoding.UTF8.GetString(events.Bytes(channel)));
    }

    [Fact]
    public async Task Standard_output_and_error_of_each_command_of_a_shared_connection_are_told_apart()
    {
        using var server = new SshServer();
        string[] shared = ["-o", $"ControlPath={server.InDirectory("control")}"];
        using var first = server.Connect(server.User, "echo ready; read x", terminal: false, options: ["-M", .. shared]);
        await first.WaitForAsync("ready");
        using var second = Print("second");
        await second.WaitForAsync("ready");
        first.EndInput();
        await first.WaitForAsync("ready");
        // Its descriptors are free again when its end has reached the master, which another command shows.
        var closing = server.Connect(server.User, "true", terminal: false, options: shared);
        await closing.WaitForExitAsync();
        using var third = Print("third");
        await third.WaitForAsync("ready");

        using var recorder = new ProbeRecorder();
        foreach (var client in (SshClient[])[second, third])
        {
            client.Type("\n");
            await client.WaitForExitAsync();
        }

        var events = await recorder.WaitForAsync(server.Port, e => e.OfType<ChannelEnded>().Count() >= 2);
        foreach (var name in (string[])["second", "third"])
        {
            var channel = Assert.Single(
                events.OfType<OutputRead>(), o => Encoding.UTF8.GetString(o.Bytes.Span) == $"{name} output\n").Channel;
            Assert.Equal($"{name} output\n", Encoding.UTF8.GetString(events.Bytes(channel)));
            Assert.Equal($"{name} error\n", Encoding.UTF8.GetString(events.Bytes(channel, ChannelStream.Error)));
        }

        SshClient Print(string name) => server.Connect(
            server.User, $"echo ready; read x; echo {name} output; echo {name} error >&2", terminal: false, options: shared);
    }
}
