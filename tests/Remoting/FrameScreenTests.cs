using SshLog.Remoting.Gateway;
using SshLog.Remoting.Screening;
using static SshLog.Remoting.Tests.Frames;

namespace SshLog.Remoting.Tests;

public sealed class FrameScreenTests
{
    private readonly FrameScreen _screen = new(new ScreenRules(Host, Ticket, GatewaySerializer.Id));

    public static TheoryData<string, byte[]> Allowed()
    {
        var ours = Payload(GatewaySerializer.Id, "hello/v1");
        var identify = Payload(16, "ID", []);
        return new TheoryData<string, byte[]>
        {
            { "greeting", Envelope(GatewayPath, ours, Peer("/temp/a")) },
            { "greeting without sender", Envelope(GatewayPath, ours) },
            { "request", Envelope(Connection() + "#42", ours, Peer("/temp/$b~3")) },
            { "identify", Envelope(GatewayPath, identify, Peer()) },
            { "identify with a number", Envelope(GatewayPath, Payload(16, "ID", Message((1, Payload(17, "L")))), Peer()) },
            { "selection", Envelope(Daemon + "/", Selection(identify, "user", "gateway"), Peer()) },
            { "heartbeat", Envelope(Daemon + "/", Selection(Payload(16, "RWHB", []), "system", "remote-watcher")) },
            { "heartbeat answer", Envelope(Daemon + "/system/remote-watcher#7", Payload(16, "RWHR"), Peer()) },
            {
                "end of an actor of the peer",
                Envelope(Daemon + "/system/remote-watcher", Payload(22, Notification, Message((1, Path(Peer())), (2, 1))))
            },
            { "acknowledgement", Message((1, Message((1, Message((1, 3UL)))))) },
            { "keep-alive", Instruction(3) },
            { "farewell", Instruction(4) },
        };
    }

    public static TheoryData<string, byte[]> Forbidden()
    {
        var ours = Payload(GatewaySerializer.Id, "hello/v1");
        var identify = Payload(16, "ID", []);
        var other = new string('f', 32);
        var data = new TheoryData<string, byte[]>
        {
            { "another client's actor", Envelope(Connection(other), ours, Peer()) },
            { "an internal actor", Envelope(Daemon + "/user/router", ours, Peer()) },
            { "a child of the connection", Envelope(Connection() + "/x", ours, Peer()) },
            { "a way round", Envelope(GatewayPath + "/../router", ours, Peer()) },
            { "an escaped way round", Envelope(Daemon + "/user/%67ateway", ours, Peer()) },
            { "an answer to somebody else's question", Envelope(Daemon + "/temp/a", ours, Peer()) },
            { "watch", Envelope(Connection(), Payload(22, Watcher, Watch(Connection(), Peer())), sequence: 0) },
            { "unwatch", Envelope(GatewayPath, Payload(22, Unwatcher, Watch(GatewayPath, Peer())), sequence: 1) },
            { "the guardian", Envelope(Daemon + "/user", Payload(22, Watcher, Watch(GatewayPath, Peer()))) },
            { "the root with a plain message", Envelope(Daemon + "/", ours, Peer()) },
            { "another host", Envelope("akka.unix://sshlog@other:1/user/gateway", ours, Peer()) },
            { "no recipient", Message((1, Message((2, Message((2, ours)))))) },
            { "forged sender", Envelope(GatewayPath, ours, Peer(host: "c2-0badcafe")) },
            { "sender of the daemon", Envelope(GatewayPath, ours, Daemon + "/user/router") },
            { "json", Envelope(GatewayPath, Payload(1, "System.Object"), Peer()) },
            { "bytes", Envelope(GatewayPath, Payload(4, ""), Peer()) },
            { "primitive", Envelope(GatewayPath, Payload(17, "S"), Peer()) },
            { "unknown serializer", Envelope(GatewayPath, Payload(4711, "x"), Peer()) },
            { "ours without a manifest", Envelope(GatewayPath, Payload(GatewaySerializer.Id, ""), Peer()) },
            { "poison pill", Envelope(Connection(), Payload(16, "PP", []), Peer()) },
            { "kill", Envelope(GatewayPath, Payload(16, "K", []), Peer()) },
            { "identify with an object", Envelope(GatewayPath, Payload(16, "ID", Message((1, Payload(1, "x")))), Peer()) },
            { "identify elsewhere", Envelope(Daemon + "/user/router", identify, Peer()) },
            { "selection elsewhere", Envelope(Daemon + "/", Selection(identify, "user", "router"), Peer()) },
            { "selection too short", Envelope(Daemon + "/", Selection(identify, "user"), Peer()) },
            { "selection too long", Envelope(Daemon + "/", Selection(ours, "user", "gateway", "s-" + Ticket, "x")) },
            { "selection of nothing", Envelope(Daemon + "/", Selection(identify), Peer()) },
            { "selection of another's actor", Envelope(Daemon + "/", Selection(ours, "user", "gateway", "s-" + other)) },
            { "selection with kill", Envelope(Daemon + "/", Selection(Payload(16, "K", []), "user", "gateway")) },
            { "selection in a selection", Envelope(Daemon + "/", Selection(Selection(ours, "user"), "user", "gateway")) },
            { "selection not from the root", Envelope(GatewayPath, Selection(ours, "user", "gateway"), Peer()) },
            {
                "selection by pattern",
                Envelope(Daemon + "/", Payload(6, "", Message((1, ours), (2, Message((1, 3), (2, "*"))))))
            },
            { "selection of the parent", Envelope(Daemon + "/", Payload(6, "", Message((1, ours), (2, Message((1, 1)))))) },
            { "watch on behalf of another", Envelope(GatewayPath, Payload(22, Watcher, Watch(GatewayPath, Peer(host: "c9-1")))) },
            { "watch of an internal actor", Envelope(GatewayPath, Payload(22, Watcher, Watch(Daemon + "/user/x", Peer()))) },
            {
                "news of another's death",
                Envelope(Daemon + "/system/remote-watcher", Payload(22, Notification, Message((1, Path(GatewayPath)), (2, 1))))
            },
            { "news to the gateway", Envelope(GatewayPath, Payload(22, Notification, Message((1, Path(Peer())), (2, 1)))) },
            { "ours to the remote watcher", Envelope(Daemon + "/system/remote-watcher", ours, Peer()) },
            { "second handshake", Associate(Address()) },
            { "unknown instruction", Instruction(6) },
            { "empty frame", [] },
            { "empty instruction", Message((2, Array.Empty<byte>())) },
            { "both kinds", Message((1, Message((1, Message((1, 3UL))))), (2, Message((1, 3)))) },
            { "unknown field", Message((1, Message((3, "x")))) },
            { "nack", Message((1, Message((1, Message((1, 3UL), (2, 2UL)))))) },
            { "two recipients", Message((1, Message((2, Message((1, Path(Daemon + "/user/x")), (1, Path(GatewayPath)), (2, ours)))))) },
            { "two envelopes", Message((1, Message((2, Message((1, Path(GatewayPath)), (2, ours))), (2, Message((2, ours)))))) },
            { "overlong number", [0x12, 0x03, 0x08, 0x83, 0x00] },
        };
        foreach (var message in new[] { "Suspend", "Recreate", "Resume", "Terminate", "Failed", "Create", "Supervise" })
        {
            foreach (var path in new[] { GatewayPath, Connection(), Daemon + "/user", Daemon + "/" })
            {
                data.Add($"{message} to {path}",
                    Envelope(path, Payload(22, $"Akka.Dispatch.SysMsg.{message}, Akka", []), Peer(), 0));
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public void A_frame_of_an_honest_client_passes(string what, byte[] frame)
    {
        Greet();
        Assert.True(_screen.FindViolation(frame) is null, what);
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void A_frame_that_asks_for_more_does_not_pass(string what, byte[] frame)
    {
        Greet();
        Assert.True(_screen.FindViolation(frame) is not null, what);
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public void Nothing_passes_before_the_handshake(string what, byte[] frame) =>
        Assert.True(_screen.FindViolation(frame) is not null, what);

    [Fact]
    public void A_handshake_with_any_other_address_does_not_pass()
    {
        byte[][] origins =
        [
            Address(system: "sshlog"), Address(host: "c2-0badcafe"), Address(host: "daemon"), Address(port: 2),
            Address(protocol: "tcp"), Address(protocol: "akka.unix"), [], Message((1, "sshlog-cli"), (2, Host)),
            [.. Address(), .. Address(host: "daemon")],
        ];
        Assert.All(origins, origin =>
        {
            Assert.NotNull(_screen.FindViolation(Associate(origin)));
            Assert.False(_screen.HandshakeDone);
        });
    }

    private void Greet()
    {
        Assert.Null(_screen.FindViolation(Associate(Address())));
        Assert.True(_screen.HandshakeDone);
    }
}
