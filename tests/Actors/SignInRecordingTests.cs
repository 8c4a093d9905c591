using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Feed;
using SshLog.Actors.Sessions;
using SshLog.Actors.SignIns;
using SshLog.Core.Events;
using SshLog.Core.Identity;
using SshLog.Core.Probe;
using SshLog.Core.Sessions;
using SshLog.Schema;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests;

/// <summary>Failed sign-ins are recorded once, all of them, or it is said how many are not.</summary>
public sealed class SignInRecordingTests : TestKit
{
    private const string Day = "signin-20261122";
    private static readonly SignInDay _day = new(new DateOnly(2026, 11, 22));
    private readonly string _journal;
    private readonly SessionRouterSettings _settings = Settings();

    public SignInRecordingTests()
        : this("journal-" + Guid.NewGuid().ToString("N"))
    {
    }

    private SignInRecordingTests(string journal)
        : base(FailableJournal.Configuration(journal)) => _journal = journal;

    [Fact]
    public void After_a_reboot_the_same_day_goes_on_though_the_clock_of_positions_began_again()
    {
        Keeper("before").Tell(Failed(new ProbePosition(800_000_000_000_000, 70), 1, "one"));
        AwaitAssert(() => Assert.Equal(["one"], Users()));
        Keeper("after").Tell(Failed(new ProbePosition(10_000_000_000, 3), 2, "two"));
        AwaitAssert(() => Assert.Equal(["one", "two"], Users()));
    }

    [Fact]
    public void Connections_that_share_a_position_are_recorded_each_and_once()
    {
        var keeper = Keeper("first");
        keeper.Tell(Failed(new ProbePosition(Epoch, 7), 1, "one"));
        keeper.Tell(Failed(new ProbePosition(Epoch, 7), 2, "two"));
        AwaitAssert(() => Assert.Equal(["one", "two"], Users()));
        // Delivered again by a daemon that did not hear that they are recorded.
        var second = Keeper("second");
        second.Tell(Failed(new ProbePosition(Epoch, 6), 3, "before"));
        second.Tell(Failed(new ProbePosition(Epoch, 7), 1, "one"));
        second.Tell(Failed(new ProbePosition(Epoch, 7), 2, "two"));
        second.Tell(Failed(new ProbePosition(Epoch, 8), 1, "three"));
        AwaitAssert(() => Assert.Equal(["one", "two", "three"], Users()));
    }

    [Fact]
    public void What_was_on_its_way_to_an_incarnation_before_is_not_written_before_its_turn()
    {
        var recorder = Sys.ActorOf(SignInRecorder.Props(_day, _settings.Codec, TestActor));
        var incarnation = ExpectMsg<SignInProtocol.Ready>().Incarnation;
        recorder.Tell(Write(incarnation - 1, 9, "nine"));
        recorder.Tell(Write(incarnation, 1, "one"));
        recorder.Tell(Write(incarnation, 9, "nine"));
        Assert.Equal(1, ExpectMsg<SignInProtocol.Recorded>().Number);
        Assert.Equal(9, ExpectMsg<SignInProtocol.Recorded>().Number);
        Assert.Equal(["one", "nine"], Users());
    }

    [Fact]
    public void A_sessions_recorder_too_takes_only_what_is_meant_for_it()
    {
        var recorder = Sys.ActorOf(SessionActor.Props(Id(1), _settings, TestActor));
        var incarnation = ExpectMsg<SessionProtocol.Ready>().Incarnation;
        recorder.Tell(new SessionProtocol.Record(incarnation - 1, Batch(1, 9, Program(100))));
        recorder.Tell(new SessionProtocol.Record(incarnation, Batch(1, 1, Opened(), Channel())));
        Assert.Equal(1ul, ExpectMsg<SessionProtocol.Recorded>().Position.Number);
        recorder.Tell(new SessionProtocol.Record(incarnation, Batch(1, 9, Program(100))));
        Assert.Equal(1, ExpectMsg<SessionProtocol.Recorded>().State.Commands);
    }

    [Fact]
    public void How_many_were_left_out_is_told_though_nothing_follows()
    {
        FailableJournal.Fail(_journal);
        var keeper = Keeper("keeper");
        for (var i = 1; i <= SignInKeeper.MaxWaiting + 5; i++)
            keeper.Tell(Failed(new ProbePosition(Epoch, (ulong)i), i, "guess"));
        FailableJournal.Heal(_journal);
        AwaitAssert(() => Assert.Equal(5, Assert.IsType<LossRecorded>(Recorded()[^1]).Events), TimeSpan.FromSeconds(30));
        Assert.Equal(SignInKeeper.MaxWaiting, Recorded().OfType<SignInFailed>().Count());
        keeper.Tell(SessionProtocol.Drain.Instance, TestActor);
        ExpectMsg<SessionProtocol.Drained>(TimeSpan.FromSeconds(10));
    }

    private IActorRef Keeper(string name) => Sys.ActorOf(SignInKeeper.Props(_settings, CreateTestProbe()), name);

    private SignInProtocol.Write Write(long incarnation, ulong number, string user) => new(
        incarnation, (long)number, new ProbePosition(Epoch, number), Failed(new ProbePosition(Epoch, number), 1, user).Facts);

    private SignInProtocol.Record Failed(ProbePosition position, int connection, string user)
    {
        var opened = Opened();
        var refused = new SignInRefused(
            At(2718), opened.Client, opened.Server, user, false, "password", SignInFailure.UnknownUser, null);
        var batch = new ProbeBatch(position, Key(connection), [opened, refused], 100);
        return new SignInProtocol.Record(position, SignInDecider.Decide(batch, _settings.Context));
    }

    private IEnumerable<string> Users() => Recorded().OfType<SignInFailed>().Select(failed => failed.User);

    private List<SessionEvent> Recorded() =>
        JournalDump.Read(Sys, Day).ConvertAll(e => ProtobufEventCodec.Instance.Decode(e.Manifest, e.Payload));
}
