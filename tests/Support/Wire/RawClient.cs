using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace SshLog.Remoting.Tests;

/// <summary>A client that writes whatever bytes it likes.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private RawClient(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    public string Ticket { get; private set; } = "";

    public string Host { get; private set; } = "";

    /// <summary>Connects and reads the preamble.</summary>
    public static async Task<RawClient> ConnectAsync(string path)
    {
        var client = new RawClient(path);
        var head = await client.ReadAsync(25);
        Assert.Equal("SSHLOG\0\x01", Encoding.Latin1.GetString(head.AsSpan(0, 8)));
        client.Ticket = Convert.ToHexStringLower(head.AsSpan(8, 16));
        client.Host = Encoding.ASCII.GetString(await client.ReadAsync(head[24]));
        return client;
    }

    /// <summary>Connects and greets as Akka does; returns when the daemon has greeted back.</summary>
    public static async Task<RawClient> GreetAsync(string path)
    {
        var client = await ConnectAsync(path);
        await client.SendAsync(Frames.Associate(Frames.Address(host: client.Host)));
        await client.ReceiveAsync();
        return client;
    }

    public async Task SendAsync(byte[] frame)
    {
        var bytes = new byte[4 + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes, 4);
        await SendRawAsync(bytes);
    }

    public async Task SendRawAsync(byte[] bytes)
    {
        try
        {
            await _socket.SendAsync(bytes);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The daemon has closed the connection already; the test looks at that itself.
        }
    }

    /// <summary>The next frame of the daemon.</summary>
    public async Task<byte[]> ReceiveAsync() =>
        await ReadAsync(BinaryPrimitives.ReadInt32BigEndian(await ReadAsync(4)));

    /// <summary>Reads until the daemon has closed the connection.</summary>
    public async Task UntilClosedAsync()
    {
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, limit.Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Closed with bytes of ours unread: that is an end too.
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        using var limit = new CancellationTokenSource(Patience);
        for (var at = 0; at < count;)
        {
            var read = await _socket.ReceiveAsync(bytes.AsMemory(at), SocketFlags.None, limit.Token);
            Assert.True(read > 0, "The daemon has closed the connection");
            at += read;
        }
        return bytes;
    }
}
