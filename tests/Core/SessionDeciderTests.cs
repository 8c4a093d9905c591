using System.Text;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;
using static SshLog.Core.Tests.Some;

namespace SshLog.Core.Tests;

public sealed class SessionDeciderTests
{
    private SessionState _state = SessionState.Empty(Id);

    private IReadOnlyList<SessionEvent> Decide(ProbeBatch batch)
    {
        var facts = SessionDecider.Decide(_state, batch, Context);
        _state = facts.Aggregate(_state, (state, fact) => state.Apply(fact, batch.Position));
        return facts;
    }

    [Fact]
    public void A_login_becomes_opened_channel_signed_in_command()
    {
        var facts = Decide(Batch(1, Opened(), Channel(), Program(100, "/bin/bash")));
        Assert.Collection(
            facts,
            e => Assert.Equal("15.12.5.8:59120", Assert.IsType<SessionOpened>(e).Client.ToString()),
            e => Assert.Equal(33, Assert.IsType<ChannelOpened>(e).Tty),
            e => Assert.Equal("billy", Assert.IsType<SignedIn>(e).User),
            e => Assert.Equal("/bin/bash", Assert.IsType<CommandStarted>(e).Executable));
        Assert.Equal(Clock.ToWallTime(Key.StartedAt), facts[0].At);
    }

    [Fact]
    public void A_sign_in_that_was_seen_says_who_and_how_and_no_program_says_it_again()
    {
        var key = new SignInKey("ssh-ed25519", "SHA256:x", new SignInCertificate("billy@laptop", 7, "SHA256:y"));
        var facts = Decide(Batch(
            1, Opened(), new SignInCompleted(At(2718), "billy", "publickey", key), Channel(), Program(100, "/bin/bash", uid: 0)));
        Assert.Equal(
            new SignedIn(Clock.ToWallTime(At(2718)), "billy", 1000, "publickey", key),
            Assert.Single(facts.OfType<SignedIn>()));
    }

    [Fact]
    public void A_user_without_a_number_is_known_by_the_first_program()
    {
        Decide(Batch(1, Opened(), new SignInCompleted(At(2718), "gone", "password", null)));
        Assert.Null(_state.SignedIn);
        Decide(Batch(2, Channel(), Program(100, "/bin/bash")));
        Assert.Equal("billy", _state.SignedIn!.User);
    }

    [Fact]
    public void A_failed_sign_in_is_no_fact_of_the_session_and_one_of_its_day()
    {
        var opened = Opened();
        var batch = Batch(
            1, opened, new SignInRefused(
                At(2718), opened.Client, opened.Server, "billy", true, "password", SignInFailure.WrongPassword, null));
        Assert.IsType<SessionOpened>(Assert.Single(Decide(batch)));
        var failed = Assert.Single(SignInDecider.Decide(batch, Context));
        Assert.Equal((Id, "host", 1000u, Clock.ToWallTime(Key.StartedAt)), (failed.Connection, failed.Host, failed.Uid!.Value, failed.ConnectedAt));
        Assert.Equal("signin-20261122", SignInDay.Of(failed.At).PersistenceId);
        Assert.True(DayJournal.IsPersistenceId("signin-20261122"));
        Assert.False(DayJournal.IsPersistenceId("signin-20261322"));
        Assert.False(SessionId.TryFromPersistenceId("signin-20261122", out _));
    }

    [Fact]
    public void The_login_uid_says_who_signed_in_even_when_the_first_program_runs_as_root()
    {
        Decide(Batch(1, Opened(), Channel(), Program(100, "/bin/bash", uid: 0, loginUid: 1000)));
        Assert.Equal(1000u, _state.SignedIn!.Uid);
    }

    [Fact]
    public void A_program_before_the_first_channel_signs_nobody_in()
    {
        Decide(Batch(1, Opened(), Program(90, "/usr/bin/run-parts", uid: 0)));
        Assert.Null(_state.SignedIn);
        Assert.Equal(1, _state.Commands);
    }

    [Fact]
    public void A_batch_that_is_recorded_already_gives_nothing()
    {
        var batch = Batch(1, Opened(), Channel(), Output(0, "hello"));
        Assert.NotEmpty(Decide(batch));
        Assert.Empty(Decide(batch));
    }

    [Fact]
    public void Output_seen_twice_is_recorded_once()
    {
        Decide(Batch(1, Opened(), Channel(), Output(0, "hello")));
        var again = Assert.IsType<OutputRecorded>(Assert.Single(Decide(Batch(2, Output(3, "lo world")))));
        Assert.Equal(5, again.Offset);
        Assert.Equal(" world", Encoding.UTF8.GetString(again.Bytes.Span));
        Assert.Equal(11, _state.OutputBytes);
    }

    [Fact]
    public void A_hole_in_the_output_is_a_loss_of_exactly_its_size()
    {
        Decide(Batch(1, Opened(), Channel(), Output(0, "hello")));
        var facts = Decide(Batch(2, Output(105, "x")));
        var loss = Assert.IsType<LossRecorded>(facts[0]);
        Assert.Equal((0, 5L, 100L), (loss.Channel!.Value, loss.Offset!.Value, loss.Bytes!.Value));
        Assert.Equal(105, Assert.IsType<OutputRecorded>(facts[1]).Offset);
    }

    [Fact]
    public void Output_of_a_channel_of_which_nobody_told_is_recorded_with_what_is_missing_before_it()
    {
        Decide(Batch(1, Opened()));
        Assert.Collection(
            Decide(Batch(2, Output(5, "world"), Output(10, "!"))),
            e => Assert.Equal((0, 33, false), Numbers(Assert.IsType<ChannelOpened>(e))),
            e => Assert.Equal((0L, 5L), Missing(Assert.IsType<LossRecorded>(e))),
            e => Assert.Equal(5, Assert.IsType<OutputRecorded>(e).Offset),
            e => Assert.Equal(10, Assert.IsType<OutputRecorded>(e).Offset));

        static (int Channel, int? Tty, bool Existing) Numbers(ChannelOpened e) => (e.Channel, e.Tty, e.Existing);
        static (long? Offset, long? Bytes) Missing(LossRecorded e) => (e.Offset, e.Bytes);
    }

    [Fact]
    public void A_reported_loss_leaves_no_hole_to_report_again()
    {
        Decide(Batch(1, Opened(), Channel(), Output(0, "hello")));
        var lost = new RecordsLost(At(2721), LossCause.RingFull, Pty, ChannelStream.Output, 5, 2, 100);
        var facts = Decide(Batch(2, lost, Output(105, "x")));
        Assert.Equal([typeof(LossRecorded), typeof(OutputRecorded)], facts.Select(f => f.GetType()));
        Assert.Equal(1, _state.LossEvents);
    }

    [Fact]
    public void A_program_that_executes_another_is_replaced_not_finished()
    {
        Decide(Batch(1, Opened(), Channel(), Program(100, "/bin/sh")));
        var facts = Decide(Batch(2, Program(100, "/bin/ls"), new ProcessExited(At(2725), 100, 2, 0, false)));
        Assert.True(Assert.IsType<CommandFinished>(facts[0]).Replaced);
        Assert.Equal("/bin/ls", Assert.IsType<CommandStarted>(facts[1]).Executable);
        Assert.Equal(2, Assert.IsType<CommandFinished>(facts[2]).ExitCode);
        Assert.Empty(_state.Running);
    }

    [Fact]
    public void A_killed_program_has_a_signal_and_no_exit_code()
    {
        Decide(Batch(1, Opened(), Channel(), Program(100, "/bin/sleep")));
        var finished = Assert.IsType<CommandFinished>(
            Assert.Single(Decide(Batch(2, new ProcessExited(At(2725), 100, 0, 9, true)))));
        Assert.Equal((null, 9, true), (finished.ExitCode, finished.Signal, finished.CoreDumped));
    }

    [Fact]
    public void The_end_of_a_process_whose_start_was_not_seen_says_nothing() =>
        Assert.Single(Decide(Batch(1, Opened(existing: true), new ProcessExited(At(2725), 77, 0, 0, false))));

    [Fact]
    public void Another_attachment_is_a_gap_of_unknown_size_and_offsets_go_on()
    {
        Decide(Batch(1, Opened(), Channel(), Program(100, "/bin/bash"), Output(0, "hello")));
        var seenAgain = Pty with { SeenAt = At(3000) };
        var facts = Decide(Batch(
            Epoch * 2, 1, Opened(existing: true), Channel(seenAgain, existing: true), Output(0, "world", seenAgain)));
        Assert.Collection(
            facts,
            e => Assert.Equal((LossCause.Detached, null, null), Causes(Assert.IsType<LossRecorded>(e))),
            e => Assert.Equal((0, true), Numbers(Assert.IsType<ChannelOpened>(e))),
            e => Assert.Equal(5, Assert.IsType<OutputRecorded>(e).Offset));

        static (LossCause Cause, long? Events, long? Bytes) Causes(LossRecorded e) => (e.Cause, e.Events, e.Bytes);
        static (int Channel, bool Existing) Numbers(ChannelOpened e) => (e.Channel, e.Existing);
    }

    [Fact]
    public void A_pty_number_used_again_is_another_channel()
    {
        Decide(Batch(1, Opened(), Channel(), new ChannelEnded(At(2725), Pty)));
        var reused = Pty with { SeenAt = At(2730) };
        Assert.Equal(1, Assert.IsType<ChannelOpened>(Assert.Single(Decide(Batch(2, Channel(reused))))).Channel);
    }

    [Fact]
    public void An_existing_session_belongs_to_the_owner_of_its_pty()
    {
        Decide(Batch(1, Opened(existing: true), Channel(existing: true)));
        Assert.Equal("billy", _state.SignedIn!.User);
    }

    [Fact]
    public void The_end_closes_channels_and_counts()
    {
        Decide(Batch(1, Opened(), Channel(), Program(100, "/bin/bash"), Output(0, "hello")));
        var facts = Decide(Batch(2, new ConnectionClosed(At(2800), 0, 0)));
        Assert.IsType<ChannelClosed>(facts[0]);
        var closed = Assert.IsType<SessionClosed>(facts[1]);
        Assert.Equal((SessionEnd.Exited, 5L, 1L, 0L), (closed.How, closed.OutputBytes, closed.Commands, closed.LossEvents));
    }

    [Fact]
    public void A_session_that_ended_unobserved_says_so_once()
    {
        Decide(Batch(1, Opened(), Channel()));
        var facts = SessionDecider.DecideUnobservedEnd(_state, Clock.ToWallTime(At(9000)));
        Assert.Equal(LossCause.Detached, Assert.IsType<LossRecorded>(facts[0]).Cause);
        Assert.Equal(SessionEnd.Unobserved, Assert.IsType<SessionClosed>(facts[1]).How);
        var closed = facts.Aggregate(_state, (state, fact) => state.Apply(fact, state.Position));
        Assert.Empty(SessionDecider.DecideUnobservedEnd(closed, Clock.ToWallTime(At(9001))));
    }

    [Fact]
    public void State_does_not_grow_with_output()
    {
        Decide(Batch(1, Opened(), Channel()));
        var before = _state;
        for (var i = 0; i < 1000; i++)
            Decide(Batch((ulong)i + 2, Output((ulong)i * 5, "hello")));
        Assert.Equal(before.Channels.Count, _state.Channels.Count);
        Assert.Equal(5000, _state.Channels[0].OutputNext);
    }
}
