using System.Net;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Recording;

namespace SshLog.Persistence.Tests;

/// <summary>One event of each kind, with every field set.</summary>
internal static class Events
{
    public static readonly DateTimeOffset At = new(2026, 11, 22, 7, 45, 17, 123, TimeSpan.Zero);

    public static readonly IReadOnlyList<SessionEvent> OfEachKind =
    [
        new SessionOpened(
            At, "host", Guid.Parse("30d94867-ed96-41cb-92a0-122a0304ec18"), 970236, new BootTime(2_717_000_000_001),
            new IPEndPoint(IPAddress.Parse("15.12.5.8"), 59120), new IPEndPoint(IPAddress.Parse("2001:db8::1"), 22), true),
        new SignedIn(At, "billy", 1000),
        new ChannelOpened(At, 2, ChannelKind.Pty, 33, new BootTime(2_718_000_000_001), 24, 80, true),
        new TerminalResized(At, 2, 50, 132),
        new OutputRecorded(At, 2, ChannelStream.Error, 4096, new byte[] { 0, 1, 255, 27 }),
        new CommandStarted(
            At, 100, 99, ArgumentVector.FromStrings("ls", "-l", ""), "/bin/ls", "/home/billy", 1000, 0, 1000, 7, 33),
        new CommandFinished(At, 100, At.AddSeconds(-1), 42, null, false, false),
        new ChannelClosed(At, 2),
        new LossRecorded(At, LossCause.RingFull, At.AddSeconds(-2), 2, ChannelStream.Output, 4096, 3, 100),
        new SessionClosed(At, SessionEnd.Killed, null, 9, 123456, 7, 1),
        new SignedIn(
            At, "billy", 1000, "publickey,password",
            new SignInKey("ssh-rsa", "SHA256:abc", new SignInCertificate("billy@laptop", 77, "SHA256:def"))),
        new SignInFailed(
            At, SessionId.TryParse("20261122T074517-970236-4f2a", out var id) ? id : default, "host", 970236,
            At.AddSeconds(-1), new IPEndPoint(IPAddress.Parse("2001:db8::1"), 59120),
            new IPEndPoint(IPAddress.Parse("15.12.5.8"), 22), "bobby", true, 1001, "publickey",
            SignInFailure.KeyRefused, new SignInKey("ssh-ed25519", "SHA256:ghi")),
        new RecordingLimited(At, RecordingLevel.Metadata, "robots"),
        new ChannelRequested(At, 2, ChannelRequest.Shell, "ls -l", "xterm"),
        new OutputLeftOut(At, 2, ChannelStream.Error, 4096, 100),
        new PrivilegeChanged(At, 100, true, 1000, 1001, 1002, 1003, "robot"),
        new FileTransferred(
            At, 100, TransferProtocol.Sftp, TransferDirection.Upload, TransferResult.Denied, "/home/billy/x",
            "/home/billy/y", 123456, 0x81A4, 13, 7),
        new InputRecorded(At, 2, new byte[] { 0, 1, 255, 27 }, 12),
        new CommandStarted(At, 100, 99, ArgumentVector.FromStrings("ls"), "/bin/ls", "/", 1000, 0, null, null, null)
        {
            Typed = true,
            EffectiveUser = "root",
        },
        new CommandFinished(At, 100, At.AddSeconds(-1), null, 9, true, false)
        {
            Output = new byte[] { 0, 1, 255, 27 },
            OutputBytes = 123456,
        },
        new ChannelClosed(At, 2) { InputBytes = 123456 },
        new KillRequested(At, 0, "root", 4711, "maintenance"),
        new ViewerJoined(At, 2, 1001, "robin", "pid 4711", true),
        new ViewerLeft(At, 2, null, "robin", "192.0.2.1"),
        new InputInjected(At, 2, 1001, "robin", "pid 4711", 123456),
        new SessionHeld(At, Subject(), new AuditActor(1001, "robin", "pid 4711"), "case 17"),
        new SessionReleased(At, Subject(), new AuditActor(0, "root", "pid 4711"), "case 17 closed"),
        new SessionDeleted(
            At, Subject(), new AuditActor(null, "retention", string.Empty), "older than 90 days", DeletionCause.Age,
            "ssh-20261122T074517-970236-4f2a", At.AddHours(-1), 77, 123456),
        new StorageChanged(
            At, Subject() with { Uid = null }, new AuditActor(null, "storage", string.Empty), StorageLevel.OutputStopped, 1 << 20,
            1L << 40, 123456),
        new OutputLeftOut(At, 2, ChannelStream.Output, 4096, 100) { NoRoom = true },
        new CommandStarted(At, 100, 99, ArgumentVector.FromStrings("a", "--token=[redacted]"), "/bin/a", "/", 0, 0, null, null, null)
        {
            Redacted = 1,
        },
        new RecordingRedacted(At, Subject(), new AuditActor(0, "root", "pid 4711"), "a password", 3, 9, 7, 123456),
        new ContentRedacted(At, "output-recorded/v1"),
        new OutputRecorded(At, 2, ChannelStream.Error, 4096, new byte[] { 0, 1, 255, 27 }) { Redacted = 2 },
        new SigningKeyChanged(At, Subject() with { Uid = null }, new AuditActor(0, "root", "pid 4711"), "00ff", "ff00"),
        new ForwardOpened(At, 100, ForwardKind.Accept, "2001:db8::1", 8080, "2001:db8::2", 59120, 111),
        new ForwardOpened(At, 100, ForwardKind.Connect, "/run/x.sock", 0, string.Empty, 0, null),
        new SessionClosed(At, SessionEnd.Exited, 3, null, 123456, 7, 1) { StillRunning = 2 },
        new RequestRefused(At, 1001, "robin", "pid 4711", "type", "This needs the role operator."),
        new HeadSigned(
            At, Subject() with { Uid = null }, new AuditActor(null, "heads", string.Empty), "ssh-20261122T074517-970236-4f2a", 77,
            "sshlog-head-1:00ff"),
    ];

    private static RecordingSubject Subject() => new(
        SessionId.TryParse("20261122T074517-970236-4f2a", out var id) ? id : default, "host", 970236,
        new IPEndPoint(IPAddress.Parse("15.12.5.8"), 59120), new IPEndPoint(IPAddress.Parse("2001:db8::1"), 22),
        At.AddHours(-2), "billy", 1000);

    /// <summary>Equality that looks into byte sequences, as record equality does not.</summary>
    public static void AssertEqual(SessionEvent expected, SessionEvent actual)
    {
        if (expected is OutputRecorded e && actual is OutputRecorded a)
        {
            Assert.Equal(e.Bytes.ToArray(), a.Bytes.ToArray());
            Assert.Equal(e with { Bytes = default }, a with { Bytes = default });
            return;
        }

        if (expected is InputRecorded input && actual is InputRecorded other)
        {
            Assert.Equal(input.Bytes.ToArray(), other.Bytes.ToArray());
            Assert.Equal(input with { Bytes = default }, other with { Bytes = default });
            return;
        }

        if (expected is CommandFinished finished && actual is CommandFinished end)
        {
            Assert.Equal(finished.Output.ToArray(), end.Output.ToArray());
            Assert.Equal(finished with { Output = default }, end with { Output = default });
            return;
        }

        Assert.Equal(expected, actual);
    }
}
