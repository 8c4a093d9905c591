using System.Buffers.Binary;
using System.Net.Sockets;

namespace SshLog.Kernel.Tests.EndToEnd;

/// <summary>Peers that mean harm, at the socket of the real daemon.</summary>
[Collection("probe")]
public sealed class HostileClientTests : IDisposable
{
    private const long GrowthAllowed = 64L << 20;
    private const long BuffersAllowed = 160L << 20;
    private readonly DaemonProcess _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Nonsense_is_refused_without_growth_and_others_are_served_meanwhile()
    {
        await _daemon.StartAsync();
        await AssertServes();
        var before = _daemon.ResidentBytes();
        var random = new Random(20261122);
        for (var round = 0; round < 20; round++)
        {
            for (var attack = 0; attack < 50; attack++)
                Attack(random, attack % 4);
            await AssertServes();
        }

        var grown = _daemon.ResidentBytes() - before;
        Assert.True(grown < GrowthAllowed, $"grown by {grown} bytes");
        var (exitCode, log) = await _daemon.StopAsync();
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
        Assert.True(log.Split('\n').Length < 1200, log[..Math.Min(log.Length, 4000)]);
    }

    [Fact]
    public async Task Thousands_of_connections_that_say_nothing_are_bounded_and_closed()
    {
        await _daemon.StartAsync();
        await AssertServes();
        // Connections up to the limit have their buffers; a second wave must not cost anything more.
        var before = _daemon.ResidentBytes();
        await SayNothing();
        var first = _daemon.ResidentBytes() - before;
        Assert.True(first < BuffersAllowed, $"grown by {first} bytes");
        await SayNothing();
        var second = _daemon.ResidentBytes() - before - first;
        Assert.True(second < GrowthAllowed, $"grown by {first} and {second} bytes");
        await AssertServes();
    }

    private async Task SayNothing()
    {
        var open = new List<Socket>();
        for (var i = 0; i < 3000; i++)
        {
            if (Connect() is { } socket)
                open.Add(socket);
        }

        // Those above the limit are closed at once, the others when they have not said anything in time.
        foreach (var socket in open)
            await UntilClosed(socket);
    }

    private async Task AssertServes()
    {
        var (exitCode, _, errors) = await _daemon.AskAsync("status");
        Assert.True(exitCode == 0, errors);
    }

    private void Attack(Random random, int kind)
    {
        using var socket = Connect();
        if (socket is null)
            return;
        var bytes = new byte[random.Next(4, 4096)];
        random.NextBytes(bytes);
        var announced = kind switch
        {
            1 => int.MaxValue, // far above the limit
            2 => 100_000, // never completed
            3 => bytes.Length - 4, // complete nonsense
            _ => BinaryPrimitives.ReadInt32BigEndian(bytes),
        };
        BinaryPrimitives.WriteInt32BigEndian(bytes, announced);
        try
        {
            socket.Send(bytes);
        }
        catch (SocketException)
        {
            // Refused already.
        }
    }

    private Socket? Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(_daemon.Socket));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static async Task UntilClosed(Socket socket)
    {
        using (socket)
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40)))
        {
            var buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, limit.Token) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // That is an end too.
            }
        }
    }
}
