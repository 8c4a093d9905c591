using Akka.Actor;
using SshLog.Remoting.Gateway;
using static SshLog.Remoting.Tests.Frames;
using Protocol = SshLog.Core.Protocol.GatewayProtocol;

namespace SshLog.Remoting.Tests;

/// <summary>
/// What a client may try, over the real socket: the daemon closes that connection and nothing else happens.
/// </summary>
public sealed class RogueClientTests : IAsyncLifetime
{
    private readonly TestDaemon _daemon = new();
    private GatewayClient _honest = null!;
    private Counter.Count _before = null!;

    public static TheoryData<string> Attacks() =>
    [
        "Suspend", "Recreate", "Resume", "Terminate", "Failed", "Kill", "PoisonPill", "Identify", "Unknown serializer",
        "Json", "Forged sender", "Router", "Selection", "Second handshake", "Random bytes", "Huge length",
        "Zero length", "Taken address", "Other's connection", "Temporary",
    ];

    public async Task InitializeAsync()
    {
        _honest = await GatewayClient.ConnectAsync(_daemon.SocketPath, "1.0", TestDaemon.Patience);
        _before = await CountAsync();
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task An_attack_closes_its_own_connection_and_changes_nothing(string attack)
    {
        using var rogue = attack is "Taken address"
            ? await RawClient.ConnectAsync(_daemon.SocketPath)
            : await RawClient.GreetAsync(_daemon.SocketPath);
        await (attack switch
        {
            "Huge length" => rogue.SendRawAsync([0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3]),
            "Zero length" => rogue.SendRawAsync([0, 0, 0, 0]),
            "Random bytes" => rogue.SendRawAsync(RandomBytes(5000)),
            _ => rogue.SendAsync(Frame(attack, rogue)),
        });
        await rogue.UntilClosedAsync();
        await NothingHasChangedAsync();
    }

    [Fact]
    public async Task A_truncated_frame_and_a_hang_up_change_nothing()
    {
        using (var rogue = await RawClient.GreetAsync(_daemon.SocketPath))
            await rogue.SendRawAsync([0, 0, 4, 0, 1, 2, 3]);
        await TestDaemon.UntilAsync(() => _daemon.Peers.Count == 1, "the rogue is forgotten");
        await NothingHasChangedAsync();
    }

    [Fact]
    public async Task Random_frames_never_disturb_the_others()
    {
        for (var round = 0; round < 100; round++)
        {
            using var rogue = await RawClient.ConnectAsync(_daemon.SocketPath);
            await rogue.SendAsync(RandomBytes(1 + (round * 7)));
            await rogue.UntilClosedAsync();
        }
        await NothingHasChangedAsync();
        await TestDaemon.UntilAsync(() => _daemon.Peers.Count == 1, "all rogues are forgotten");
    }

    public async Task DisposeAsync()
    {
        await _honest.DisposeAsync();
        await _daemon.DisposeAsync();
    }

    private static byte[] Frame(string attack, RawClient rogue)
    {
        var me = Peer(host: rogue.Host);
        var ours = Payload(GatewaySerializer.Id, "get-status/v1", []);
        return attack switch
        {
            "Kill" => Envelope(GatewayPath, Payload(16, "K", []), me),
            "PoisonPill" => Envelope(GatewayPath, Payload(16, "PP", []), me),
            "Identify" => Envelope(Daemon + "/user/router", Payload(16, "ID", []), me),
            "Unknown serializer" => Envelope(GatewayPath, Payload(31337, "x"), me),
            "Json" => Envelope(GatewayPath, Payload(1, "", "{\"$type\":\"System.Object\"}"u8.ToArray()), me),
            "Forged sender" => Envelope(GatewayPath, ours, Peer(host: "c1-00000000")),
            "Router" => Envelope(Daemon + "/user/router", ours, me),
            "Selection" => Envelope(Daemon + "/", Selection(ours, "user", "router"), me),
            "Second handshake" => Associate(Address(host: rogue.Host)),
            "Taken address" => Associate(Address(host: "c1-00000000")),
            "Other's connection" => Envelope(Connection(new string('0', 32)), ours, me),
            "Temporary" => Envelope(Daemon + "/temp/a", ours, me),
            _ => Envelope(Daemon + "/user", Payload(22, $"Akka.Dispatch.SysMsg.{attack}, Akka", []), me, 0),
        };
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private async Task NothingHasChangedAsync()
    {
        await _honest.AskAsync<Protocol.DaemonStatus>(Protocol.GetStatus.Instance, TestDaemon.Patience);
        Assert.Equal("alive", await _daemon.Gateway.Ask<string>("are you there?", TestDaemon.Patience));
        Assert.Equal(_before, await CountAsync());
    }

    private Task<Counter.Count> CountAsync() =>
        _daemon.Victim.Ask<Counter.Count>(new Counter.GetCount(), TestDaemon.Patience);
}
