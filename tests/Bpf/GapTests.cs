using System.Text;
using SshLog.Bpf.Pump;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Tests;

public sealed class GapTests
{
    private readonly Records kernel = new();
    private readonly FakeMaps maps = new();
    private readonly RecordAssembler assembler;

    public GapTests() => assembler = new RecordAssembler(Records.Epoch, maps);

    [Fact]
    public void Missing_output_is_reported_between_what_came_before_and_after()
    {
        Accept(kernel.Opened(), kernel.ChannelOpened(Records.Pty), kernel.Output(Records.Pty, 0, "abc"));
        kernel.Lose();
        Accept(kernel.Output(Records.Pty, 10, "xyz"));
        var events = Flush();

        Assert.True(assembler.LossSuspected);
        Assert.Equal("abc", Text(events[2]));
        var lost = Assert.IsType<RecordsLost>(events[3]);
        Assert.Equal(
            (LossCause.RingFull, ChannelStream.Output, 3ul, 7L), (lost.Cause, lost.Stream, lost.Offset, lost.Bytes));
        Assert.Equal("xyz", Text(events[4]));
    }

    [Fact]
    public void Output_that_could_not_be_read_is_told_from_a_full_buffer()
    {
        maps.Add(Records.Session, new SessionValue { Totals = new SessionTotals { UnreadableBytes = 7 } });
        Accept(kernel.Opened(), kernel.ChannelOpened(Records.Pty), kernel.Output(Records.Pty, 7, "a"));
        kernel.Lose();
        Accept(kernel.Output(Records.Pty, 20, "b"));
        Assert.Equal(
            [LossCause.Unreadable, LossCause.RingFull], Flush().OfType<RecordsLost>().Select(loss => loss.Cause));
    }

    [Fact]
    public void Loss_at_the_end_of_a_channel_is_seen_in_its_closing()
    {
        Accept(kernel.Opened(), kernel.ChannelOpened(Records.Pipes), kernel.Output(Records.Pipes, 0, "abc"));
        kernel.Lose();
        Accept(kernel.ChannelClosed(Records.Pipes, 5, error: 9));
        var events = Flush();
        var lost = events.OfType<RecordsLost>().ToArray();
        Assert.Equal([(ChannelStream.Output, 3, 2), (ChannelStream.Error, 0, 9)],
            lost.Select(loss => (loss.Stream!.Value, (int)loss.Offset!.Value, (int)loss.Bytes!.Value)));
        Assert.IsType<ChannelEnded>(events[^1]);
    }

    [Fact]
    public void Loss_at_the_end_of_a_session_is_seen_in_the_kernels_entries()
    {
        maps.Add(Records.Session, default);
        maps.Add(Records.Pty, output: 12);
        Accept(kernel.Opened(), kernel.ChannelOpened(Records.Pty), kernel.Output(Records.Pty, 0, "abc"));
        kernel.Lose();
        Accept(kernel.Closed(totals: new SessionTotals { LostRecords = 4 }));
        var events = Flush();

        Assert.Collection(
            events.Skip(3),
            e => Assert.True(e is RecordsLost { Offset: 3, Bytes: 9 }),
            e => Assert.IsType<ChannelEnded>(e),
            e => Assert.True(e is RecordsLost { Channel: null, Events: 4, Bytes: 0 }),
            e => Assert.IsType<ConnectionClosed>(e));
        // The entry stays until it is recorded.
        Assert.Single(maps.Sessions);
        Assert.Empty(maps.Channels);
    }

    [Fact]
    public void Session_whose_opening_was_lost_is_opened_from_the_kernels_entry()
    {
        var ends = Records.Ends(2, [10, 0, 0, 9], [10, 0, 0, 1]);
        maps.Add(Records.Session, new SessionValue { Ends = ends, OpenedNs = 9 });
        kernel.Lose();
        Accept(kernel.Output(Records.Pty, 0, "abc"));
        var events = Flush();
        Assert.Equal(new BootTime(9), Assert.IsType<ConnectionOpened>(events[0]).At);
        Assert.IsType<ChannelSeen>(events[1]);
        Assert.Equal("abc", Text(events[2]));
    }

    [Fact]
    public void Session_whose_closing_was_lost_is_closed_when_the_losses_are_checked()
    {
        Accept(kernel.Opened());
        kernel.Lose();
        maps.Add(Records.Session, new SessionValue
        {
            Flags = SessionFlags.Closed, Status = 9, Totals = new SessionTotals { LostRecords = 1 },
        });
        assembler.CheckLosses(new BootTime(6000));
        // Its records may be among those that are not read yet.
        Assert.True(assembler.HasUnseen);
        Assert.Single(assembler.Live);
        assembler.TellUnseen(new BootTime(6000));
        var events = Flush();
        Assert.Equal(1, Assert.IsType<RecordsLost>(events[1]).Events);
        Assert.Equal(9, Assert.IsType<ConnectionClosed>(events[2]).Signal);
        Assert.Empty(assembler.Live);
    }

    [Fact]
    public void Channel_of_which_nothing_arrived_is_found_when_the_session_closes()
    {
        maps.Add(Records.Session, default);
        maps.Add(Records.Pty, output: 12);
        Accept(kernel.Opened(), kernel.Closed(totals: new SessionTotals { LostRecords = 2, LostBytes = 12 }));
        var events = Flush();
        Assert.Equal(12, events.OfType<RecordsLost>().First().Bytes);
        Assert.Single(events.OfType<ChannelSeen>());
        Assert.Single(events.OfType<ChannelEnded>());
    }

    [Fact]
    public void Session_of_which_nothing_arrived_is_told_from_its_entry()
    {
        maps.Add(Records.Session, new SessionValue
        {
            Ends = Records.Ends(2, [10, 0, 0, 9], [10, 0, 0, 1]), OpenedNs = 1000, Flags = SessionFlags.Closed, Status = 3 << 8,
            Totals = new SessionTotals { LostRecords = 5, LostBytes = 12 },
        });
        maps.Add(Records.Pty, output: 12);
        assembler.CheckLosses(new BootTime(6000));
        assembler.TellUnseen(new BootTime(6000));
        var events = Flush();
        Assert.Equal(1000ul, Assert.IsType<ConnectionOpened>(events[0]).At.Nanoseconds);
        Assert.Equal(12, events.OfType<RecordsLost>().Sum(l => l.Bytes ?? 0));
        Assert.Equal(5, events.OfType<RecordsLost>().Sum(l => l.Events ?? 0));
        Assert.Equal(3, Assert.IsType<ConnectionClosed>(events[^1]).ExitCode);
        // Once is enough, though its entry stays until it is recorded.
        assembler.CheckLosses(new BootTime(7000));
        Assert.False(assembler.HasUnseen);
        maps.DeleteSession(Records.Session);
        assembler.Forget(new SessionKey(new BootTime(Records.Session.StartNs), (int)Records.Session.Pid));
        Accept(kernel.Finished(7, 0));
        Assert.IsType<ProcessExited>(Assert.Single(Flush()));
    }

    [Fact]
    public void Lost_commands_are_reported_once()
    {
        Accept(kernel.Opened());
        maps.Add(Records.Session, new SessionValue { Totals = new SessionTotals { LostRecords = 3 } });
        assembler.CheckLosses(new BootTime(6000));
        assembler.CheckLosses(new BootTime(6001));
        Assert.Equal(3, Assert.Single(Flush().OfType<RecordsLost>()).Events);
    }

    [Fact]
    public void Numbers_of_each_processor_are_watched_apart()
    {
        var sequence = new SequenceCheck();
        Assert.False(sequence.HasGap(0, 1));
        Assert.False(sequence.HasGap(1, 1));
        Assert.False(sequence.HasGap(0, 2));
        Assert.True(sequence.HasGap(1, 5));
        Assert.True(sequence.HasGap(2, 2));
        Assert.False(sequence.HasGap(1, 6));
    }

    [Fact]
    public void Process_that_outlives_its_connection_is_still_reported()
    {
        Accept(kernel.Opened(), kernel.Closed());
        Flush();
        Accept(kernel.Finished(7, 0));
        Assert.IsType<ProcessExited>(Assert.Single(Flush()));
        Assert.Empty(assembler.Live);
    }

    private static string Text(ProbeEvent output) =>
        Encoding.UTF8.GetString(Assert.IsType<OutputRead>(output).Bytes.Span);

    private void Accept(params byte[][] records)
    {
        foreach (var record in records)
            assembler.Accept(record);
    }

    private IReadOnlyList<ProbeEvent> Flush() => Assert.Single(assembler.Flush()).Events;
}
