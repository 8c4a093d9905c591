using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Recording;
using SshLog.Core.Sessions;
using static SshLog.Core.Tests.Some;

namespace SshLog.Core.Tests;

public sealed class RecordingLimitsTests
{
    private readonly CurrentRecording _recording = new(RecordingPolicy.Everything);
    private SessionState _state = SessionState.Empty(Id);

    [Fact]
    public void Metadata_leaves_out_what_was_printed_and_its_gaps_and_says_so_once()
    {
        _recording.Current = Policy(RecordingLevel.Metadata);
        var facts = WholeSession();
        var limited = Assert.Single(facts.OfType<RecordingLimited>());
        Assert.Equal((RecordingLevel.Metadata, "rule"), (limited.Level, limited.Rule));
        Assert.IsType<SignedIn>(facts[facts.IndexOf(limited) - 1]);
        Assert.Empty(facts.OfType<OutputRecorded>());
        Assert.Null(Assert.Single(facts.OfType<LossRecorded>()).Stream);
        Assert.NotEmpty(facts.OfType<CommandStarted>());
        Assert.NotEmpty(facts.OfType<CommandFinished>());
        Assert.NotEmpty(facts.OfType<ChannelOpened>());
        Assert.Equal(0, Assert.IsType<SessionClosed>(facts[^1]).OutputBytes);
    }

    [Fact]
    public void None_leaves_the_opening_the_sign_in_the_exclusion_and_the_close()
    {
        _recording.Current = Policy(RecordingLevel.None);
        Assert.Equal(
            [typeof(SessionOpened), typeof(SignedIn), typeof(RecordingLimited), typeof(SessionClosed)],
            WholeSession().Select(f => f.GetType()));
    }

    [Fact]
    public void All_is_recorded_without_a_word_about_it() =>
        Assert.Empty(WholeSession().OfType<RecordingLimited>());

    [Fact]
    public void What_was_decided_at_the_sign_in_holds_when_the_configuration_changes()
    {
        Decide(Batch(1, Opened(), new SignInCompleted(At(2718), "billy", "password", null), Channel()));
        _recording.Current = Policy(RecordingLevel.None);
        Assert.Single(Decide(Batch(2, Output(0, "still"))).OfType<OutputRecorded>());
    }

    [Fact]
    public void A_session_that_goes_on_in_another_journal_stays_limited()
    {
        _recording.Current = Policy(RecordingLevel.None);
        Decide(Batch(1, Opened(), new SignInCompleted(At(2718), "billy", "password", null)));
        Assert.Single(SessionDecider.DecideContinuation(_state, DateTimeOffset.UnixEpoch).OfType<RecordingLimited>());
    }

    private List<SessionEvent> WholeSession()
    {
        List<SessionEvent> facts =
        [
            .. Decide(Batch(1, Opened(), new SignInCompleted(At(2718), "billy", "password", null), Channel())),
            .. Decide(Batch(2, Program(100, "/bin/ls"), Output(0, "secret"), Output(100, "after a gap"))),
            .. Decide(Batch(3, new RecordsLost(At(2720), LossCause.RingFull, null, null, null, 2, null))),
            .. Decide(Batch(4, new ProcessExited(At(2721), 100, 0, 0, false), new ConnectionClosed(At(2722), 0, 0))),
        ];
        return facts;
    }

    private IReadOnlyList<SessionEvent> Decide(ProbeBatch batch)
    {
        var facts = SessionDecider.Decide(_state, batch, Context with { Recording = _recording });
        _state = facts.Aggregate(_state, (state, fact) => state.Apply(fact, batch.Position));
        return facts;
    }

    private static RecordingPolicy Policy(RecordingLevel level) => new([new RecordingRule("rule", level, ["billy"], [], [])]);
}
