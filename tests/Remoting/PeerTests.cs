using System.Net.Sockets;
using SshLog.Native;
using SshLog.Remoting.Sockets;

namespace SshLog.Remoting.Tests;

public sealed class PeerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sshlog-peer-");

    private string SocketPath => Path.Combine(_folder.FullName, "s");

    [Fact]
    public void The_kernel_names_the_process_and_the_user_behind_a_socket()
    {
        using var listener = SocketFile.Listen(SocketPath, "", Assert.Fail);
        using var client = Connect();
        using var accepted = listener.Accept();
        var peer = PeerSocket.GetCredentials(accepted.SafeHandle);
        Assert.Equal(Environment.ProcessId, peer.ProcessId);
        Assert.Equal(StatusOf("Uid"), peer.UserId);
        Assert.Equal(StatusOf("Gid"), peer.GroupId);
    }

    [Fact]
    public void The_kernel_names_the_supplementary_groups_behind_a_socket()
    {
        using var listener = SocketFile.Listen(SocketPath, "", Assert.Fail);
        using var client = Connect();
        using var accepted = listener.Accept();
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("Groups:", StringComparison.Ordinal));
        var groups = line["Groups:".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(groups.Select(uint.Parse).Order(), PeerSocket.GetGroups(accepted.SafeHandle).Order());
    }

    [Fact]
    public void A_group_is_found_by_name_and_a_missing_one_is_not()
    {
        Assert.Equal(0u, UnixOwner.FindGroup("root"));
        Assert.Null(UnixOwner.FindGroup("no-such-group-here"));
    }

    [Fact]
    public void A_socket_without_a_group_is_for_its_owner_alone()
    {
        using var listener = SocketFile.Listen(SocketPath, "", Assert.Fail);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void A_missing_group_leaves_the_socket_to_its_owner_and_is_said()
    {
        var said = new List<string>();
        using var listener = SocketFile.Listen(SocketPath, "no-such-group-here", said.Add);
        Assert.Contains("no-such-group-here", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void The_group_of_the_setting_may_open_the_socket()
    {
        using var listener = SocketFile.Listen(SocketPath, "root", Assert.Fail);
        const UnixFileMode expected = UnixFileMode.UserRead | UnixFileMode.UserWrite
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Assert.Equal(expected, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void A_stale_socket_is_replaced()
    {
        LeaveStale(SocketPath);
        Assert.True(File.Exists(SocketPath));
        using var listener = SocketFile.Listen(SocketPath, "", Assert.Fail);
        using var client = Connect();
    }

    [Fact]
    public void A_file_that_is_no_socket_stays_and_is_named()
    {
        File.WriteAllText(SocketPath, "precious");
        var refused = Assert.Throws<SocketUnavailableException>(() => SocketFile.Listen(SocketPath, "", Assert.Fail));
        Assert.Contains(SocketPath, refused.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    [Fact]
    public void A_path_too_long_for_a_socket_is_said_so()
    {
        var refused = Assert.Throws<SocketUnavailableException>(
            () => SocketFile.Listen("/tmp/" + new string('x', 120), "", Assert.Fail));
        Assert.Contains("longer than", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_daemon_knows_each_peer_by_ticket_and_hears_once_when_it_leaves()
    {
        await using var daemon = new TestDaemon();
        var left = 0;
        using (var client = await RawClient.GreetAsync(daemon.SocketPath))
        {
            Assert.Equal(Environment.ProcessId, daemon.Peers.Find(client.Ticket)?.Pid);
            Assert.Equal(client.Ticket, daemon.Peers.FindTicket(GatewayAddress.Client(client.Host)));
            daemon.Peers.WhenLeft(client.Ticket, () => Interlocked.Increment(ref left));
            daemon.Peers.WhenLeft(client.Ticket, () => Interlocked.Add(ref left, 100)).Dispose();
        }
        await TestDaemon.UntilAsync(() => daemon.Peers.Count == 0, "the daemon forgets the client");
        await TestDaemon.UntilAsync(() => left == 1, "the callback");
        daemon.Peers.WhenLeft("unknown", () => Interlocked.Add(ref left, 10));
        Assert.Equal(11, left);
    }

    /// <summary>Leaves the file of a socket that nobody listens on, as a killed daemon does.</summary>
    internal static void LeaveStale(string path)
    {
        using var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        dead.Bind(new UnixDomainSocketEndPoint(path + "~"));
        // Under another name, because .NET removes the file that it has bound.
        File.Move(path + "~", path);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static uint StatusOf(string field)
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return uint.Parse(line.Split('\t')[2], System.Globalization.CultureInfo.InvariantCulture);
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }
}
