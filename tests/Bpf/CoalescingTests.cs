using SshLog.Bpf.Pump;
using SshLog.Bpf.Wire;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Tests;

public sealed class CoalescingTests
{
    private readonly Records kernel = new();
    private readonly RecordAssembler assembler = new(Records.Epoch, new FakeMaps());

    [Fact]
    public void Output_that_goes_on_becomes_one_event_up_to_60_KiB()
    {
        Open();
        var chunk = new string('x', 10_000);
        for (var i = 0; i < 20; i++)
            assembler.Accept(kernel.Output(Records.Pty, (ulong)(i * chunk.Length), chunk));
        var outputs = Outputs();
        Assert.Equal([61440, 61440, 61440, 15680], outputs.Select(output => output.Bytes.Length));
        Assert.Equal([0ul, 61440, 122880, 184320], outputs.Select(output => output.Offset));
    }

    [Fact]
    public void Streams_and_other_events_are_not_mixed()
    {
        Open();
        assembler.Accept(kernel.Output(Records.Pipes, 0, "a"));
        assembler.Accept(kernel.Output(Records.Pipes, 0, "E", stream: 2));
        assembler.Accept(kernel.Output(Records.Pipes, 1, "b"));
        assembler.Accept(kernel.Finished(1, 0));
        assembler.Accept(kernel.Output(Records.Pipes, 2, "c"));
        assembler.Accept(kernel.Output(Records.Pipes, 3, "d"));
        Assert.Equal([1, 1, 1, 2], Outputs().Select(output => output.Bytes.Length));
    }

    [Fact]
    public void Each_session_has_its_own_batch_numbered_by_where_its_last_record_ends()
    {
        var other = new WireSessionKey { StartNs = 78, Pid = 1 };
        assembler.Accept(kernel.Opened(), 104);
        assembler.Accept(kernel.Opened(other), 208);
        assembler.Accept(kernel.Output(Records.Pty, 0, "mine"), 304);
        assembler.Accept(kernel.Output(Records.Pty, 0, "yours", session: other), 408);
        var batches = assembler.Flush();
        Assert.Equal([Records.Session.ToKey(), other.ToKey()], batches.Select(batch => batch.Session));
        Assert.Equal([304ul, 408], batches.Select(batch => batch.Position.Number));
        assembler.Accept(kernel.Closed(), 520);
        Assert.Equal(520ul, Assert.Single(assembler.Flush()).Position.Number);
    }

    [Fact]
    public void Batch_costs_at_least_its_bytes()
    {
        Open();
        assembler.Accept(kernel.Output(Records.Pty, 0, new string('x', 10_000)));
        assembler.Accept(kernel.Started(7, new string('y', 5_000)));
        Assert.InRange(Assert.Single(assembler.Flush()).Cost, 15_000, 16_000);
        Assert.Equal(0, assembler.PendingBytes);
    }

    private void Open() => assembler.Accept(kernel.Opened());

    private OutputRead[] Outputs() => [.. Assert.Single(assembler.Flush()).Events.OfType<OutputRead>()];
}
