using System.Net;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;

namespace SshLog.Core.Tests;

/// <summary>Pieces that several tests need.</summary>
internal static class Some
{
    public const ulong Epoch = 5_000_000_000;

    public static readonly BootClock Clock = new(
        Guid.Parse("30d94867-ed96-41cb-92a0-122a0304ec18"), new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero));

    public static readonly SessionKey Key = new(new BootTime(2_717_000_000_000), 970236);

    public static readonly SessionId Id = SessionId.Derive(Clock, Key);

    public static readonly ChannelRef Pty = new(ChannelKind.Pty, 33, new BootTime(2_718_000_000_000));

    public static readonly SessionContext Context = new(Clock, "host", new FixedAccounts());

    public static BootTime At(double seconds) => new((ulong)(seconds * 1e9));

    public static ConnectionOpened Opened(bool existing = false) => new(
        At(2717), new IPEndPoint(IPAddress.Parse("15.12.5.8"), 59120), new IPEndPoint(IPAddress.IPv6Loopback, 22), existing);

    public static ChannelSeen Channel(ChannelRef? channel = null, bool existing = false) =>
        new(At(2718), channel ?? Pty, 24, 80, existing);

    public static OutputRead Output(ulong offset, string text, ChannelRef? channel = null) => new(
        At(2719), channel ?? Pty, ChannelStream.Output, offset, System.Text.Encoding.UTF8.GetBytes(text));

    public static ProgramExecuted Program(int pid, string executable, uint uid = 1000, uint? loginUid = null) => new(
        At(2720), pid, 1, ArgumentVector.FromStrings(executable), executable, "/home/billy", uid, uid, loginUid, null, 33);

    public static ProbeBatch Batch(ulong number, params ProbeEvent[] events) => Batch(Epoch, number, events);

    public static ProbeBatch Batch(ulong epoch, ulong number, params ProbeEvent[] events) =>
        new(new ProbePosition(epoch, number), Key, events, 100);

    private sealed class FixedAccounts : IAccounts
    {
        public string UserName(uint uid) => uid == 0 ? "root" : "billy";

        public uint? UserId(string name) => name switch { "root" => 0, "billy" => 1000, _ => null };

        public uint? OwnerOfPty(int tty) => 1000;
    }
}
