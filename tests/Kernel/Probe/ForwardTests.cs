using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

/// <summary>What sshd forwards for its client: where it connects to, where it listens, who comes.</summary>
[Collection("probe")]
public sealed class ForwardTests : IDisposable
{
    private const int ConnectionRefused = 111;

    /// <summary>The port of display 0.</summary>
    private const int FirstDisplay = 6000;

    private readonly SshServer _server = new();
    private readonly ProbeRecorder _recorder = new();

    public void Dispose()
    {
        _recorder.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("127.0.0.1", true)]
    public async Task Where_sshd_connects_to_for_its_client(string address, bool root)
    {
        using var target = Listen(address);
        using var client = _server.Connect(
            root ? "root" : _server.User, terminal: false, options: ["-W", $"[{address}]:{Port(target)}"]);
        using (await target.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30)))
        {
            // It is open now.
        }

        Assert.Equal([(ForwardKind.Connect, address, Port(target), 0)], await ForwardsAsync(1));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_target_that_refuses_is_a_forward_that_failed(string address)
    {
        using var closed = Listen(address);
        var port = Port(closed);
        closed.Stop();
        using var client = _server.Connect(_server.User, terminal: false, options: ["-W", $"[{address}]:{port}"]);
        await client.WaitForExitAsync();
        Assert.Equal([(ForwardKind.Connect, address, port, ConnectionRefused)], await ForwardsAsync(1));
    }

    [Fact]
    public async Task A_dynamic_forward_names_each_target_and_a_forwarded_unix_socket_its_path()
    {
        using var target = Listen("127.0.0.1");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = _server.InDirectory("target.sock");
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        SshServer.Run("chmod", "666", path);
        var (proxy, local) = (FreePort(), FreePort());
        using var client = _server.Connect(
            _server.User, "echo ready; cat", terminal: false,
            options: ["-D", $"127.0.0.1:{proxy}", "-L", $"127.0.0.1:{local}:{path}"]);
        await client.WaitForAsync("ready");

        using var throughProxy = new TcpClient("127.0.0.1", proxy);
        // SOCKS5 (RFC 1928): no authentication; connect to an IPv4 address.
        byte[] request = [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (byte)(Port(target) >> 8), (byte)Port(target)];
        await throughProxy.GetStream().WriteAsync(request);
        using var accepted = await target.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        using var throughSocket = new TcpClient("127.0.0.1", local);
        using var acceptedToo = await socket.AcceptAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(
            [(ForwardKind.Connect, "127.0.0.1", Port(target), 0), (ForwardKind.Connect, path, 0, 0)], await ForwardsAsync(2));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Where_sshd_listens_for_its_client_and_who_comes(string address)
    {
        using var target = Listen("127.0.0.1");
        using var client = _server.Connect(
            _server.User, terminal: false, options: ["-N", "-R", $"[{address}]:0:127.0.0.1:{Port(target)}"]);
        var listening = Assert.Single(await SeenAsync(1));
        Assert.Equal((ForwardKind.Listen, address, 0), (listening.Kind, listening.Address, listening.Error));

        using var visitor = new TcpClient(address, listening.Port);
        using var accepted = await target.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var came = (await SeenAsync(2))[1];
        Assert.Equal((ForwardKind.Accept, address, listening.Port), (came.Kind, came.Address, came.Port));
        Assert.Equal((address, ((IPEndPoint)visitor.Client.LocalEndPoint!).Port), (came.PeerAddress, came.PeerPort));
    }

    [Fact]
    public async Task A_listening_unix_socket_and_the_agents_socket_are_named_by_their_paths()
    {
        using var target = Listen("127.0.0.1");
        using var agent = new Agent(_server.InDirectory("agent.sock"));
        var path = _server.InDirectory("home") + "/remote.sock";
        using var client = _server.Connect(
            _server.User, "echo at-$SSH_AUTH_SOCK-; cat", terminal: false,
            options: ["-R", $"{path}:127.0.0.1:{Port(target)}", "-A", "-o", $"IdentityAgent={agent.Path}"]);
        await client.WaitForAsync("-\n");
        var forwardedAgent = Encoding.UTF8.GetString(client.Printed).Split("at-")[1].Split("-\n")[0];
        using var visitor = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await visitor.ConnectAsync(new UnixDomainSocketEndPoint(path));
        using var accepted = await target.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(
            [(ForwardKind.Listen, path, 0, 0), (ForwardKind.Listen, forwardedAgent, 0, 0), (ForwardKind.Accept, path, 0, 0)],
            await ForwardsAsync(3));
    }

    [Fact]
    public async Task X11_is_where_sshd_listens_and_who_comes()
    {
        using var server = new SshServer(settings: ["X11Forwarding yes", "X11UseLocalhost yes"]);
        using var display = Listen("127.0.0.1");
        using var client = ConnectWithDisplay(server, $"127.0.0.1:{Port(display) - FirstDisplay}", "echo at-$DISPLAY-; cat");
        await client.WaitForAsync("-\n");
        var number = int.Parse(
            Encoding.UTF8.GetString(client.Printed).Split("at-localhost:")[1].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture);
        using var program = new TcpClient("127.0.0.1", FirstDisplay + number);

        // It listens at both of localhost's addresses.
        var seen = (await _recorder.WaitForAsync(server.Port, events => events.OfType<ForwardSeen>().Count() >= 3)).OfType<ForwardSeen>().ToList();
        Assert.All(seen, s => Assert.Equal(FirstDisplay + number, s.Port));
        Assert.Equal(["127.0.0.1", "::1"], seen.Where(s => s.Kind == ForwardKind.Listen).Select(s => s.Address).Order());
        var came = Assert.Single(seen, s => s.Kind == ForwardKind.Accept);
        Assert.Equal(("127.0.0.1", ((IPEndPoint)program.Client.LocalEndPoint!).Port), (came.Address, came.PeerPort));
    }

    [Fact]
    public async Task A_session_without_forwards_has_none_whatever_sshd_and_its_libraries_connect_to()
    {
        using var server = new SshServer(usePam: true);
        server.SetPassword("a-password-1");
        var client = server.Connect(server.User, "true", terminal: false, password: "a-password-1");
        await client.WaitForExitAsync();
        Assert.Empty((await _recorder.WaitForCloseAsync(server.Port)).OfType<ForwardSeen>());
    }

    private async Task<IReadOnlyList<ForwardSeen>> SeenAsync(int count) =>
    [
        .. (await _recorder.WaitForAsync(_server.Port, events => events.OfType<ForwardSeen>().Count() >= count))
            .OfType<ForwardSeen>(),
    ];

    private async Task<IEnumerable<(ForwardKind Kind, string Address, int Port, int? Error)>> ForwardsAsync(int count) =>
        (await SeenAsync(count)).Select(seen => (seen.Kind, seen.Address, seen.Port, seen.Error));

    /// <summary>ssh takes the display from its environment only.</summary>
    private static SshClient ConnectWithDisplay(SshServer server, string display, string command)
    {
        var before = Environment.GetEnvironmentVariable("DISPLAY");
        Environment.SetEnvironmentVariable("DISPLAY", display);
        try
        {
            return server.Connect(server.User, command, terminal: false, options: ["-Y"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DISPLAY", before);
        }
    }

    private static TcpListener Listen(string address)
    {
        var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static int FreePort()
    {
        using var probe = Listen("127.0.0.1");
        return Port(probe);
    }

    /// <summary>An ssh-agent(1) of our own.</summary>
    private sealed class Agent : IDisposable
    {
        private readonly Process process;

        public Agent(string path)
        {
            Path = path;
            process = Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", path]) { RedirectStandardOutput = true })!;
            // It says where it listens once it does.
            Assert.Contains(path, process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        }

        public string Path { get; }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
