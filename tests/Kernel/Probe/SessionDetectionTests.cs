using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

[Collection("probe")]
public sealed class SessionDetectionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Session_that_was_there_is_found_with_its_terminal_and_goes_on(bool root)
    {
        using var server = new SshServer();
        var client = server.Connect(root ? "root" : server.User);
        client.Type("PS1='ready''> '; sleep 1000 & echo child''ren $$ $!\n");
        await client.WaitForAsync("children ");
        await client.WaitForAsync("ready> ");
        var before = client.Printed.Length;

        using var recorder = new ProbeRecorder();
        var found = await recorder.WaitForAsync(server.Port, events => events.OfType<ChannelSeen>().Any());
        Assert.Contains(recorder.Existing, key => key.StartedAt > BootTime.Zero);
        Assert.True(Assert.IsType<ConnectionOpened>(found[0]).Existing);
        Assert.True(Assert.Single(found.OfType<ChannelSeen>()).Existing);

        client.Type("kill %1; /bin/true later; exit 3\n");
        var (exitCode, printed, _) = await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);
        Assert.Equal(3, exitCode);
        Assert.Equal(printed[before..], events.Bytes());
        Assert.Contains(events.OfType<ProgramExecuted>(), command => command.Argv() is ["/bin/true", "later"]);
        var pids = Encoding.UTF8.GetString(printed).Split("children ")[1].Split('\r')[0].Split(' ').Select(int.Parse);
        var exits = events.OfType<ProcessExited>().ToDictionary(exit => exit.Pid);
        Assert.Equal([(3, 0), (0, 15)], pids.Select(pid => (exits[pid].ExitCode, exits[pid].Signal)));
    }

    [Fact]
    public async Task Command_without_a_pty_that_was_there_goes_on_being_recorded()
    {
        using var server = new SshServer();
        var client = server.Connect(
            server.User, "echo before; read line; echo after; echo error >&2; exit 7", terminal: false);
        await client.WaitForAsync("before");
        using var recorder = new ProbeRecorder();
        client.Type("\n");
        var (exitCode, _, _) = await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Equal(7, exitCode);
        Assert.True(Assert.Single(events.OfType<ChannelSeen>()).Existing);
        Assert.Equal("after\n", Encoding.UTF8.GetString(events.Bytes()));
        Assert.Equal("error\n", Encoding.UTF8.GetString(events.Bytes(ChannelStream.Error)));
        Assert.Single(events.OfType<ChannelEnded>());
        Assert.Equal(7, Assert.Single(events.OfType<ProcessExited>()).ExitCode);
    }

    [Fact]
    public async Task Second_attachment_knows_the_session_by_the_same_key()
    {
        using var server = new SshServer();
        IReadOnlyCollection<SessionKey> first, second;
        var client = server.Connect("root");
        client.Type("PS1='ready''> '\n");
        await client.WaitForAsync("ready> ");
        using (var recorder = new ProbeRecorder())
            first = recorder.Existing;
        using (var recorder = new ProbeRecorder())
            second = recorder.Existing;
        Assert.NotEmpty(first);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Server_that_does_not_execute_itself_again_is_recorded_too()
    {
        using var server = new SshServer(arguments: ["-r"]);
        using var recorder = new ProbeRecorder();
        var (_, printed, _) = await server.Connect(server.User, "echo first; seq 1000").WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(server.Port);

        Assert.Equal(printed, events.Bytes());
        Assert.Single(recorder.SessionsOf(server.Port), session => session.OfType<ChannelSeen>().Any());
        Assert.Equal(IPAddress.Loopback, Assert.IsType<ConnectionOpened>(events[0]).Client.Address);
    }

    /// <summary>As after `service ssh restart` in a session: the new listener is a command of it, its connections are not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_to_an_sshd_that_a_session_started_are_sessions_of_their_own(bool existing)
    {
        using var server = new SshServer();
        var second = SshServer.FindFreePort();
        var before = existing ? null : new ProbeRecorder();
        var admin = server.Connect(
            "root",
            $"/usr/sbin/sshd -D -f {server.InDirectory("sshd_config")} -o Port={second} -o ListenAddress=127.0.0.1:{second} "
            + $"-E {server.InDirectory("second.log")} & for i in $(seq 100); do (echo > /dev/tcp/127.0.0.1/{second}) 2> /dev/null && break; "
            + "sleep 0.1; done; echo listening; read line; kill %1",
            terminal: false);
        await admin.WaitForAsync("listening");
        var client = server.Connect(server.User, "echo ready; read line; echo after; true", terminal: false, options: ["-p", $"{second}"]);
        await client.WaitForAsync("ready");
        using var recorder = before ?? new ProbeRecorder();
        client.Type("\n");
        await client.WaitForExitAsync();
        var events = await recorder.WaitForCloseAsync(second);
        Assert.EndsWith("after\n", Encoding.UTF8.GetString(events.Bytes()), StringComparison.Ordinal);
        admin.Type("\n");
        await admin.WaitForExitAsync();
        var others = await recorder.WaitForCloseAsync(server.Port);
        Assert.DoesNotContain(others.OfType<ProgramExecuted>(), c => c.Argv().Contains("-R"));
    }

    /// <summary>systemd listens so for `ssh .host` and for the host of a virtual machine, and starts `sshd -i`.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_through_a_unix_socket_is_a_session_without_an_address(bool terminal)
    {
        using var server = new SshServer();
        var program = Workload.Build(server, "unix_connection");
        var path = server.InDirectory("socket");
        using var recorder = new ProbeRecorder();
        using var listening = Process.Start(
            program,
            ["listen", path, "/usr/sbin/sshd", "-i", "-f", server.InDirectory("sshd_config"), "-E", server.InDirectory("unix.log")]);
        var (_, printed, _) = await server.Connect(
            server.User, "echo marked; /bin/true", terminal,
            options: ["-o", $"ProxyCommand={program} connect {path}", "-o", "ProxyUseFdpass=yes"]).WaitForExitAsync();
        var events = await recorder.WaitForAsync(
            opened => opened.Client.Port == 0,
            e => e.OfType<ChannelSeen>().Any() && e.OfType<ConnectionClosed>().Any());
        await listening.WaitForExitAsync();

        var opened = Assert.IsType<ConnectionOpened>(events[0]);
        Assert.Equal((new IPEndPoint(IPAddress.IPv6Any, 0), opened.Client), (opened.Client, opened.Server));
        Assert.Equal(server.User, Assert.Single(events.OfType<SignInCompleted>()).User);
        Assert.Equal(printed, events.Bytes());
        Assert.StartsWith("marked", Encoding.UTF8.GetString(printed), StringComparison.Ordinal);
    }

    /// <summary>A service manager may start sshd with a socket of its own as standard input: that is no connection to serve.</summary>
    [Fact]
    public async Task A_listener_that_has_a_unix_socket_as_its_input_takes_no_connection_for_its_own()
    {
        using var server = new SshServer();
        var second = SshServer.FindFreePort();
        var program = Workload.Build(server, "unix_connection");
        var path = server.InDirectory("socket");
        using var recorder = new ProbeRecorder();
        using var listening = Process.Start(
            program,
            ["listen", path, "/usr/sbin/sshd", "-D", "-f", server.InDirectory("sshd_config"), "-o", $"Port={second}",
                "-o", $"ListenAddress=127.0.0.1:{second}", "-E", server.InDirectory("second.log")]);
        using (var starting = Process.Start(program, ["connect", path]))
            await starting.WaitForExitAsync();
        var (_, printed, errors) = await server.Connect(
            server.User, "echo marked; /bin/true", terminal: false,
            options: ["-p", $"{second}", "-o", "ConnectionAttempts=30"]).WaitForExitAsync();
        listening.Kill();
        Assert.Equal("marked\n", Encoding.UTF8.GetString(printed) + errors);
        Assert.Equal(printed, (await recorder.WaitForCloseAsync(second)).Bytes());
    }

    [Fact]
    public async Task Connection_without_a_sign_in_opens_and_closes()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder();
        using (var caller = new TcpClient("127.0.0.1", server.Port))
        {
            var banner = new byte[4];
            await caller.GetStream().ReadExactlyAsync(banner);
            Assert.Equal("SSH-"u8.ToArray(), banner);
        }

        var events = await recorder.WaitForAsync(server.Port, session => session[^1] is ConnectionClosed);
        Assert.DoesNotContain(events, happened => happened is ChannelSeen or ProgramExecuted);
        Assert.Equal(255, Assert.IsType<ConnectionClosed>(events[^1]).ExitCode);
    }

    [Fact]
    public async Task Programs_that_are_merely_named_sshd_make_no_session()
    {
        using var server = new SshServer();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var recorder = new ProbeRecorder();
        File.Copy("/bin/sleep", server.InDirectory("sshd"));
        SshServer.Run("chmod", "755", server.InDirectory("sshd"));

        // Root, the right name and a root-owned file, but no socket.
        Start(server.InDirectory("sshd"), "0");
        // An ordinary user, with a connected socket as standard input.
        Start("runuser", "-u", server.User, "--", "bash", "-c",
            $"exec {server.InDirectory("sshd")} 0 <>/dev/tcp/127.0.0.1/{port}");
        // Root with a connected socket, but the file is the user's.
        File.Copy("/bin/sleep", server.InDirectory("home/sshd"));
        SshServer.Run("chown", server.User, server.InDirectory("home/sshd"));
        Start("bash", "-c", $"exec {server.InDirectory("home/sshd")} 0 <>/dev/tcp/127.0.0.1/{port}");
        // The control: the same with root's file does make one, so the others were seen and refused.
        Start("bash", "-c", $"exec {server.InDirectory("sshd")} 0 <>/dev/tcp/127.0.0.1/{port}");

        await recorder.WaitForAsync(
            opened => opened.Client.Port == port, events => events.OfType<ConnectionClosed>().Any());
        Assert.Single(recorder.SessionsWhere(opened => opened.Client.Port == port));
    }

    private static void Start(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, process.ExitCode);
    }
}
