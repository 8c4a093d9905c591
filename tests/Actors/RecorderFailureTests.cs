using Akka.Actor;
using Akka.TestKit.Xunit2;
using SshLog.Actors.Probe;
using SshLog.Actors.Sessions;
using SshLog.Actors.SignIns;
using SshLog.Core.Events;
using SshLog.Core.Journal;
using SshLog.Schema;
using static SshLog.Actors.Tests.Some;

namespace SshLog.Actors.Tests;

/// <summary>A recorder that throws, which is a defect of ours, as one whose journal fails.</summary>
public sealed class RecorderFailureTests : TestKit
{
    private readonly DefectiveCodec _codec = new();
    private readonly IActorRef _router;

    public RecorderFailureTests()
        : base(FailableJournal.Configuration("journal-" + Guid.NewGuid().ToString("N")))
    {
        var settings = Settings() with { Codec = _codec };
        var feed = CreateTestProbe();
        _router = Sys.ActorOf(SessionRouter.Props(settings, feed, Sys.ActorOf(SignInKeeper.Props(settings, feed))), "sessions");
    }

    [Fact]
    public void A_recorder_that_throws_is_started_again_later_each_time_and_nothing_is_lost()
    {
        Deliver(1, Opened(), Channel());
        ExpectReleased(1);
        var before = _codec.Tried;
        _codec.IsDefective = true;
        Deliver(2, Output(0, "hello "));
        Deliver(3, Output(6, "world"));
        ExpectNoMsg(TimeSpan.FromSeconds(2));
        // After 0, 0.2, 0.4, 0.8 and 1.6 s, a fifth more or less.
        Assert.InRange(_codec.Tried - before, 2, 6);

        _codec.IsDefective = false;
        ExpectReleased(2);
        ExpectReleased(3);
        Deliver(4, Output(11, "!"));
        ExpectReleased(4);
        var recorded = JournalDump.Read(Sys, Id(1).PersistenceId).ConvertAll(e => _codec.Decode(e.Manifest, e.Payload));
        Assert.Equal("hello world!", Text(recorded));
        Assert.DoesNotContain(recorded, fact => fact is LossRecorded);
    }

    private void Deliver(ulong number, params Core.Probe.ProbeEvent[] events) => _router.Tell(Batch(1, number, events), TestActor);

    private void ExpectReleased(ulong number) => Assert.Equal(
        number, ExpectMsg<ProbeProtocol.Release>(TimeSpan.FromSeconds(15)).Batch.Position.Number);

    private sealed class DefectiveCodec : IEventCodec
    {
        private int _tried;

        public bool IsDefective { get; set; }

        public int Tried => Volatile.Read(ref _tried);

        public (string Manifest, byte[] Payload) Encode(SessionEvent fact)
        {
            Interlocked.Increment(ref _tried);
            return IsDefective ? throw new InvalidOperationException("A defect.") : ProtobufEventCodec.Instance.Encode(fact);
        }

        public SessionEvent Decode(string manifest, ReadOnlyMemory<byte> payload) => ProtobufEventCodec.Instance.Decode(manifest, payload);
    }
}
