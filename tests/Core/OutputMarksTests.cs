using SshLog.Core.Events;
using SshLog.Core.Probe;
using SshLog.Core.Recording;
using SshLog.Core.Sessions;
using static SshLog.Core.Tests.Some;

namespace SshLog.Core.Tests;

/// <summary>While there is no room output is left out, to the byte, and everything else is recorded.</summary>
public sealed class OutputMarksTests
{
    private readonly CurrentRecording _recording = new(RecordingPolicy.Everything);
    private readonly OutputMarks _marks = new();
    private SessionState _state = SessionState.Empty(Id);

    [Fact]
    public void Without_room_output_is_summed_up_and_commands_are_recorded()
    {
        Write(Batch(1, Opened(), new SignInCompleted(At(2718), "billy", "password", null), Channel(), Output(0, "seen")));
        _recording.OutputStopped = true;
        Assert.Empty(Write(Batch(2, Output(4, "12345"))));
        Assert.Empty(Write(Batch(3, Output(9, "678"))));
        var written = Write(Batch(4, Program(100, "/bin/ls")));
        Assert.Equal([typeof(CommandStarted), typeof(OutputLeftOut)], written.Select(f => f.GetType()));
        AssertMark(written, 4, 8);

        // With room again it goes on where it is, and there is no gap that nobody knows of.
        Assert.Empty(Write(Batch(5, Output(12, "9"))));
        _recording.OutputStopped = false;
        written = Write(Batch(6, Output(13, "again")));
        AssertMark(written, 12, 1);
        Assert.Equal(13, Assert.IsType<OutputRecorded>(written[1]).Offset);
        Assert.Equal(2, written.Count);
    }

    [Fact]
    public void A_session_that_ends_meanwhile_says_what_is_missing_before_its_end_and_counts_only_what_it_has()
    {
        Write(Batch(1, Opened(), new SignInCompleted(At(2718), "billy", "password", null), Channel(), Output(0, "seen")));
        _recording.OutputStopped = true;
        var written = Write(Batch(2, Output(4, "12345"), new ConnectionClosed(At(2722), 0, 0)));
        Assert.Equal([typeof(OutputLeftOut), typeof(ChannelClosed), typeof(SessionClosed)], written.Select(f => f.GetType()));
        Assert.Equal(4, ((SessionClosed)written[^1]).OutputBytes);
        Assert.Equal(0, ((SessionClosed)written[^1]).LossEvents);
    }

    [Fact]
    public void Much_is_told_of_though_nothing_else_happens()
    {
        Write(Batch(1, Opened(), new SignInCompleted(At(2718), "billy", "password", null), Channel()));
        _recording.OutputStopped = true;
        var piece = new string('x', 1 << 20);
        var marks = Enumerable.Range(0, 40).SelectMany(i => Write(Batch((ulong)i + 2, Output((ulong)(i * piece.Length), piece)))).ToList();
        Assert.Equal(2, marks.Count);
        Assert.Equal([0L, OutputMarks.MostBytes], marks.Cast<OutputLeftOut>().Select(m => m.Offset));
    }

    [Fact]
    public void What_a_command_printed_first_is_left_out_too()
    {
        Write(Batch(1, Opened(), new SignInCompleted(At(2718), "billy", "password", null), Channel(), Program(100, "/bin/ls")));
        _recording.OutputStopped = true;
        var exit = new ProcessExited(At(2721), 100, 0, 0, false) { FirstOutput = new byte[] { 1 }, PrintedBytes = 1 };
        var finished = Assert.IsType<CommandFinished>(Assert.Single(Write(Batch(2, exit))));
        Assert.Equal(0, finished.Output.Length);
        Assert.Equal(1, finished.OutputBytes);
    }

    [Fact]
    public void With_room_nothing_is_touched()
    {
        SessionEvent[] facts = [new OutputRecorded(DateTimeOffset.UnixEpoch, 0, ChannelStream.Output, 0, new byte[3])];
        Assert.Same(facts, _marks.Sum(facts));
    }

    // As the session's actor does.
    private IReadOnlyList<SessionEvent> Write(ProbeBatch batch)
    {
        var decided = SessionDecider.Decide(_state, batch, Context with { Recording = _recording });
        var written = _marks.Sum(decided);
        _state = (written.Count > 0 ? written : decided).Aggregate(
            _state, (state, fact) => state.Apply(fact, written.Count > 0 ? batch.Position : default));
        return written;
    }

    private static void AssertMark(IReadOnlyList<SessionEvent> written, long offset, long bytes)
    {
        var mark = Assert.Single(written.OfType<OutputLeftOut>());
        Assert.Equal((offset, bytes, true), (mark.Offset, mark.Bytes, mark.NoRoom));
    }
}
