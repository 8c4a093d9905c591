using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Remoting.Gateway;
using SshLog.Remoting.Screening;
using static SshLog.Remoting.Tests.Frames;

namespace SshLog.Remoting.Tests;

public sealed partial class FrameScreenPropertyTests
{
    private static readonly byte[][] Good =
        [.. FrameScreenTests.Allowed().Select(row => (byte[])((object[])row)[1])];

    [Fact]
    public void Random_bytes_neither_throw_nor_pass() => Prop.ForAll<byte[]>(bytes =>
    {
        var screen = new FrameScreen(new ScreenRules(Host, Ticket, GatewaySerializer.Id));
        return screen.FindViolation(bytes) is not null && !screen.HandshakeDone;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_truncated_frame_does_not_pass()
    {
        foreach (var frame in Good)
        {
            for (var length = 0; length < frame.Length; length++)
                Assert.NotNull(Greeted().FindViolation(frame.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Changed_bytes_never_throw_and_pass_only_where_they_name_nobody_else()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 200_000; round++)
        {
            var frame = (byte[])Good[random.Next(Good.Length)].Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            if (Greeted().FindViolation(frame) is null)
                Assert.True(IsHarmless(frame), Convert.ToHexString(frame));
        }
    }

    // What a changed frame may still hold: free content, but every path in it is one of those allowed.
    private static bool IsHarmless(byte[] frame)
    {
        var text = System.Text.Encoding.Latin1.GetString(frame);
        for (var at = text.IndexOf("akka.unix://", StringComparison.Ordinal); at >= 0;
            at = text.IndexOf("akka.unix://", at + 1, StringComparison.Ordinal))
        {
            if (!OpenPath().IsMatch(text[at..]))
                return false;
        }
        return true;
    }

    [GeneratedRegex(@"^akka\.unix://(sshlog-cli@c1-0badcafe:1/|"
        + @"sshlog@daemon:1/(user/gateway|system/remote-watcher|[^a-z]))")]
    private static partial Regex OpenPath();

    private static FrameScreen Greeted()
    {
        var screen = new FrameScreen(new ScreenRules(Host, Ticket, GatewaySerializer.Id));
        Assert.Null(screen.FindViolation(Associate(Address())));
        return screen;
    }
}
