using SshLog.Bpf.Pump;
using SshLog.Bpf.Wire;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Tests;

public sealed class ForwardTests
{
    private const int InProgress = 115;
    private const int Refused = 111;

    private readonly Records kernel = new();

    [Fact]
    public void A_connect_is_told_when_sshd_learns_what_became_of_it()
    {
        var target = Target(80);
        Assert.Empty(Decode(kernel.Opened(), kernel.Forward(WireForwardKind.Connect, 9, InProgress, ends: target)));
        var seen = Decode(
            kernel.Opened(),
            kernel.Forward(WireForwardKind.Connect, 9, InProgress, ends: target),
            kernel.Forward(WireForwardKind.Connect, 10, InProgress, ends: Target(81)),
            kernel.Forward(WireForwardKind.Result, 10, Refused),
            kernel.Forward(WireForwardKind.Result, 9),
            kernel.Forward(WireForwardKind.Result, 9));
        Assert.Equal([("192.0.2.1", 81, Refused), ("192.0.2.1", 80, 0)], seen.Select(s => (s.Address, s.Port, s.Error)));
    }

    [Fact]
    public void Nobody_knows_what_became_of_a_connect_whose_session_ended_or_whose_descriptor_was_used_again()
    {
        var seen = Decode(
            kernel.Opened(),
            kernel.Forward(WireForwardKind.Connect, 9, InProgress, ends: Target(80)),
            kernel.Forward(WireForwardKind.Connect, 9, InProgress, ends: Target(81)),
            kernel.Closed());
        Assert.Equal([(80, null), (81, (int?)null)], seen.Select(s => (s.Port, s.Error)));
    }

    [Fact]
    public void A_unix_socket_has_a_path_and_what_is_accepted_both_ends()
    {
        var ends = Target(5000);
        ends.LocalPort = 8080;
        ends.Local[0] = 127;
        var seen = Decode(
            kernel.Opened(),
            kernel.Forward(WireForwardKind.Listen, 9, path: "/run/x"),
            kernel.Forward(WireForwardKind.Accept, 10, ends: ends));
        Assert.Equal(
            [(ForwardKind.Listen, "/run/x", 0, "", 0), (ForwardKind.Accept, "127.0.0.0", 8080, "192.0.2.1", 5000)],
            seen.Select(s => (s.Kind, s.Address, s.Port, s.PeerAddress, s.PeerPort)));
    }

    private static Endpoints Target(ushort port)
    {
        var ends = new Endpoints { Family = WireText.AfInet, PeerPort = port };
        ((byte[])[192, 0, 2, 1]).CopyTo(ends.Peer);
        return ends;
    }

    private static List<ForwardSeen> Decode(params byte[][] records)
    {
        var assembler = new RecordAssembler(Records.Epoch, new FakeMaps());
        foreach (var record in records)
            assembler.Accept(record);
        Assert.Equal(0, assembler.Rejected);
        return [.. Assert.Single(assembler.Flush()).Events.OfType<ForwardSeen>()];
    }
}
