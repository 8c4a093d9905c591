using System.Net;
using System.Text;
using SshLog.Actors.Sessions;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;
using SshLog.Schema;

namespace SshLog.Actors.Tests;

/// <summary>Pieces that several tests need.</summary>
internal static class Some
{
    public const ulong Epoch = 5_000_000_000;

    public static readonly BootClock Clock = new(Guid.NewGuid(), new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero));

    public static readonly ChannelRef Pty = new(ChannelKind.Pty, 33, At(2718));

    public static BootTime At(double seconds) => new((ulong)(seconds * 1e9));

    public static SessionKey Key(int pid) => new(At(2717), pid);

    public static SessionId Id(int pid) => SessionId.Derive(Clock, Key(pid));

    public static SessionRouterSettings Settings(int windowBytes = 1 << 20) =>
        new(new SessionContext(Clock, "host", new FixedAccounts()), ProtobufEventCodec.Instance, TimeProvider.System, windowBytes);

    public static ConnectionOpened Opened(bool existing = false) => new(
        At(2717), new IPEndPoint(IPAddress.Loopback, 59120), new IPEndPoint(IPAddress.Loopback, 22), existing);

    public static ChannelSeen Channel() => new(At(2718), Pty, 24, 80, false);

    public static OutputRead Output(ulong offset, string text) =>
        new(At(2719), Pty, ChannelStream.Output, offset, Encoding.UTF8.GetBytes(text));

    public static ProgramExecuted Program(int pid) => new(
        At(2720), pid, 1, ArgumentVector.FromStrings("bash"), "/bin/bash", "/", 1000, 1000, null, null, 33);

    public static ProbeBatch Batch(int session, ulong number, params ProbeEvent[] events) =>
        new(new ProbePosition(Epoch, number), Key(session), events, 100);

    public static string Text(IEnumerable<SessionEvent> facts) => string.Concat(
        facts.OfType<OutputRecorded>().Select(o => Encoding.UTF8.GetString(o.Bytes.Span)));

    private sealed class FixedAccounts : IAccounts
    {
        public string UserName(uint uid) => "user" + uid;

        public uint? UserId(string name) => name == "user1000" ? 1000 : null;

        public uint? OwnerOfPty(int tty) => 1000;
    }
}
