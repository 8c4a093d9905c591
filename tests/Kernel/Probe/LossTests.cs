using SshLog.Bpf;
using SshLog.Bpf.Interop;
using SshLog.Bpf.Wire;
using SshLog.Core.Probe;
using SshLog.Kernel.Tests.Fixtures;

namespace SshLog.Kernel.Tests.Probe;

[Collection("probe")]
public sealed class LossTests
{
    private static readonly ProbeOptions Small = new() { RingBufferBytes = 256 * 1024, OutstandingBytes = 64 * 1024 };

    [Fact]
    public async Task Blocked_consumer_loses_output_by_exact_count_and_place_but_no_command()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder(Small);
        recorder.Hold();
        var client = server.Connect("root", "seq 1 300000; /bin/true after; seq 1 1000");
        var (_, printed, _) = await client.WaitForExitAsync();
        recorder.ReleaseAll();
        var events = await recorder.WaitForCloseAsync(server.Port);

        var lost = events.OfType<RecordsLost>().Where(loss => loss.Bytes > 0).ToArray();
        Assert.NotEmpty(lost);
        Assert.All(lost, loss => Assert.Equal(LossCause.RingFull, loss.Cause));
        Assert.Equal(printed, Fill(events, printed));
        Assert.True(events.OfType<OutputRead>().Sum(output => output.Bytes.Length) < printed.Length);
        Assert.Contains(events.OfType<ProgramExecuted>(), command => command.Argv() is ["/bin/true", "after"]);
        Assert.Equal(lost.Sum(loss => loss.Bytes), recorder.Source.Health.LostBytes);
    }

    [Fact]
    public async Task Capture_is_complete_again_after_a_loss()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder(Small);
        var client = server.Connect("root");
        client.Type("PS1='ready''> '\n");
        await client.WaitForAsync("ready> ");
        recorder.Hold();
        client.Type("seq 1 300000; echo flood''ed\n");
        await client.WaitForAsync("flooded");
        recorder.ReleaseAll();
        // Behind the flood in the buffer, and never refused: when this is through, the buffer has been emptied.
        await server.Connect("root", "true", terminal: false).WaitForExitAsync();
        await recorder.WaitForCloseAsync(server.Port);
        client.Type("echo again; exit\n");
        var (_, printed, _) = await client.WaitForExitAsync();
        var events = await recorder.WaitForAsync(
            server.Port, session => session[^1] is ConnectionClosed && session.OfType<RecordsLost>().Any());

        Assert.Equal(printed, Fill(events, printed));
        Assert.IsType<OutputRead>(events.Last(happened => happened is OutputRead or RecordsLost));
    }

    [Fact]
    public async Task Stop_delivers_what_the_kernel_still_holds()
    {
        using var server = new SshServer();
        using var recorder = new ProbeRecorder(new ProbeOptions { OutstandingBytes = 4096 });
        recorder.Hold();
        var (_, printed, _) = await server.Connect("root", "seq 1 100000").WaitForExitAsync();
        var stopping = Task.Run(() => recorder.Source.Stop(TimeSpan.FromSeconds(30)));
        recorder.ReleaseAll();
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));

        var events = Assert.Single(recorder.SessionsOf(server.Port), session => session.OfType<ChannelSeen>().Any());
        Assert.Equal(printed, events.Bytes());
    }

    /// <summary>What was captured, gaps filled from what was printed: offsets and sizes must fit exactly.</summary>
    private static byte[] Fill(IReadOnlyList<ProbeEvent> events, byte[] printed)
    {
        using var whole = new MemoryStream();
        foreach (var happened in events)
        {
            if (happened is OutputRead output)
            {
                Assert.Equal((ulong)whole.Length, output.Offset);
                whole.Write(output.Bytes.Span);
            }
            else if (happened is RecordsLost { Bytes: > 0 } loss)
            {
                Assert.Equal((ulong)whole.Length, loss.Offset);
                whole.Write(printed.AsSpan((int)whole.Length, (int)loss.Bytes));
            }
        }

        return whole.ToArray();
    }

    [Fact]
    public async Task Losses_are_remembered_as_told_when_they_are_recorded_and_not_before()
    {
        using var server = new SshServer();
        var options = new ProbeOptions
        {
            RingBufferBytes = 64 << 10, OutstandingBytes = 64 << 10,
            PinDirectory = PinDirectory.MountPoint + "/sshlog-tests", Instance = server.InDirectory("state"),
        };
        using var recorder = new ProbeRecorder(options);
        recorder.Hold();
        using var client = server.Connect(
            server.User, "for i in $(seq 2000); do /bin/true $i; done; echo ready; read line; /bin/true after; read line", terminal: false);
        await client.WaitForAsync("ready");
        recorder.HoldOnly(batch => batch.Events.Any(e => e is RecordsLost { Events: > 0 }));
        // A loss is noticed with the next record.
        client.Type("\n");
        var batch = await recorder.WaitForHeldAsync(server.Port, events => events.OfType<RecordsLost>().Any(l => l.Events > 0));

        // As another daemon would, if this one were killed here.
        var pins = new PinDirectory(options.PinDirectory, options.Instance, LibbpfProbeSource.PinnedImage(options), options.RingBufferBytes);
        using var other = KernelProbe.TryResume(pins, options.RingBufferBytes)!;
        Assert.Equal(0ul, other.ReadReportedLosses(batch.Session.ToWire()));
        recorder.ReleaseAll();
        var told = batch.Events.OfType<RecordsLost>().Sum(l => l.Events ?? 0);
        for (var i = 0; i < 1000 && other.ReadReportedLosses(batch.Session.ToWire()) < (ulong)told; i++)
            await Task.Delay(10);
        Assert.True(other.ReadReportedLosses(batch.Session.ToWire()) >= (ulong)told);
        client.EndInput();
        await client.WaitForExitAsync();
    }
}
