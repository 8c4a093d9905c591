using SshLog.Bpf.Pump;
using SshLog.Bpf.Wire;
using SshLog.Core.Identity;
using SshLog.Core.Probe;

namespace SshLog.Bpf.Tests;

/// <summary>What a daemon makes of an attachment that another one, which was killed, has read of before.</summary>
public sealed class ResumeTests
{
    private const uint AskUser = 8, TellUser = 9, AskPassword = 12, TellPassword = 13, Complete = 26, Begin = 104, TellAnswer = 109, Finish = 110;
    private static readonly WireSessionKey Other = Records.Session with { Pid = 4343 };
    private readonly Records kernel = new();
    private readonly FakeMaps maps = new();
    private readonly RecordAssembler assembler;

    public ResumeTests()
    {
        assembler = new RecordAssembler(Records.Epoch, maps, resumed: true);
        var ends = Records.Ends(2, [10, 0, 0, 9], [10, 0, 0, 1]);
        maps.Add(Records.Session, new SessionValue { Ends = ends, Totals = new SessionTotals { LostRecords = 3 } });
    }

    [Fact]
    public void Stream_in_its_middle_is_no_gap_but_what_is_missing_after_it_is()
    {
        assembler.Resume(Records.Session);
        assembler.Accept(kernel.Output(Records.Pty, 100, "abc"), 640);
        assembler.Accept(kernel.Output(Records.Pty, 110, "x"), 800);
        var lost = Assert.Single(assembler.Flush().SelectMany(batch => batch.Events).OfType<RecordsLost>());
        Assert.Equal((103ul, 7L), (lost.Offset, lost.Bytes));
    }

    [Fact]
    public void Batch_has_the_position_behind_its_last_record_and_none_has_that_of_another_one()
    {
        assembler.Resume(Records.Session);
        Assert.Equal([1ul], assembler.Flush().Select(batch => batch.Position.Number));
        assembler.Accept(kernel.Output(Records.Pty, 100, "abc"), 640);
        assembler.Accept(kernel.Output(Records.Pty, 103, "def"), 800);
        Assert.Equal([800ul], assembler.Flush().Select(batch => batch.Position.Number));
        assembler.CheckLosses(BootTime.Zero);
        Assert.Equal([801ul], assembler.Flush().Select(batch => batch.Position.Number));
    }

    [Fact]
    public void What_a_killed_daemon_read_and_the_ring_buffer_no_longer_has_may_be_missing_and_it_says_so()
    {
        assembler.Resume(Records.Session, incomplete: true);
        // The batch that the journal drops as known must not have it.
        Assert.Empty(Losses(assembler.Flush()));
        assembler.Accept(kernel.Output(Records.Pty, 100, "abc"), 640);
        var batch = Assert.Single(assembler.Flush());
        Assert.Equal(640ul, batch.Position.Number);
        var lost = Assert.Single(Losses([batch]));
        Assert.Equal((LossCause.Journal, null, 0L), (lost.Cause, lost.Events, lost.Bytes));
        assembler.CheckLosses(BootTime.Zero);
        Assert.DoesNotContain(Losses(assembler.Flush()), l => l.Cause == LossCause.Journal);
    }

    [Fact]
    public void A_channel_is_told_again_with_its_first_record_because_its_opening_may_be_recorded_nowhere()
    {
        maps.Add(Records.Pty, output: 100);
        assembler.Resume(Records.Session, incomplete: true);
        // The journal drops this batch as known.
        Assert.Equal(1ul, Assert.Single(assembler.Flush()).Position.Number);
        assembler.Accept(kernel.Output(Records.Pty, 100, "abc"), 640);
        var events = Assert.Single(assembler.Flush()).Events;
        var seen = Assert.Single(events.OfType<ChannelSeen>());
        Assert.Equal(Assert.Single(events.OfType<OutputRead>()).Channel, seen.Channel);
        assembler.Accept(kernel.Output(Records.Pty, 103, "def"), 800);
        Assert.IsType<OutputRead>(Assert.Single(Assert.Single(assembler.Flush()).Events));
    }

    [Fact]
    public void What_may_be_missing_is_said_of_a_session_of_which_nothing_is_left_to_read()
    {
        var late = new RecordAssembler(Records.Epoch, maps, resumed: true, start: 800);
        late.Resume(Records.Session, incomplete: true);
        Assert.Equal(1ul, Assert.Single(late.Flush()).Position.Number);
        late.CheckLosses(new BootTime(6000));
        var batch = Assert.Single(late.Flush());
        // Behind everything that a daemon before can have recorded of it.
        Assert.Equal(800ul, batch.Position.Number);
        Assert.Contains(Losses([batch]), l => l.Cause == LossCause.Journal);
    }

    [Fact]
    public void A_session_that_came_and_went_in_what_is_missing_is_known_with_its_user_from_the_kernels_entry()
    {
        var ends = Records.Ends(2, [10, 0, 0, 9], [10, 0, 0, 1]);
        maps.Add(Records.Session, new SessionValue { Ends = ends, Flags = SessionFlags.Closed | SessionFlags.HasUser, Uid = 1000, Status = 0x300 });
        assembler.Resume(Records.Session, incomplete: true);
        assembler.CheckLosses(new BootTime(6000));
        assembler.TellUnseen(new BootTime(7000));
        var events = assembler.Flush().SelectMany(batch => batch.Events).ToList();
        Assert.IsType<ConnectionOpened>(events[0]);
        Assert.Contains(events, e => e is RecordsLost { Cause: LossCause.Journal });
        Assert.Equal(1000u, Assert.Single(events.OfType<UserFound>()).Uid);
        Assert.Equal(3, Assert.IsType<ConnectionClosed>(events[^1]).ExitCode);
    }

    [Fact]
    public void Transfers_that_a_killed_daemon_had_summed_up_are_counted_as_missing()
    {
        var before = new RecordAssembler(Records.Epoch, maps, transfersInFull: 1);
        for (var fd = 3; fd < 7; fd++)
        {
            before.Accept(kernel.FileOpened(100, fd, flags: 1, "name\0home\0"), (ulong)fd * 200);
            before.Accept(kernel.FileClosed(100, fd, written: 10), (ulong)fd * 200 + 100);
        }

        Assert.Equal(3ul, maps.ReadUntoldTransfers(Records.Session));
        // It dies here.
        assembler.Resume(Records.Session);
        assembler.Accept(kernel.Output(Records.Pty, 100, "abc"), 1640);
        var lost = Assert.Single(Losses(assembler.Flush()));
        Assert.Equal((LossCause.Journal, 3L), (lost.Cause, lost.Events));
        Assert.Equal(0ul, maps.ReadUntoldTransfers(Records.Session));
        before.Accept(kernel.Finished(100, 0), 1700);
        Assert.Contains(before.Flush().SelectMany(batch => batch.Events).OfType<FileMoved>(), moved => moved.Files == 3);
        Assert.Equal(0ul, maps.ReadUntoldTransfers(Records.Session));
    }

    [Fact]
    public void A_sign_in_in_the_middle_of_which_the_daemon_was_killed_is_told_with_its_user()
    {
        var memory = new SignInMemory(maps);
        var before = new RecordAssembler(Records.Epoch, maps) { SignIns = memory };
        before.Accept(kernel.SignIn(AskUser, "\0\0\0\u0005billy"u8), 100);
        before.Accept(kernel.SignIn(TellUser, [1]), 200);
        before.Accept(kernel.SignIn(AskPassword), 300);
        byte[][] unrecorded = [kernel.SignIn(Begin), kernel.SignIn(TellAnswer, [0, 0, 0, 0]), kernel.SignIn(Finish)];
        var accepted = kernel.SignIn(TellPassword, [0, 0, 0, 1]);
        before.Accept(accepted, 400);
        for (var i = 0; i < unrecorded.Length; i++)
            before.Accept(unrecorded[i], 500 + (ulong)i);
        memory.Store(recorded: 400);
        // It dies here. What is not recorded is read again, and one message that is.
        assembler.Resume(Records.Session);
        assembler.Accept(accepted, 400);
        for (var i = 0; i < unrecorded.Length; i++)
            assembler.Accept(unrecorded[i], 500 + (ulong)i);
        assembler.Accept(kernel.SignIn(Complete), 600);
        var events = assembler.Flush().SelectMany(batch => batch.Events).ToList();
        var signedIn = Assert.Single(events.OfType<SignInCompleted>());
        Assert.Equal(("billy", "password,keyboard-interactive"), (signedIn.User, signedIn.Method));
        Assert.Empty(events.OfType<RecordsLost>());
    }

    [Fact]
    public void A_sign_in_that_is_over_or_whose_connection_is_is_not_remembered()
    {
        var memory = new SignInMemory(maps);
        var before = new RecordAssembler(Records.Epoch, maps) { SignIns = memory };
        before.Accept(kernel.SignIn(AskUser, "\0\0\0\u0005billy"u8), 100);
        memory.Store(recorded: 100);
        Assert.Single(maps.SignIns);
        before.Accept(kernel.SignIn(Complete), 200);
        memory.Store(recorded: 200);
        Assert.Empty(maps.SignIns);
        before.Accept(kernel.Opened(Other), 300);
        before.Accept(kernel.SignIn(AskUser, "\0\0\0\u0005billy"u8, session: Other), 400);
        before.Accept(kernel.Closed(session: Other), 500);
        memory.Store(recorded: 500);
        Assert.Empty(maps.SignIns);
    }

    [Fact]
    public void A_sign_in_of_which_only_the_end_is_known_makes_a_session_that_says_that_something_is_missing()
    {
        var ends = Records.Ends(2, [10, 0, 0, 9], [10, 0, 0, 1]);
        maps.Add(Records.Session, new SessionValue { Ends = ends, Flags = SessionFlags.HasUser, Uid = 1000 });
        assembler.Resume(Records.Session);
        assembler.Accept(kernel.SignIn(Complete), 500);
        assembler.Accept(kernel.Closed(), 600);
        var events = assembler.Flush().SelectMany(batch => batch.Events).ToList();
        Assert.Equal(string.Empty, Assert.Single(events.OfType<SignInCompleted>()).User);
        var lost = Assert.Single(events.OfType<RecordsLost>(), l => l.Cause == LossCause.Journal);
        Assert.Null(lost.Events);
        Assert.Equal(1000u, Assert.Single(events.OfType<UserFound>()).Uid);
    }

    [Fact]
    public void Progress_of_a_sign_in_is_read_as_it_was_written_and_without_its_keys_where_they_are_too_long()
    {
        var key = new SignInKey("ssh-ed25519-cert-v01@openssh.com", "SHA256:abc", new SignInCertificate(new string('i', 900), 7, "SHA256:def"));
        var progress = new SignInProgress
        {
            User = "bílly", UserIsKnown = true, HasTried = true, Pending = "password", Answered = false, KeyMethod = "hostbased", AcceptedKey = key,
        };
        Assert.Equal(progress, SignInProgress.Read(progress.ToBytes(4096))! with { Passed = progress.Passed });
        Assert.Equal(("bílly", null), (SignInProgress.Read(progress.ToBytes(1008))!.User, SignInProgress.Read(progress.ToBytes(1008))!.AcceptedKey));
        Assert.Equal(["a", "b"], SignInProgress.Read((progress with { Passed = ["a", "b"] }).ToBytes(4096))!.Passed);
        Assert.Null(SignInProgress.Read("{"u8));
        Assert.Null((progress with { User = new string('u', 2000) }).ToBytes(1008));
    }

    [Fact]
    public void Losses_that_were_reported_before_are_not_reported_again()
    {
        maps.StoreReportedLosses(Records.Session, 2);
        assembler.Resume(Records.Session);
        assembler.CheckLosses(BootTime.Zero);
        var batches = assembler.Flush();
        var lost = Assert.Single(Losses(batches));
        Assert.Equal(1, lost.Events);
        // Not reported before the batch is recorded: if it never is, the next daemon reports it.
        Assert.Equal(3, Assert.Single(batches, batch => batch.Events.Contains(lost)).LossesTold);
        Assert.Equal(2ul, maps.ReadReportedLosses(Records.Session));
        assembler.Accept(kernel.Output(Records.Pty, 100, "abc"), 640);
        Assert.Null(Assert.Single(assembler.Flush()).LossesTold);
    }

    [Fact]
    public void End_of_a_session_whose_entry_is_gone_is_still_an_end()
    {
        maps.DeleteSession(Records.Session);
        assembler.Accept(kernel.Closed(), 640);
        Assert.IsType<ConnectionClosed>(Assert.Single(Assert.Single(assembler.Flush()).Events));
    }

    [Fact]
    public void Room_is_made_up_to_the_oldest_round_that_is_not_recorded()
    {
        var held = new HeldRecords(64);
        var (first, second, third) = (Batch(100), Batch(200), Batch(300));
        held.Hold(first);
        held.Hold(second);
        Assert.Equal(64ul, held.EndRound(200));
        held.Hold(third);
        Assert.Equal(64ul, held.EndRound(300));
        Assert.False(held.Release(second));
        Assert.False(held.Release(second));
        Assert.Equal(64ul, held.EndRound(300));
        Assert.False(held.Release(first));
        Assert.Equal(200ul, held.EndRound(300));
        Assert.True(held.Release(third));
        Assert.Equal(300ul, held.EndRound(300));
    }

    [Theory]
    [InlineData("/var/lib/sshlog", "var-lib-sshlog")]
    [InlineData("/srv/a.b-c_d/ü", "srv-a_2eb_2dc_5fd-_c3_bc")]
    public void State_directory_is_read_back_from_the_pins_name(string path, string name)
    {
        Assert.Equal(name, PinName.Escape(path));
        Assert.Equal(path, PinName.Unescape(name));
    }

    private static ProbeBatch Batch(ulong number) =>
        new(new ProbePosition(Records.Epoch, number), new SessionKey(BootTime.Zero, 1), [], 0);

    private static List<RecordsLost> Losses(IEnumerable<ProbeBatch> batches) =>
        [.. batches.SelectMany(batch => batch.Events).OfType<RecordsLost>()];
}
