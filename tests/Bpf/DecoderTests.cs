using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshLog.Bpf.Pump;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Tests;

public sealed class DecoderTests
{
    [Fact]
    public void Every_kind_of_record_becomes_its_event()
    {
        var kernel = new Records();
        var started = kernel.Started(7, "true\0-x\0");
        var events = Decode(
            kernel.Opened(existing: true),
            kernel.ChannelOpened(Records.Pty),
            kernel.Window(Records.Pty, 50, 132),
            kernel.Output(Records.Pty, 0, "hello"),
            started,
            kernel.Finished(7, 42 << 8),
            kernel.Finished(8, 11 | 0x80),
            kernel.ChannelClosed(Records.Pty, 5),
            kernel.Closed(255 << 8));

        var channel = new ChannelRef(ChannelKind.Pty, 3, new BootTime(2000));
        Assert.Collection(
            events,
            e => Assert.Equal(
                new ConnectionOpened(e.At, IPEndPoint.Parse("10.0.0.9:40000"), IPEndPoint.Parse("10.0.0.1:22"), true),
                e),
            e => Assert.Equal(new ChannelSeen(e.At, channel, 24, 80, false), e),
            e => Assert.Equal(new WindowChanged(e.At, channel, 50, 132), e),
            e => Assert.Equal("hello", Encoding.UTF8.GetString(Assert.IsType<OutputRead>(e).Bytes.Span)),
            e => Assert.Equal(
                new ProgramExecuted(
                    new BootTime(Records.TimeOf(started)), 7, 1, ArgumentVector.FromStrings("true", "-x"),
                    "/usr/bin/true", "/root", 1000, 1000, null, 5, null),
                e),
            e => Assert.Equal(new ProcessExited(e.At, 7, 42, 0, false), e),
            e => Assert.Equal(new ProcessExited(e.At, 8, 0, 11, true), e),
            e => Assert.Equal(new ChannelEnded(e.At, channel) { OutputEnd = 5, ErrorEnd = 0 }, e),
            e => Assert.Equal(new ConnectionClosed(e.At, 255, 0), e));
    }

    [Fact]
    public void Mapped_address_is_IPv4_and_others_stay()
    {
        var kernel = new Records();
        var mapped = IPAddress.Parse("::ffff:192.0.2.7").GetAddressBytes();
        var plain = IPAddress.Parse("2001:db8::1").GetAddressBytes();
        var opened = Assert.IsType<ConnectionOpened>(Decode(kernel.Opened(Records.Ends(10, mapped, plain)))[0]);
        Assert.Equal(IPAddress.Parse("192.0.2.7"), opened.Client.Address);
        Assert.Equal(IPAddress.Parse("2001:db8::1"), opened.Server.Address);
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("sh\0bin\0", "/bin/sh")]
    [InlineData("a", "/a")]
    public void Path_is_put_together_from_its_last_component_on(string components, string path) =>
        Assert.Equal(path, WireText.ToPath(Encoding.UTF8.GetBytes(components)));

    [Fact]
    public void Arguments_in_several_records_become_one_event()
    {
        var kernel = new Records();
        var argv = string.Concat(Enumerable.Range(0, 5000).Select(number => $"{number}\0"));
        var started = kernel.Started(7, argv, here: 8192);
        var time = Records.TimeOf(started);
        var events = Decode(
            kernel.Opened(),
            started,
            kernel.Arguments(7, argv, 8192, time, 10000),
            kernel.Arguments(7, argv, 18192, time));
        var executed = Assert.Single(events.OfType<ProgramExecuted>());
        Assert.Equal(argv, Encoding.UTF8.GetString(executed.Arguments.Block.Span));
        Assert.Equal(0, executed.Arguments.OmittedBytes);
    }

    [Fact]
    public void Missing_argument_record_leaves_what_came_and_says_how_much_did_not()
    {
        var kernel = new Records();
        var argv = new string('x', 30000);
        var started = kernel.Started(7, argv, here: 8192);
        kernel.Lose();
        var events = Decode(kernel.Opened(), started, kernel.Finished(7, 0));
        var executed = Assert.IsType<ProgramExecuted>(events[1]);
        Assert.Equal(8192, executed.Arguments.Block.Length);
        Assert.Equal(30000 - 8192, executed.Arguments.OmittedBytes);
        Assert.IsType<ProcessExited>(events[2]);
    }

    [Fact]
    public void Record_of_another_attachment_is_rejected()
    {
        var assembler = new RecordAssembler(Records.Epoch + 1, new FakeMaps());
        assembler.Accept(new Records().Opened());
        Assert.Equal(1, assembler.Rejected);
        Assert.Empty(assembler.Flush());
    }

    [Fact]
    public void No_bytes_make_the_decoder_throw() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var assembler = new RecordAssembler(Records.Epoch, new FakeMaps());
            assembler.Accept(bytes);
            assembler.AcceptAll(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_hundred_thousand_damaged_records_do_not_make_it_throw()
    {
        var random = new Random(20261122);
        var kernel = new Records();
        var argv = new string('y', 20000);
        byte[][] whole =
        [
            kernel.Opened(), kernel.ChannelOpened(Records.Pty), kernel.Window(Records.Pty, 1, 2),
            kernel.Output(Records.Pty, 0, "some output"), kernel.Output(Records.Pipes, 0, "an error", stream: 2),
            kernel.Started(7, "true\0"), kernel.Started(8, argv, here: 100), kernel.Arguments(8, argv, 100, 5009),
            kernel.Finished(7, 0), kernel.ChannelClosed(Records.Pty, 11), kernel.Closed(),
            kernel.SignIn(8, "\0\0\0\u0005billy"u8), kernel.SignIn(22, new byte[300]), kernel.SignIn(23, [0, 0, 0, 1]),
            kernel.SignIn(13, [0, 0, 0, 0]), kernel.SignIn(26),
            kernel.CommandOutput(7, 0, "first"), kernel.Privilege(7, 1000, 0), kernel.Input(Records.Pty, "typed"),
            kernel.FileOpened(7, 3, 1, "x\0billy\0home\0"), kernel.FileClosed(7, 3, written: 5),
            kernel.FileRenamed(7, "home\0", "a\0", "b\0"), kernel.FileRefused(7, 13, "home\0", "../a\0"),
        ];
        var assembler = new RecordAssembler(Records.Epoch, new FakeMaps());
        long understood = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = Damage(whole[random.Next(whole.Length)], random);
            assembler.Accept(bytes);
            if (i % 1000 == 0)
                understood += assembler.Flush().Sum(batch => batch.Events.Count);
        }

        Assert.Equal(200_000, assembler.Records + assembler.Rejected);
        Assert.True(assembler.Rejected > 10_000, $"{assembler.Rejected} rejected");
        Assert.True(understood > 10_000, $"{understood} events");
    }

    private static IReadOnlyList<ProbeEvent> Decode(params byte[][] records)
    {
        var assembler = new RecordAssembler(Records.Epoch, new FakeMaps());
        foreach (var record in records)
            assembler.Accept(record);
        Assert.Equal(0, assembler.Rejected);
        return Assert.Single(assembler.Flush()).Events;
    }

    private static byte[] Damage(byte[] record, Random random)
    {
        var bytes = record.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                random.NextBytes(bytes.AsSpan(48));
                return bytes;
            default:
                for (var count = random.Next(1, 4); count > 0; count--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
        }
    }
}
